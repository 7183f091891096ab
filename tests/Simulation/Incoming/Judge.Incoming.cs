using System.Text.Json;
using Drawdown.Oracle;
using Drawdown.Oracle.Batches;
using Drawdown.Simulation.Incoming;
using Drawdown.Storage.Tables;

namespace Drawdown.Simulation;

/// <summary>The Incoming side: clients and their batches.</summary>
public sealed partial class Judge
{
    private readonly SortedDictionary<string, ClientHistory> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _things = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);

    /// <summary>The clients that exist.</summary>
    public IEnumerable<ClientHistory> Clients => _clients.Values;

    /// <summary>The clients as they are now, the first one first.</summary>
    public IReadOnlyList<ClientBook> ClientBooks { get; private set; } = [];

    private void ClientCommitted(
        Work work,
        string partition,
        IReadOnlyDictionary<string, object> head,
        IReadOnlyList<RowChange> changes
    )
    {
        var client = (string)head["CustomerId"];
        if (!_clients.TryGetValue(client, out var history))
            _clients[client] = history = new(client) { Partition = partition };
        if (++history.Version != (long)head["Version"])
            Report(
                "The head counts every commit",
                $"{work.Name} wrote version {head["Version"]} as number {history.Version}."
            );
        var before = history.Latest;
        var actions = changes
            .Where(change => Is(change, "action."))
            .OrderBy(action => (long)action.Columns["Seq"])
            .ToList();
        if (Apply(work, client, before?.Copy(), changes, actions) is not { } book)
            return;
        CheckActions(work, history, book, before?.Moves.Count ?? 0, actions);
        book.Seal([.. actions.Select(action => Text(action, "Hash"))]);
        CheckRows(work, before, book, changes);
        if (head["LastSeq"] is not long seq || seq != book.Moves.Count)
            Report(
                "The ledger has no gaps",
                $"{work.Name}: the head counts {head["LastSeq"]} actions of {book.Moves.Count}."
            );
        if (history.LastHash != Text(changes.First(change => change.Row == "head"), "LastHash"))
            Report("The hash chain closes", $"{work.Name}: the head holds {head["LastHash"]}.");
        history.Add(_commits, book);
        ClientBooks = before is null
            ? [.. ClientBooks, book]
            : [.. ClientBooks.Select(one => one.Client == client ? book : one)];
    }

    private ClientBook? Apply(
        Work work,
        string client,
        ClientBook? book,
        IReadOnlyList<RowChange> changes,
        List<RowChange> actions
    )
    {
        var now = Decided(work);
        if (work.Subject is Timer.DeactivateExpiredCredits && actions.Count > 0)
        {
            foreach (var action in actions)
                if (
                    book is null
                    || Text(action, "Actor") != "timer:DeactivateExpiredCredits"
                    || !book.Lapse(Text(action, "Batch"), now)
                )
                {
                    Report("Only what lapsed is posted", $"{work.Name} at {now:O} posted {Describe(action)}.");
                    return null;
                }
            return book;
        }
        if (work.Subject is not Attempt { Command: IncomingCommand command } attempt)
        {
            Report("Nothing happens by itself", $"{work.Name} changed {client}: {Describe(changes)}");
            return null;
        }
        if (!IsFirst(attempt, changes, now))
            return null;
        // What finds nothing to do is committed under a key, so that it is answered the same way ever after.
        if (book is not null && IsEmpty(attempt, changes))
        {
            Uses(attempt.Call).Add(new(attempt.Name, attempt.Call.Fingerprint, now, null));
            return book;
        }

        Expected expected;
        if (book is null && command is CreateClient create)
        {
            book = new ClientBook(client, create.Name, now);
            expected = book.Created();
        }
        else
            expected =
                command is CreateClient
                    ? Expected.Refusal(409, "conflict")
                    : book?.Do(command, now, NewThingsOf(changes)) ?? ClientBook.Missing;
        return TookEffect(attempt, expected, changes, now) ? book : null;
    }

    private void CheckActions(Work work, ClientHistory history, ClientBook book, int before, List<RowChange> actions)
    {
        var expected = book.Moves.Skip(before).ToList();
        if (expected.Count != actions.Count)
        {
            Report(
                "The ledger says what happened",
                $"{work.Name} appended {actions.Count} actions, not {expected.Count}:\n  {string.Join("\n  ", actions.Select(Describe))}\n  expected:\n  {string.Join("\n  ", expected)}"
            );
            return;
        }
        // Replayed from the beginning, batch by batch and allocation by allocation.
        var places = new Dictionary<string, Places>(StringComparer.Ordinal);
        var held = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var at = 0; at < book.Moves.Count; at++)
        {
            var move = book.Moves[at];
            var found = places.GetValueOrDefault(move.Batch);
            var left = places[move.Batch] = found.After(move.Type, move.Amount);
            var holding = move.Allocation is null ? 0 : held.GetValueOrDefault(move.Allocation);
            var keeping = holding + (move.Type == "allocate" ? move.Amount : -move.Amount);
            if (move.Allocation is not null)
                held[move.Allocation] = keeping;
            if (at < before)
                continue;
            var row = actions[at - before];
            var allocation = move.Allocation is null ? null : book.FindAllocation(move.Allocation);
            var same =
                (long)row.Columns["Seq"] == at + 1
                && Text(row, "Type") == move.Type
                && Text(row, "Batch") == move.Batch
                && Text(row, "Account") == (book.FindBatch(move.Batch)!.Account ?? "")
                && (long)row.Columns["Amount"] == move.Amount
                && PlacesOf(row, "Before") == found
                && PlacesOf(row, "After") == left
                && Text(row, "Allocation") == (move.Allocation ?? "")
                && Text(row, "User") == (allocation?.User ?? "")
                && (
                    allocation is null
                    || (
                        (long)row.Columns["AllocationBefore"] == holding
                        && (long)row.Columns["AllocationAfter"] == keeping
                    )
                )
                && Text(row, "ContentType") == (move.ContentType ?? "")
                && Text(row, "ContentId") == (move.ContentId ?? "")
                && Text(row, "Reason") == (move.Reason ?? "")
                && row.Columns["EffectiveAt"].Equals(move.EffectiveAt)
                && row.Columns["RecordedAt"].Equals(move.RecordedAt);
            if (!same || row is not RowChange.Insert)
                Report(
                    "The ledger says what happened",
                    $"{work.Name} appended {Describe(row)}\n  expected {at + 1}: {move}, {found} to {left}"
                );
            if (left.Current < 0 || left.Unspent < 0 || (allocation is not null && keeping < 0))
                Report("No batch and no allocation is ever below 0", $"{work.Name} appended {Describe(row)}");
            if (Text(row, "PreviousHash") != history.LastHash || Text(row, "Hash") != ActionHash.Of(row.Columns))
                Report("The hash chain closes", $"{work.Name} appended {Describe(row)}");
            history.LastHash = Text(row, "Hash");
        }
    }

    // What is stored is what the moves come to, and nothing else was written.
    private void CheckRows(Work work, ClientBook? before, ClientBook book, IReadOnlyList<RowChange> changes)
    {
        var touched = book.Moves.Skip(before?.Moves.Count ?? 0).ToList();
        HashSet<string> expected =
        [
            .. touched.Select(move => $"batch.{move.Batch}"),
            .. touched.Where(move => move.Allocation is not null).Select(move => $"alloc.{move.Allocation}"),
            .. book.Batches.Except(before?.Batches ?? []).Select(batch => $"batch.{batch.Id}"),
            .. book.Accounts.Except(before?.Accounts ?? []).Select(account => $"account.{account.Id}"),
        ];
        var written = changes
            .Select(change => change.Row)
            .Where(row => row != "head" && !row.StartsWith("key.", StringComparison.Ordinal))
            .Where(row => !row.StartsWith("action.", StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);
        if (!expected.SetEquals(written))
            Report(
                "What is written is what changed",
                $"{work.Name} wrote {string.Join(", ", written)}\n  expected {string.Join(", ", expected)}"
            );
        foreach (var row in changes)
            if (!Holds(row, book))
                Report(
                    row.Row.StartsWith("batch.", StringComparison.Ordinal)
                        ? "starting + adjustments = current + allocated + lapsed"
                        : "amount = unspent + redeemed + returned + lapsed",
                    $"{work.Name} wrote {Describe(row)}"
                );
    }

    private static bool Holds(RowChange row, ClientBook book)
    {
        if (Is(row, "batch."))
        {
            if (book.FindBatch(Text(row, "Id")) is not { } batch)
                return false;
            var places = PlacesOf(row, "");
            return places == book.Total(batch)
                && places.Starting + places.Adjusted
                    == places.Current + places.Unspent + places.Redeemed + places.Lapsed
                && Text(row, "Account") == (batch.Account ?? "")
                && Text(row, "Name") == (batch.Name ?? "")
                && Equals(row.Columns.GetValueOrDefault("ExpiresOn"), (object?)batch.ExpiresOn)
                && Equals(row.Columns.GetValueOrDefault("VoidedAt"), (object?)book.VoidedAt(batch))
                && row.Columns["CreatedAt"].Equals(batch.CreatedAt)
                && row.Columns["UpdatedAt"].Equals(book.ChangedAt(batch))
                && (long)row.Columns["Entries"] == book.Moves.Count(move => move.Batch == batch.Id)
                && (long)row.Columns["LastSeq"] == book.Moves.FindLastIndex(move => move.Batch == batch.Id) + 1;
        }
        return !Is(row, "alloc.")
            || (
                book.FindAllocation(Text(row, "Id")) is { } allocation
                && Text(row, "Batch") == allocation.Batch
                && Text(row, "User") == allocation.User
                && (long)row.Columns["Amount"] == book.Sum(allocation, "allocate")
                && (long)row.Columns["Redeemed"] == book.Sum(allocation, "redeem")
                && (long)row.Columns["Returned"] == book.Sum(allocation, "return")
            );
    }

    private (string Rule, string Detail)? IncomingFaultOf(
        Attempt attempt,
        IncomingCommand command,
        Work work,
        HttpAnswer answer,
        JsonElement body
    )
    {
        var history = Find(command);
        if (answer.Status == 409 && Title(body) == "conflict")
            return
                work.Conflicts > 0
                || history?.ChangedBetween(attempt.From, _commits) == true
                // Under a key that was forgotten: the client that it made is still there.
                || (command is CreateClient && Uses(attempt.Call).Exists(use => use.At + KeyLifetime <= Decided(work)))
                ? null
                : ("A conflict needs a rival", "Nobody else changed the account.");
        if (answer.Status == 422 && Title(body) == "idempotency_mismatch")
            return Uses(attempt.Call).Exists(use => use.Fingerprint != attempt.Call.Fingerprint)
                ? null
                : ("A key mismatches only another request", "No other request under this key took effect.");
        var differences = new List<string>();
        foreach (var state in history?.Between(attempt.From, _commits) ?? [null])
        {
            var expected =
                command is CreateClient
                    ? Expected.Done(201, null)
                    : state?.Copy().Do(command, Decided(work), NewThings.Any) ?? ClientBook.Missing;
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

    // Equal tags are equal things, and the other way round; and a batch has exactly the documented keys.
    private (string Rule, string Detail)? ThingFault(HttpAnswer answer, JsonElement body)
    {
        if (answer.Status >= 300)
            return null;
        var thing = body.GetProperty("data").EnumerateObject().First().Value;
        if (
            BatchesIn(thing).FirstOrDefault(batch => batch.GetPropertyCount() != 11) is
            { ValueKind: JsonValueKind.Object } odd
        )
            return ("A batch has eleven keys", odd.GetRawText());
        if (answer.Tag is not { } tag)
            return null;
        var text = thing.GetRawText();
        // Another tag of the same thing would refuse a caller whose thing has not changed.
        if (_things.TryAdd(tag, text) & _tags.TryAdd(text, tag) || (_things[tag] == text && _tags[text] == tag))
            return null;
        return ("Equal tags are equal things", $"{tag} was {_things[tag]}");
    }

    private static IEnumerable<JsonElement> BatchesIn(JsonElement thing) =>
        thing.TryGetProperty("allocatedCredits", out _) ? [thing]
        : thing.TryGetProperty("creditBatch", out var one) ? [one]
        : thing.TryGetProperty("creditBatches", out var all) ? all.EnumerateArray()
        : [];

    private ClientHistory? Find(IncomingCommand command) =>
        command switch
        {
            CreateClient => null,
            GetClient one => _clients.GetValueOrDefault(one.Client),
            VerifyClient one => _clients.GetValueOrDefault(one.Client),
            OpenAccount one => _clients.GetValueOrDefault(one.Client),
            ListAccounts one => _clients.GetValueOrDefault(one.Client),
            CreateBatch one => _clients.GetValueOrDefault(one.Client),
            ListBatches one => _clients.GetValueOrDefault(one.Client),
            ListActions one => _clients.GetValueOrDefault(one.Client),
            GetAccount one => OfUuid(one.Account),
            RedeemPooled one => OfUuid(one.Account),
            PutBatch one => OfUuid(one.Batch),
            VoidBatch one => OfUuid(one.Batch),
            GetBatch one => OfUuid(one.Batch),
            Allocate one => OfUuid(one.Batch),
            ListAllocations one => OfUuid(one.Batch),
            ListBatchActions one => OfUuid(one.Batch),
            Redeem one => OfUuid(one.Allocation),
            Revoke one => OfUuid(one.Allocation),
            GetAllocation one => OfUuid(one.Allocation),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a client's command."),
        };

    // A UUID carries its account's route in its free bits: 12 digits before the version, 3 after it.
    private ClientHistory? OfUuid(string id)
    {
        var digits = id.Replace("-", "", StringComparison.Ordinal);
        var route = digits[..12] + digits[13..16];
        return _clients.Values.FirstOrDefault(history => history.Partition.EndsWith(route, StringComparison.Ordinal));
    }

    private static NewThings NewThingsOf(IReadOnlyList<RowChange> changes)
    {
        string Inserted(string prefix) =>
            changes.FirstOrDefault(change => change is RowChange.Insert && Is(change, prefix)) is { } row
                ? Text(row, "Id")
                : "none";
        var allocations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var change in changes)
            if (change is RowChange.Insert && Is(change, "alloc."))
                allocations[Text(change, "Batch")] = Text(change, "Id");
        return new(Inserted("account."), Inserted("batch."), allocations);
    }

    private static Places PlacesOf(RowChange row, string prefix)
    {
        long Number(string place) => (long)row.Columns[prefix + place];
        return new(
            Number("Starting"),
            Number("Adjustments"),
            Number("Current"),
            Number("Unspent"),
            Number("Redeemed"),
            Number("Lapsed")
        );
    }
}
