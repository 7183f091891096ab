using System.Text.Json;
using System.Text.Json.Nodes;
using Drawdown.Functions.Tests.OpenApi;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Fuzz;

/// <summary>
/// One of everything that a path or a body can name, so that what is wrong with a request is only what the fuzzer made wrong.
/// </summary>
public sealed class FuzzScene
{
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    private FuzzScene() { }

    /// <summary>A request of each operation of the document that would be accepted.</summary>
    public required IReadOnlyList<FuzzRequest> Requests { get; init; }

    /// <summary>Creates the things, and the requests from the examples of the document.</summary>
    public static async Task<FuzzScene> Create(ApiClient api, DateTimeOffset now)
    {
        var scene = new FuzzScene { Requests = [] };
        await scene.CreateLotus(api, now);
        await scene.CreateIncoming(api);
        return new FuzzScene
        {
            Requests =
            [
                .. OpenApiSchemas
                    .Ours.Operations()
                    // Documentation is the same for everyone, takes nothing and needs no key.
                    .Where(operation =>
                        !operation.Path.StartsWith("/api/docs", StringComparison.Ordinal)
                        && !operation.Path.StartsWith("/api/openapi", StringComparison.Ordinal)
                        && operation.Path is not "/api/healthcheck/"
                    )
                    .Select(scene.RequestOf),
            ],
        };
    }

    private async Task CreateLotus(ApiClient api, DateTimeOffset now)
    {
        _ids["customer_id"] = await api.NewCustomer();
        var credit = await api.Grant(_ids["customer_id"], 100m);
        _ids["credit_id"] = credit.Text("credit_id")!;
        _ids["drawdown_id"] = (await api.Draw(_ids["customer_id"], 1m).Is(201)).Text("drawdown_id")!;
        var metric = await api.Post("/api/metrics/", new { metric_name = "Seats", event_name = "seat" }).Is(201);
        _ids["metric_id"] = metric.Text("metric_id")!;
        var plan = await api.Post(
                "/api/plans/",
                new
                {
                    plan_name = "Team",
                    plan_duration = "monthly",
                    initial_version = new
                    {
                        currency_code = "USD",
                        components = new object[]
                        {
                            new
                            {
                                metric_id = _ids["metric_id"],
                                prepaid_charge = new { units = 5 },
                                tiers = new object[]
                                {
                                    new
                                    {
                                        type = "per_unit",
                                        range_start = 0,
                                        cost_per_batch = 2,
                                    },
                                },
                            },
                        },
                    },
                }
            )
            .Is(201);
        _ids["plan_id"] = plan.Text("plan_id")!;
        var subscription = await api.Post(
                "/api/subscriptions/",
                new
                {
                    customer_id = _ids["customer_id"],
                    plan_id = _ids["plan_id"],
                    start_date = now,
                    auto_renew = true,
                }
            )
            .Is(201);
        _ids["subscription_id"] = subscription.Text("subscription_id")!;
        // A charge that waits for the next invoice.
        await api.Post(
                $"/api/subscriptions/{_ids["subscription_id"]}/components/{_ids["metric_id"]}/change_prepaid_units/",
                new { units = 9, invoice_now = false }
            )
            .Is(200);
        var charges = await api.Get($"/api/charges/?customer_id={_ids["customer_id"]}").Is(200);
        _ids["charge_id"] = charges.Json.EnumerateArray().First().GetProperty("charge_id").GetString()!;
        await api.Grant(_ids["customer_id"], 10m, paid: 5m);
        var invoices = await api.Get($"/api/invoices/?customer_id={_ids["customer_id"]}").Is(200);
        _ids["invoice_id"] = invoices.Json.EnumerateArray().First().GetProperty("invoice_id").GetString()!;
    }

    private async Task CreateIncoming(ApiClient api)
    {
        const string Clients = "/incoming/v2/clients";
        _ids["clients"] = await Id(Clients, new { name = "Acme" });
        _ids["creditAccounts"] = await Id(
            $"{Clients}/{_ids["clients"]}/creditAccounts",
            new { name = "Training", startingBalance = 100 }
        );
        _ids["creditAccountId"] = _ids["creditAccounts"];
        _ids["creditBatches"] = await Id(
            $"{Clients}/{_ids["clients"]}/creditBatches",
            new { startingBalance = 100, creditAccountId = _ids["creditAccounts"] }
        );
        _ids["creditAllocations"] = await Id(
            $"{Clients}/creditBatches/{_ids["creditBatches"]}/allocations",
            new { userId = "learner", amount = 10 }
        );

        async Task<string> Id(string path, object body)
        {
            var answer = await api.Post(path, body).Is(201);
            var thing = answer.Json.GetProperty("data").EnumerateObject().First().Value;
            return (thing.TryGetProperty("allocation", out var inner) ? inner : thing).GetProperty("id").GetString()!;
        }
    }

    private FuzzRequest RequestOf(OpenApiOperation operation)
    {
        var segments = operation.Path.Split('/');
        for (var i = 1; i < segments.Length; i++)
            if (segments[i].StartsWith('{'))
            {
                var name = segments[i].Trim('{', '}');
                segments[i] = _ids[name is "id" ? segments[i - 1] : name];
            }
        JsonObject? body = null;
        JsonElement? schema = null;
        if (operation.Source.TryGetProperty("requestBody", out var described))
        {
            var media = described.GetProperty("content").GetProperty("application/json");
            schema = media.GetProperty("schema");
            var example = OpenApiSchemas.Ours.Resolve(media.GetProperty("examples").EnumerateObject().First().Value);
            body = (JsonObject)JsonNode.Parse(example.GetProperty("value").GetRawText())!;
            Localize(body);
        }
        return new(operation, string.Join('/', segments), body, schema, RequiredQuery(operation));
    }

    // The ids of an example are those of this scene.
    private void Localize(JsonNode? node)
    {
        if (node is JsonArray list)
            foreach (var item in list)
                Localize(item);
        if (node is not JsonObject thing)
            return;
        foreach (var (name, value) in thing.ToList())
            if (_ids.TryGetValue(name, out var id) && value is JsonValue)
                thing[name] = id;
            else
                Localize(value);
    }

    private string RequiredQuery(OpenApiOperation operation)
    {
        var given = operation
            .Parameters.Where(parameter => parameter.GetProperty("in").ValueEquals("query"))
            .Where(parameter => parameter.TryGetProperty("required", out var required) && required.GetBoolean())
            .Select(parameter => parameter.GetProperty("name").GetString()!)
            .Select(name => $"{name}={(_ids.TryGetValue(name, out var id) ? id : "grant")}");
        return string.Join('&', given);
    }
}

/// <summary>A request that would be accepted.</summary>
/// <param name="Path">With the ids of the scene.</param>
/// <param name="Body">Null when the operation takes none.</param>
/// <param name="Schema">Of the body.</param>
/// <param name="Query">The parameters that must be given.</param>
public sealed record FuzzRequest(
    OpenApiOperation Operation,
    string Path,
    JsonObject? Body,
    JsonElement? Schema,
    string Query
);
