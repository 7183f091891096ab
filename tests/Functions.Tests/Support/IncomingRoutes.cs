using Drawdown.Storage;
using Drawdown.Testing;

namespace Drawdown.Functions.Tests.Support;

/// <summary>Every route of the Incoming side, with a request that it accepts.</summary>
public sealed class IncomingRoutes(AzuriteServer azurite) : IAsyncLifetime
{
    private readonly DrawdownHost _host = new(azurite);
    private Dictionary<string, IncomingRequest> _all = [];

    public ApiClient Api => _host.Api;

    public DrawdownHost Host => _host;

    public string Client { get; private set; } = "";

    public string Account { get; private set; } = "";

    /// <summary>A batch of the account.</summary>
    public string Batch { get; private set; } = "";

    /// <summary>An allocation of the batch.</summary>
    public string Allocation { get; private set; } = "";

    /// <summary>All of them, by the names of their functions.</summary>
    public IReadOnlyDictionary<string, IncomingRequest> All => _all;

    public IEnumerable<IncomingRequest> Writes => _all.Values.Where(request => request.Body is not null);

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        Client = await Api.NewClient();
        Account = await Api.NewAccount(Client);
        Batch = (await Api.NewBatch(Client, 1000, account: Account)).Id();
        Allocation = await Api.Allocated(Batch, 500);
        var (client, account, batch) = ($"/{Client}", $"/creditAccounts/{Account}", $"/creditBatches/{Batch}");
        var allocation = $"/creditAllocations/{Allocation}";
        const string spend = """{"userId": "learner-1", "amount": 1}""";
        IncomingRequest[] all =
        [
            new("CreateClient", "POST", "", null, """{"name": "Acme University"}"""),
            new("GetClient", "GET", client, Client, null),
            new("VerifyClientLedger", "GET", $"{client}/ledger/verify", Client, null),
            new(
                "CreateCreditAccount",
                "POST",
                $"{client}/creditAccounts",
                Client,
                """{"name": "Training", "startingBalance": 10}"""
            ),
            new("ListCreditAccounts", "GET", $"{client}/creditAccounts", Client, null),
            new("GetCreditAccount", "GET", account, Account, null),
            new("RedeemAccountCredits", "POST", $"{account}/redeem", Account, spend),
            new("CreateCreditBatch", "POST", $"{client}/creditBatches", Client, """{"startingBalance": 10}"""),
            new("ListCreditBatches", "GET", $"{client}/creditBatches", Client, null),
            new("GetCreditBatch", "GET", batch, Batch, null),
            new("UpdateCreditBatch", "PUT", batch, Batch, """{"name": "Winter"}"""),
            new("VoidCreditBatch", "POST", $"{batch}/void", Batch, """{"reason": "Ordered by mistake"}"""),
            new("AllocateCredits", "POST", $"{batch}/allocations", Batch, spend),
            new("ListCreditAllocations", "GET", $"{batch}/allocations", Batch, null),
            new("ListBatchActions", "GET", $"{batch}/creditActions", Batch, null),
            new("GetCreditAllocation", "GET", allocation, Allocation, null),
            new("RevokeCreditAllocation", "POST", $"{allocation}/revoke", Allocation, """{"amount": 1}"""),
            new("RedeemCreditAllocation", "POST", $"{allocation}/redeem", Allocation, """{"amount": 1}"""),
            new(
                "ListCreditActions",
                "GET",
                $"{client}/creditAccount/{Account}/creditActions?actionType=debit",
                Client,
                null
            ),
        ];
        _all = all.ToDictionary(request => request.Name);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>Sends something for every write, and asserts that nothing was written.</summary>
    public Task Refused(Func<IncomingRequest, Task> send) =>
        Refused([.. Writes.Select(request => (Func<Task>)(() => send(request)))]);

    /// <summary>Sends, and asserts that nothing was written.</summary>
    public async Task Refused(params Func<Task>[] requests)
    {
        var before = await Stored();
        foreach (var request in requests)
            await request();
        Assert.Equal(before, await Stored());
    }

    // What stands in the tables that hold the truth, and in those that find it.
    private async Task<List<(string, string, string)>> Stored()
    {
        var rows = await _host.Rows(StorageTables.Accounts);
        rows.AddRange(await _host.Rows(StorageTables.Directory));
        return [.. rows.Select(row => (row.Partition, row.Row, row.ETag))];
    }
}

/// <summary>A request to a route of the Incoming side.</summary>
/// <param name="Name">The function.</param>
/// <param name="Id">The id that stands in the path; null when there is none.</param>
/// <param name="Body">Null when the route takes none.</param>
public sealed record IncomingRequest(string Name, string Method, string Path, string? Id, string? Body)
{
    /// <summary>Sends it.</summary>
    public Task<Answer> Send(ApiClient api, params (string Name, string Value)[] headers) =>
        api.Send(Method, IncomingCalls.Clients + Path, Body, headers);

    /// <summary>Sends it with another body.</summary>
    public Task<Answer> Send(ApiClient api, object body, params (string Name, string Value)[] headers) =>
        api.Send(Method, IncomingCalls.Clients + Path, body, headers);

    /// <summary>The same with another id in the path.</summary>
    public IncomingRequest With(string id) =>
        this with
        {
            Path = Path.Replace($"/{Id!}", $"/{id}", StringComparison.Ordinal),
            Id = id,
        };
}
