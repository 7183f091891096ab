using System.Globalization;
using System.Text.Json;
using Drawdown.Oracle;
using Drawdown.Oracle.Batches;
using Drawdown.Storage;
using Drawdown.Storage.Tables;

namespace Drawdown.Simulation;

/// <summary>
/// Compares everything with the oracle: each transaction at the instant at which it takes effect, in the true order; each
/// answer with the states that the caller could have met.
/// </summary>
public sealed partial class Judge(Kernel kernel, Statistics statistics)
{
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(30);

    // What a request may take before the app gives up.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    private readonly SortedDictionary<string, History> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, History> _partitions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<KeyUse>> _keys = new(StringComparer.Ordinal);
    private long _commits;

    /// <summary>The first promise that was broken; null while all hold.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>The accounts that were asked for or exist.</summary>
    public IEnumerable<History> Accounts => _accounts.Values;

    /// <summary>The accounts as they are now.</summary>
    public IReadOnlyList<Book> Books => [.. _accounts.Values.Select(history => history.Latest).OfType<Book>()];

    /// <summary>A request that is about to be sent.</summary>
    public Attempt Begin(string name, Command command, HttpCall call) => new(name, command, call, _commits, kernel.Now);

    /// <summary>Says that a promise was broken.</summary>
    public void Report(string rule, string detail)
    {
        if (Violation is not null)
            return;
        Violation = new(rule, detail);
        kernel.Note($"VIOLATION {rule}: {detail}");
        kernel.Halt();
    }

    /// <summary>A transaction took effect.</summary>
    public void Committed(Work work, string table, string partition, IReadOnlyList<RowChange> changes)
    {
        if (table != StorageTables.Accounts || changes.All(change => change.Row != "head") || Violation is not null)
            return;
        statistics.Commits++;
        _commits++;
        var head = changes.First(change => change.Row == "head").Columns;
        if ((string)head["Kind"] == "client")
            ClientCommitted(work, partition, head, changes);
        if ((string)head["Kind"] != "customer")
            return;
        var history = Account((string)head["CustomerId"]);
        (history.Partition, _partitions[partition]) = (partition, history);
        if (++history.Version != (long)head["Version"])
            Report(
                "The head counts every commit",
                $"{work.Name} wrote version {head["Version"]} as number {history.Version}."
            );

        var book = history.Latest?.Copy();
        var before = book?.Lines.Count ?? 0;
        var entries = changes.Where(change => change.Row.StartsWith("entry.", StringComparison.Ordinal)).ToList();
        book = Apply(work, history, book, changes, entries);
        if (book is null)
            return;
        history.Add(_commits, book);
        CheckEntries(work, history, book, before, entries);
        CheckCredits(work, book, changes);
        CheckBilling(work, book, changes);
        if ((long)head["LastInvoice"] != book.Invoices.Count)
            Report(
                "The invoices have no gaps",
                $"{work.Name}: the head counts {head["LastInvoice"]} invoices of {book.Invoices.Count}."
            );
        if (head["LastSeq"] is not long seq || seq != book.Lines.Count)
            Report(
                "The ledger has no gaps",
                $"{work.Name}: the head counts {head["LastSeq"]} entries of {book.Lines.Count}."
            );
    }

    /// <summary>The host has answered.</summary>
    public void Answered(Attempt attempt, Work work, HttpAnswer answer)
    {
        if (Violation is not null)
            return;
        statistics.Answers++;
        kernel.Note($"{attempt.Name} <- {answer.Status}");
        if (FaultOf(attempt, work, answer) is { } fault)
            Report(
                fault.Rule,
                $"{attempt.Name} {attempt.Call}\n  decided at {work.DecidedAt:O}\n  answered {answer}\n  {fault.Detail}"
            );
    }

    private (string Rule, string Detail)? FaultOf(Attempt attempt, Work work, HttpAnswer answer)
    {
        if (answer.Status == 503)
            return work.Faults > 0 || attempt.Call.Key is not null || kernel.Now - attempt.SentAt >= TimeLimit
                ? null
                : ("No outage without a cause", "Nothing went wrong with its storage calls.");
        if (answer.Status >= 500)
            return ("No bug reaches a caller", "");
        using var document = answer.Body.Length == 0 ? null : JsonDocument.Parse(answer.Body);
        var body = document?.RootElement ?? default;
        if (attempt.Command is IncomingCommand && ThingFault(answer, body) is { } odd)
            return odd;

        if (answer.Replayed)
        {
            var use = Uses(attempt.Call).FindLast(use => use.Fingerprint == attempt.Call.Fingerprint);
            if (use is null)
                return ("Only an effect is replayed", "No request under this key had taken effect.");
            use.Body ??= answer.Body;
            if (!use.Body.AsSpan().SequenceEqual(answer.Body))
                return ("A duplicate gets the same bytes", "Another answer was given before.");
            return use.Expected is { } first && Mismatch(first, answer, body) is { } other
                ? ("A duplicate gets the first answer", other)
                : null;
        }
        if (attempt.Committed is { } committed)
        {
            KeepForDuplicates(attempt, answer);
            return Mismatch(committed, answer, body) is { } other ? ("An effect is answered as it was", other) : null;
        }

        if (attempt.Command is IncomingCommand incoming)
            return IncomingFaultOf(attempt, incoming, work, answer, body);
        var history = Find(attempt.Command);
        if (answer.Status == 409 && Title(body) == "conflict")
            return history is not null && (history.ChangedBetween(attempt.From, _commits) || work.Conflicts > 0)
                ? null
                : ("A conflict needs a rival", "Nobody else changed the account.");
        if (answer.Status == 422)
            return Uses(attempt.Call).Exists(use => use.Fingerprint != attempt.Call.Fingerprint)
                ? null
                : ("A key mismatches only another request", "No other request under this key took effect.");

        var differences = new List<string>();
        foreach (var state in history?.Between(attempt.From, _commits) ?? [null])
        {
            var expected = state?.Copy().Do(attempt.Command, Decided(work), NewIds.Any) ?? Book.Nobody(attempt.Command);
            if (expected.Changed)
                differences.Add("It should have taken effect.");
            else if (Mismatch(expected, answer, body) is { } difference)
                differences.Add(difference);
            else
            {
                KeepForDuplicates(attempt, answer);
                return null;
            }
        }
        return ("An answer is true of a state that the caller could meet", string.Join("\n  or: ", differences));
    }

    private void KeepForDuplicates(Attempt attempt, HttpAnswer answer)
    {
        if (attempt.Call.Key is not null && Uses(attempt.Call).Find(use => use.Name == attempt.Name) is { } own)
            own.Body ??= answer.Body;
    }

    private static string? Mismatch(Expected expected, HttpAnswer answer, JsonElement body)
    {
        if (expected.Status != answer.Status)
            return $"Expected {expected.Status} {expected.Title} {expected.Body?.ToJsonString()}";
        if (expected.Title is { } title && Title(body) != title)
            return $"Expected {title}";
        if (expected.Detail is { } detail && !Words(body).Contains(detail, StringComparison.Ordinal))
            return $"Expected a detail with '{detail}'";
        return expected.IsSuccess && expected.Body is { } wanted ? Comparison.Difference(wanted, body) : null;
    }

    // Lotus calls it title, Thought Industries error.
    private static string? Title(JsonElement body) =>
        body.ValueKind is not JsonValueKind.Object ? null
        : body.TryGetProperty("title", out var title) || body.TryGetProperty("error", out title) ? title.GetString()
        : null;

    private static string Words(JsonElement body) =>
        (body.TryGetProperty("detail", out var words) ? words : body.GetProperty("message")).GetString()!;

    private Book? Apply(
        Work work,
        History history,
        Book? book,
        IReadOnlyList<RowChange> changes,
        List<RowChange> entries
    )
    {
        var now = Decided(work);
        var attempt = work.Subject as Attempt;
        var byTimer =
            entries.Count > 0
            && entries.TrueForAll(entry => Text(entry, "Actor").StartsWith("timer:Deact", StringComparison.Ordinal));
        if (byTimer)
        {
            foreach (var entry in entries)
                if (book is null || !book.Lapse(Text(entry, "Credit"), now))
                {
                    Report("Only what lapsed is posted", $"{work.Name} at {now:O} posted {Describe(entry)}.");
                    return null;
                }
            return book;
        }
        if (Deed(work, book, changes, now) is { } done)
        {
            if (done)
                return book;
            Report("Nothing happens that is not due", $"{work.Name} at {now:O} committed {Describe(changes)}.");
            return null;
        }
        if (attempt is null)
        {
            Report("Nothing happens by itself", $"{work.Name} changed {history.Customer}: {Describe(changes)}");
            return null;
        }
        if (!IsFirst(attempt, changes, now))
            return null;

        // Under a key also what finds nothing to do is committed, so that it is answered the same way ever after. What it found
        // may be a little older than this commit; its answer is judged by all that it could have met.
        if (book is not null && IsEmpty(attempt, changes))
        {
            Uses(attempt.Call).Add(new(attempt.Name, attempt.Call.Fingerprint, now, null));
            return book;
        }

        Expected expected;
        if (book is null && attempt.Command is CreateCustomer create)
        {
            book = new Book(create.Customer, create.Currency, create.Timezone);
            expected = Expected.Done(201, null);
        }
        else
            expected = book?.Do(attempt.Command, now, New(changes)) ?? Book.Nobody(attempt.Command);
        return TookEffect(attempt, expected, changes, now) ? book : null;
    }

    private bool IsFirst(Attempt attempt, IReadOnlyList<RowChange> changes, DateTimeOffset now)
    {
        if (attempt.Committed is not null)
            Report(
                "A request takes effect once",
                $"{attempt.Name} {attempt.Call} committed again: {Describe(changes)}"
            );
        else if (
            attempt.Call.Key is not null
            && Uses(attempt.Call).FindLast(use => use.At + KeyLifetime > now) is { } earlier
        )
            Report(
                "A key takes effect once",
                $"{attempt.Name} {attempt.Call} took effect, and so had {earlier.Name} {earlier.Fingerprint}."
            );
        else
            return true;
        return false;
    }

    private static bool IsEmpty(Attempt attempt, IReadOnlyList<RowChange> changes) =>
        attempt.Call.Key is not null && changes.All(change => change.Row == "head" || Is(change, "key."));

    private bool TookEffect(Attempt attempt, Expected expected, IReadOnlyList<RowChange> changes, DateTimeOffset now)
    {
        if (!expected.Changed)
        {
            Report(
                "Only what the rules allow takes effect",
                $"{attempt.Name} {attempt.Call}\n  at {now:O} committed {Describe(changes)}\n  expected {expected.Status} {expected.Title} {expected.Detail}"
            );
            return false;
        }
        attempt.Committed = expected;
        if (attempt.Call.Key is not null)
            Uses(attempt.Call).Add(new(attempt.Name, attempt.Call.Fingerprint, now, expected));
        return true;
    }

    // What no request asks for itself: the step of a subscription, the invoice of a charge, or that it is given up. Null: it is
    // something else. False: it is not due.
    private static bool? Deed(Work work, Book? book, IReadOnlyList<RowChange> changes, DateTimeOffset now)
    {
        if (book is null)
            return null;
        var ids = New(changes);
        var charges = changes.Where(change => Is(change, "charge.")).ToList();
        if (work.Subject is string && changes.FirstOrDefault(change => Is(change, "invoice.")) is { } invoice)
        {
            // The charge that was on its way; those that it takes with it were waiting.
            var first = charges.Find(row =>
                book.Charges.Exists(one => one.Id == Text(row, "Id") && one.Status != "waiting")
            );
            return first is not null && book.Process(Text(first, "Id"), Text(invoice, "Id"), now);
        }
        if (work.Subject is string && charges is [var only])
            return book.Fail(Text(only, "Id"));
        if (changes.FirstOrDefault(change => Is(change, "sub.")) is not { } subscription)
            return null;
        var isStep =
            work.Subject is Timer.RenewSubscriptions
            || (work.Subject is Attempt { Command: ChangeUnits change } && book.IsDue(change.Subscription, now));
        return isStep ? book.Step(Text(subscription, "Id"), now, ids.Charge) : null;
    }

    private void CheckBilling(Work work, Book book, IReadOnlyList<RowChange> changes)
    {
        foreach (var row in changes)
        {
            bool? holds = null;
            if (Is(row, "charge."))
                holds =
                    book.Charges.Find(one => one.Id == Text(row, "Id")) is { } charge
                    && Text(row, "Status") == charge.Status
                    && Text(row, "Invoice") == (charge.Invoice ?? "")
                    && Money(row, "Amount") == charge.Lines.Sum(line => line.Amount);
            else if (Is(row, "invoice."))
                holds =
                    book.Invoices.Find(one => one.Id == Text(row, "Id")) is { } invoice
                    && (long)row.Columns["Sequence"] == invoice.Number
                    && Money(row, "Amount") == invoice.Lines.Sum(line => line.Amount)
                    && Equals(row.Columns.GetValueOrDefault("PaidAt"), (object?)invoice.PaidAt);
            else if (Is(row, "sub."))
                holds =
                    book.Subscriptions.Find(one => one.Id == Text(row, "Id")) is { } subscription
                    && (bool)row.Columns["Closed"] == subscription.Closed
                    && (
                        subscription.Period < 0
                        || (
                            (long)row.Columns["PeriodIndex"] == subscription.Period
                            && row.Columns["PeriodStart"].Equals(subscription.Begins(subscription.Period))
                            && row.Columns["PeriodUntil"].Equals(subscription.Until(subscription.Period))
                        )
                    );
            if (holds is false)
                Report("What is billed is what the plan says", $"{work.Name} wrote {Describe(row)}");
        }
    }

    private void CheckEntries(Work work, History history, Book book, int before, List<RowChange> entries)
    {
        var expected = book.Lines.Skip(before).ToList();
        var actual = entries.OrderBy(entry => (long)entry.Columns["Seq"]).ToList();
        if (expected.Count != actual.Count)
        {
            Report(
                "The ledger says what happened",
                $"{work.Name} appended {actual.Count} entries, not {expected.Count}:\n  {string.Join("\n  ", actual.Select(Describe))}\n  expected:\n  {string.Join("\n  ", expected)}"
            );
            return;
        }
        foreach (var (line, entry) in expected.Zip(actual))
        {
            before++;
            var same =
                (long)entry.Columns["Seq"] == before
                && Text(entry, "Type") == line.Type
                && Text(entry, "Credit") == line.Credit
                && Text(entry, "Currency") == line.Currency
                && Money(entry, "Amount") == line.Amount
                && Money(entry, "BalanceAfter") == line.BalanceAfter
                && entry.Columns["EffectiveAt"].Equals(line.EffectiveAt)
                && entry.Columns["RecordedAt"].Equals(line.RecordedAt)
                && Text(entry, "Reason") == (line.Reason ?? "")
                && Text(entry, "Drawdown") == (line.Drawdown ?? "");
            if (!same)
                Report(
                    "The ledger says what happened",
                    $"{work.Name} appended {Describe(entry)}\n  expected {before}: {line}"
                );
            if (line.BalanceAfter < 0m)
                Report("No credit is ever below 0", $"{work.Name} appended {Describe(entry)}");
            if (Text(entry, "PreviousHash") != history.LastHash || Text(entry, "Hash") != HashChain.Of(entry.Columns))
                Report("The hash chain closes", $"{work.Name} appended {Describe(entry)}");
            history.LastHash = Text(entry, "Hash");
        }
    }

    // Law 1, on what is stored: nothing comes from nowhere and nothing is lost.
    private void CheckCredits(Work work, Book book, IReadOnlyList<RowChange> changes)
    {
        foreach (var row in changes)
        {
            if (!row.Row.StartsWith("credit.", StringComparison.Ordinal))
                continue;
            if (book.Find(Text(row, "Id")) is not { } credit)
            {
                Report("A credit comes from a grant", $"{work.Name} wrote {Describe(row)}");
                return;
            }
            var holds =
                Money(row, "Remaining") == book.Left(credit)
                && Money(row, "Drawn") == book.Posted(credit, "drawdown")
                && Money(row, "Reinstated") == book.Posted(credit, "reinstate")
                && Money(row, "Expired") == book.Posted(credit, "expire")
                && Money(row, "Voided") == book.Posted(credit, "void")
                && Money(row, "Amount") + Money(row, "Reinstated")
                    == Money(row, "Remaining") + Money(row, "Drawn") + Money(row, "Expired") + Money(row, "Voided");
            if (!holds)
                Report(
                    "granted + reinstated = remaining + drawn + expired + voided",
                    $"{work.Name} wrote {Describe(row)}"
                );
        }
    }

    private History Account(string customer)
    {
        if (!_accounts.TryGetValue(customer, out var history))
            _accounts[customer] = history = new(customer);
        return history;
    }

    private History? Find(Command command) =>
        command switch
        {
            CreateCustomer one => Account(one.Customer),
            GrantCredit one => Account(one.Customer),
            Draw one => Account(one.Customer),
            ListCredits one => Account(one.Customer),
            GetBalance one => Account(one.Customer),
            GetLedger one => Account(one.Customer),
            VerifyLedger one => Account(one.Customer),
            Subscribe one => Account(one.Customer),
            ListInvoices one => Account(one.Customer),
            ListCharges one => Account(one.Customer),
            ChangeUnits one => OfId(one.Subscription),
            GetSubscription one => OfId(one.Subscription),
            PayInvoice one => OfId(one.Invoice),
            RetryCharge one => OfId(one.Charge),
            UpdateCredit one => OfId(one.Credit),
            VoidCredit one => OfId(one.Credit),
            GetCredit one => OfId(one.Credit),
            Reverse one => OfId(one.Drawdown),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a customer's command."),
        };

    // An id carries its account's route: the digits after the prefix are those after the partition's dot.
    private History? OfId(string id)
    {
        var route = id[(id.LastIndexOf('_') + 1)..][..15];
        return _accounts.Values.FirstOrDefault(history => history.Partition.EndsWith(route, StringComparison.Ordinal));
    }

    private List<KeyUse> Uses(HttpCall call)
    {
        // A key belongs to a route: the path without its ids.
        var route = string.Join(
            '/',
            call.Path.Split('?')[0]
                .Split('/')
                .Select(part =>
                    (part.Contains('_', StringComparison.Ordinal) && part.Length > 30) || Guid.TryParse(part, out _)
                        ? "*"
                        : part
                )
        );
        var name = $"{call.Method} {route} {call.Key}";
        if (!_keys.TryGetValue(name, out var uses))
            _keys[name] = uses = [];
        return uses;
    }

    private static NewIds New(IReadOnlyList<RowChange> changes)
    {
        string Inserted(string prefix) =>
            changes.FirstOrDefault(change => change is RowChange.Insert && Is(change, prefix)) is { } row
                ? Text(row, "Id")
                : "none";
        return new(
            Inserted("credit."),
            Inserted("drawdown."),
            Inserted("sub."),
            Inserted("charge."),
            Inserted("invoice.")
        );
    }

    private static bool Is(RowChange change, string prefix) => change.Row.StartsWith(prefix, StringComparison.Ordinal);

    private static DateTimeOffset Decided(Work work)
    {
        var now = work.DecidedAt ?? DateTimeOffset.MinValue;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    private static string Text(RowChange row, string column) =>
        row.Columns.TryGetValue(column, out var value) ? (string)value : "";

    private static decimal Money(RowChange row, string column) =>
        decimal.Parse(Text(row, column), CultureInfo.InvariantCulture);

    private static string Describe(IEnumerable<RowChange> changes) =>
        string.Join(", ", changes.Select(change => change.Row));

    private static string Describe(RowChange row) =>
        $"{row.Row} {{{string.Join(", ", row.Columns.OrderBy(column => column.Key, StringComparer.Ordinal).Select(column => $"{column.Key}={(column.Value is DateTimeOffset at ? at.ToString("O", CultureInfo.InvariantCulture) : column.Value)}"))}}}";

    private sealed record KeyUse(string Name, string Fingerprint, DateTimeOffset At, Expected? Expected)
    {
        public byte[]? Body { get; set; }
    }
}
