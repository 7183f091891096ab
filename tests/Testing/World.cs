using System.Globalization;
using System.Text;
using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using Drawdown.Storage;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;
using Drawdown.Storage.Tables;
using Drawdown.Storage.Telemetry;

namespace Drawdown.Testing;

/// <summary>
/// One organization's accounts in one table service, the requests that change them, and the means to see what became of
/// them. A request grants a credit unless it says otherwise: an effect that leaves an entry in the ledger and can be counted.
/// </summary>
public sealed class World
{
    /// <summary>Where time begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Nothing of a request but this route, its key and its body counts for an idempotency key.</summary>
    public const string Route = "POST /api/credits/";

    private readonly CancellationToken _cancellation;
    private readonly Instance _own;
    private int _requests;
    private int _ids;

    private World(ITableStore tables, CancellationToken cancellation)
    {
        Tables = tables;
        _cancellation = cancellation;
        _own = NewInstance();
    }

    /// <summary>What people call the tenant.</summary>
    public const string OrganizationName = "acme";

    /// <summary>The tenant.</summary>
    public static OrganizationId Organization { get; } = OrganizationId.Named(OrganizationName);

    /// <summary>The test's own access to the tables, without hooks.</summary>
    public ITableStore Tables { get; }

    /// <summary>When the coming requests are decided.</summary>
    public DateTimeOffset Now { get; set; } = Start;

    /// <summary>A table service with the product's tables, all empty.</summary>
    public static async Task<World> In(ITableStore tables, CancellationToken cancellation)
    {
        foreach (var table in StorageTables.All)
            await tables.CreateTable(table, cancellation);
        return new(tables, cancellation);
    }

    /// <summary>The same, in memory.</summary>
    public static Task<World> InMemory(CancellationToken cancellation) => In(new InMemoryTableStore(), cancellation);

    /// <summary>Another process, with hooks and a gate of its own.</summary>
    public Instance NewInstance(DrawdownMetrics? metrics = null) =>
        new(Tables is InMemoryTableStore memory ? memory.Rival() : Tables, _cancellation, metrics);

    /// <summary>Where a customer's account is.</summary>
    public static AccountAddress Address(string customerId) =>
        new(Organization, AccountRoute.Of(Organization, AccountKind.Customer, customerId));

    /// <summary>Creates a customer.</summary>
    public async Task<AccountAddress> Customer(string customerId)
    {
        if (await _own.Send(Creation(customerId)) is not Outcome<Written>.Accepted)
            throw new InvalidOperationException($"{customerId} was not created.");
        return Address(customerId);
    }

    /// <summary>Grants a credit, and returns it.</summary>
    public async Task<CreditId> Granted(
        AccountAddress account,
        decimal amount = 10m,
        DateTimeOffset? expiresAt = null,
        CreditId? id = null
    )
    {
        var request = Grant(account, amount, expiresAt: expiresAt, id: id);
        await Done(request);
        return request.Credit!.Value;
    }

    /// <summary>Sends a request that must go through.</summary>
    public async Task<StoredAnswer> Done(Request request) =>
        await _own.Send(request) is Outcome<Written>.Accepted { Value: { Answer: var answer } }
            ? answer
            : throw new InvalidOperationException("A request that should go through was refused.");

    /// <summary>A request that creates a customer.</summary>
    public Request Creation(string customerId, string? key = null) =>
        New(
            Address(customerId),
            key,
            customerId,
            by =>
                async (snapshot, cancellation) =>
                {
                    var existing = await snapshot.Head(cancellation);
                    return CustomerDecisions
                        .Create(existing, Organization, customerId, Profile, by.Now)
                        .Then(change => Answered(existing, change, by));
                }
        );

    /// <summary>A request that grants a credit. Sent again under its key it would grant another credit, as over HTTP.</summary>
    public Request Grant(
        AccountAddress account,
        decimal amount = 10m,
        string? key = null,
        DateTimeOffset? expiresAt = null,
        string? externalId = null,
        CreditId? id = null
    )
    {
        var credit = id ?? new CreditId(NewId(account));
        var terms = new CreditTerms("USD", amount, null, null, expiresAt, 0m, null, externalId, "{}");
        var request = New(
            account,
            key,
            $"grant {amount.ToString(CultureInfo.InvariantCulture)}",
            by =>
                async (snapshot, cancellation) =>
                {
                    var reading = snapshot.Head(cancellation);
                    var taken = await snapshot.Taken(ExternalKind.Credit, externalId, cancellation);
                    if (await reading is not { } head)
                        return new Refusal.NotFound("There is no such customer.");
                    if (taken is not null)
                        return taken;
                    return CreditDecisions
                        .Grant(head, credit, terms, by)
                        .Then(granted => Answered(head, granted.Change, by));
                }
        );
        return request with
        {
            Credit = credit,
            Operation = request.Operation with
            {
                Due = expiresAt is { } due ? [new(AgendaKind.Expire, due, account, credit.ToString())] : [],
            },
        };
    }

    /// <summary>A request that draws credits.</summary>
    public Request Draw(AccountAddress account, decimal amount, string? key = null, string? externalId = null)
    {
        var id = new DrawdownId(NewId(account));
        var wanted = new DrawdownRequest("USD", amount, null, null, externalId);
        return New(
            account,
            key,
            $"draw {amount.ToString(CultureInfo.InvariantCulture)}",
            by =>
                async (snapshot, cancellation) =>
                {
                    var taking = snapshot.Taken(ExternalKind.Drawdown, externalId, cancellation);
                    if (await snapshot.CreditsView(cancellation) is not { } view)
                        return new Refusal.NotFound("There is no such customer.");
                    if (await taking is { } taken)
                        return taken;
                    return DrawdownDecisions
                        .DrawDown(view.Head, view.Credits, id, wanted, by)
                        .Then(drawn => Answered(view.Head, drawn.Change, by));
                }
        ) with
        {
            Drawdown = id,
        };
    }

    /// <summary>A request that takes a drawdown back.</summary>
    public Request Reverse(AccountAddress account, DrawdownId id, string? key = null) =>
        New(
            account,
            key,
            $"reverse {id}",
            by =>
                async (snapshot, cancellation) =>
                {
                    var finding = snapshot.Drawdown(id, cancellation);
                    var view = await snapshot.CreditsView(cancellation);
                    if (await finding is not { } drawdown || view is null)
                        return new Refusal.NotFound("There is no such drawdown.");
                    return DrawdownDecisions
                        .Reverse(view.Head, drawdown, view.Credits, null, by)
                        .Then(reversed => Answered(view.Head, reversed.Change, by));
                }
        );

    /// <summary>A request that reads the account and finds that nothing has to change.</summary>
    public Request Nothing(AccountAddress account, string? key = null) =>
        New(
            account,
            key,
            "nothing",
            by => async (snapshot, cancellation) => Answered((await snapshot.Head(cancellation))!, null, by)
        );

    /// <summary>A request that reads the account and is refused.</summary>
    public Request Refused(AccountAddress account, string? key = null) =>
        New(
            account,
            key,
            "refused",
            _ =>
                async (snapshot, cancellation) =>
                {
                    await snapshot.Head(cancellation);
                    return new Refusal.InvalidState("Not now.");
                }
        );

    /// <summary>The key as the routes bind it to a request's body.</summary>
    public static IdempotencyKey Key(string key, string body) =>
        IdempotencyKey.Of(Route, key, LedgerHash.Digest(Route, body));

    /// <summary>What one snapshot of an account shows.</summary>
    public AccountSnapshot Snapshot(AccountAddress account) => new(Tables, account);

    /// <summary>An account's head, which must be there.</summary>
    public async Task<AccountHead> Head(AccountAddress account) =>
        await Snapshot(account).Head(_cancellation)
        ?? throw new InvalidOperationException($"There is no account {account.Partition}.");

    /// <summary>One credit, which must be there.</summary>
    public async Task<Credit> Credit(CreditId id) =>
        await Snapshot(new(Organization, id.Hex.Account)).Credit(id, _cancellation)
        ?? throw new InvalidOperationException($"There is no credit {id}.");

    /// <summary>An account's credits and entries, whose audit must find nothing.</summary>
    /// <exception cref="InvalidOperationException">The ledger does not hold.</exception>
    public async Task<LedgerView> Ledger(AccountAddress account)
    {
        var view =
            await Snapshot(account).LedgerView(_cancellation)
            ?? throw new InvalidOperationException($"There is no account {account.Partition}.");
        var report = LedgerAudit.Verify(view.Head, view.Credits, view.Entries);
        return report.Ok ? view : throw new InvalidOperationException(string.Join('\n', report.Faults));
    }

    /// <summary>How many credits were ever granted to an account: one for each grant that took effect.</summary>
    public async Task<int> Effects(AccountAddress account) => (await Ledger(account)).Credits.Count;

    /// <summary>All rows of a table.</summary>
    public async Task<List<TableRow>> Rows(string table) =>
        await Tables.Scan(table, "", "~", _cancellation).ToListAsync(_cancellation);

    /// <summary>The rows of an account whose keys begin with a prefix.</summary>
    public async Task<List<TableRow>> Rows(AccountAddress account, string prefix) =>
        await Tables
            .Range(StorageTables.Accounts, account.Partition, prefix, prefix + "~", _cancellation)
            .ToListAsync(_cancellation);

    private static CustomerProfile Profile => new("ada@example.com", null, "USD", null, null, null, "UTC", "{}");

    // What the answer says follows from the attempt, so two attempts never have the same.
    private static Decided Answered(AccountHead? head, AccountChange? change, Provenance by)
    {
        var version = (change?.Head ?? head)!.Version;
        var body = Encoding.UTF8.GetBytes($"{{\"request\":\"{by.RequestId}\",\"version\":{version}}}");
        return new(head, change, new StoredAnswer(201, body, $"\"{version}\"", $"/made/{by.RequestId}"));
    }

    private RoutedHex NewId(AccountAddress account) =>
        RoutedHex.Mint(account.Route, Now, Interlocked.Increment(ref _ids));

    private Request New(
        AccountAddress account,
        string? key,
        string body,
        Func<Provenance, Func<AccountSnapshot, CancellationToken, Task<Outcome<Decided>>>> decide
    )
    {
        var by = new Provenance("key_test", $"req_{Interlocked.Increment(ref _requests):x32}", Now);
        var idempotency = key is null ? null : Key(key, $"{account.Route} {body}");
        return new(new WriteOperation(account, by, idempotency), decide(by));
    }
}

/// <summary>One request to change one account, as a function of the app would make it.</summary>
public sealed record Request(
    WriteOperation Operation,
    Func<AccountSnapshot, CancellationToken, Task<Outcome<Decided>>> Decide
)
{
    /// <summary>The credit that it grants, if it does.</summary>
    public CreditId? Credit { get; init; }

    /// <summary>The drawdown that it makes, if it does.</summary>
    public DrawdownId? Drawdown { get; init; }

    /// <summary>The same request with another answer.</summary>
    public Request Answering(StoredAnswer answer) =>
        this with
        {
            Decide = async (snapshot, cancellation) =>
                (await Decide(snapshot, cancellation)).Then(decided => decided with { Answer = answer }),
        };
}
