using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Drawdown.Benchmarks;
using Drawdown.Functions;
using Drawdown.LocalHost;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

// Measures requests over HTTP, on LocalHost and Azurite, as ratios to the storage calls that they cannot do without. The
// floor is measured in the same run, so that a slow machine slows both.
const int Runs = 200;

await using var azurite = new AzuriteServer();
await azurite.InitializeAsync();
var storage = azurite.NewStorage();
await storage.Tables.CreateTable("Floor", CancellationToken.None);

await using var host = await LocalHostApp.Start(
    new LocalHostOptions { Port = 0, StorageConnectionString = azurite.ConnectionString },
    (services, configuration) => services.AddDrawdown(configuration),
    [typeof(DrawdownServices).Assembly]
);
using var http = new HttpClient { BaseAddress = host.BaseAddress };
http.DefaultRequestHeaders.Add("X-API-KEY", new LocalHostOptions().ApiKey);

var read = await Measurement.Of("one point read", Runs, _ => storage.Tables.Get("Floor", "p", "r", default));
var commit = await Measurement.Of(
    "one 3-row transaction",
    Runs,
    run => storage.Tables.Commit("Floor", "p", [Row(run, "a"), Row(run, "b"), Row(run, "c")], default)
);

await Post("/api/customers/", new { customer_id = "acme", email = "billing@acme.example" });
var credit = await Post("/api/credits/", Grant(1_000_000));
var id = credit.GetProperty("credit_id").GetString();

Console.WriteLine(
    $"{Runs} runs each, one at a time; floors: {read.Median:0.0} ms a point read, {commit.Median:0.0} ms a transaction"
);
Report(await Measurement.Of("GET a credit", Runs, _ => Get($"/api/credits/{id}/")), read);
Report(await Measurement.Of("POST a credit", Runs, _ => Post("/api/credits/", Grant(1))), commit);
Report(
    await Measurement.Of(
        "POST an update of a credit",
        Runs,
        run => Post($"/api/credits/{id}/update/", new { description = Text(run) })
    ),
    commit
);
Report(await Measurement.Of("POST a drawdown (of 222 credits)", Runs, _ => Post("/api/drawdowns/", Draw())), commit);
Report(
    await Measurement.Of("the same with an Idempotency-Key", Runs, run => Post("/api/drawdowns/", Draw(), Text(run))),
    commit
);
Report(
    await Measurement.Of(
        "16 drawdowns at once on one account",
        20,
        _ => Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Post("/api/drawdowns/", Draw())))
    ),
    commit
);

var verified = await Get("/api/customers/acme/ledger/verify/");
Console.WriteLine($"ledger afterwards: {verified.GetRawText()}");
return verified.GetProperty("ok").GetBoolean() ? 0 : 1;

static object Grant(int amount) =>
    new
    {
        customer_id = "acme",
        amount,
        currency_code = "USD",
    };

static object Draw() =>
    new
    {
        customer_id = "acme",
        amount = 0.01m,
        currency_code = "USD",
    };

static string Text(int run) => string.Create(CultureInfo.InvariantCulture, $"run {run}");

static RowChange Row(int run, string name) =>
    new RowChange.Insert($"{name}{Text(run)}", new ColumnWriter().Text("Text", new string('x', 500)).Columns);

static void Report(Measurement measurement, Measurement floor) => Console.WriteLine(measurement.Against(floor));

async Task<JsonElement> Get(string path) => await http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));

async Task<JsonElement> Post(string path, object body, string? key = null)
{
    using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
    if (key is not null)
        request.Headers.Add("Idempotency-Key", key);
    using var response = await http.SendAsync(request);
    response.EnsureSuccessStatusCode();
    return await response.Content.ReadFromJsonAsync<JsonElement>();
}
