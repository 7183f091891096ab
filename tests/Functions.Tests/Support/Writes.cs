using Drawdown.Storage;
using Drawdown.Testing;

namespace Drawdown.Functions.Tests.Support;

/// <summary>Every route that writes to a customer's credits, with what it takes to send something there.</summary>
public sealed class Writes(AzuriteServer azurite) : IAsyncLifetime
{
    private readonly DrawdownHost _host = new(azurite);
    private Dictionary<string, (string Path, string Body)> _routes = [];

    public ApiClient Api => _host.Api;

    public string Customer { get; private set; } = "";

    public Answer Credit { get; private set; } = null!;

    /// <summary>The routes by what they do, each with a body that it accepts.</summary>
    public IReadOnlyDictionary<string, (string Path, string Body)> Routes => _routes;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        Customer = await Api.NewCustomer();
        Credit = await Api.Grant(Customer, 1000m);
        var drawdown = await Api.Draw(Customer, 1m).Is(201);
        var spend = $$"""{"customer_id": "{{Customer}}", "amount": 1, "currency_code": "USD"}""";
        _routes = new()
        {
            ["create customer"] = ("/api/customers/", """{"email": "jsmith@example.com"}"""),
            ["create credit"] = ("/api/credits/", spend),
            ["update credit"] = ($"{ApiClient.PathOf(Credit)}update/", """{"description": "text"}"""),
            ["void credit"] = ($"{ApiClient.PathOf(Credit)}void/", "{}"),
            ["draw down"] = ("/api/drawdowns/", spend),
            ["reverse"] = ($"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/", """{"reason": "text"}"""),
        };
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>Sends something to every route, given its path and a good body, and asserts that nothing was written.</summary>
    public Task Refused(Func<string, string, Task> send) =>
        Refused([.. _routes.Values.Select(route => (Func<Task>)(() => send(route.Path, route.Body)))]);

    /// <summary>Sends, and asserts that nothing was written.</summary>
    public async Task Refused(params Func<Task>[] requests)
    {
        var before = await Stored();
        foreach (var request in requests)
            await request();
        Assert.Equal(before, await Stored());
    }

    // What stands in the tables that hold the truth, and in the list of customers.
    private async Task<List<(string, string, string)>> Stored()
    {
        var rows = await _host.Rows(StorageTables.Accounts);
        rows.AddRange(await _host.Rows(StorageTables.Directory));
        return [.. rows.Select(row => (row.Partition, row.Row, row.ETag))];
    }
}
