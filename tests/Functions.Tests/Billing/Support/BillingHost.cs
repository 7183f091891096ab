using System.Globalization;
using Drawdown.Functions.Tests.Support;
using Drawdown.LocalHost;
using Drawdown.Storage;
using Drawdown.Storage.ApiKeys;
using Drawdown.Storage.Azure;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Drawdown.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>
/// The functions in LocalHost, over HTTP, on tables and queues of their own in the real Azurite. A message that failed is
/// tried again at once, so that no test waits for it.
/// </summary>
public sealed class BillingHost(AzuriteServer azurite) : IAsyncLifetime
{
    private Tests.Support.Instance? _instance;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public TestTime Time { get; } = new();

    public TestStorage Storage { get; private set; } = null!;

    public FaultyTables Tables { get; private set; } = null!;

    public HeldQueues Queues { get; private set; } = null!;

    public ApiClient Api => Instance.Api;

    public LocalHostApp App => Instance.App;

    /// <summary>What the host's clock shows: at first the tenth day of a month of thirty, and thirty seconds.</summary>
    public DateTimeOffset Now => App.Clock.GetUtcNow();

    /// <summary>The beginning of that month.</summary>
    public static DateTimeOffset April { get; } = new(2023, 4, 1, 0, 0, 0, TimeSpan.Zero);

    private Tests.Support.Instance Instance => _instance!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Time.Advance(TimeSpan.FromDays(100));
        Storage = azurite.NewStorage();
        Tables = new FaultyTables(Storage.Tables);
        Queues = new HeldQueues(Storage.Queues);
        var json = HostJson.Read(HostJson.DefaultPath);
        var log = new HostLog();
        var app = await LocalHostApp.Start(
            new LocalHostOptions
            {
                Port = 0,
                ApiKey = DrawdownHost.Key,
                RealTime = Time,
                HostJson = json with { Queues = json.Queues with { VisibilityTimeout = TimeSpan.Zero } },
            },
            (services, configuration) =>
                services
                    .AddLogging(logging => logging.AddProvider(log))
                    .AddSingleton<ITableStore>(Tables)
                    .AddSingleton<IQueueStore>(Queues)
                    .AddDrawdown(configuration),
            [typeof(DrawdownServices).Assembly],
            CancellationToken.None
        );
        _instance = new Tests.Support.Instance(app, log);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_instance is not null)
            await _instance.DisposeAsync();
    }

    /// <summary>Waits until all messages are processed, or given up.</summary>
    public async Task Drain() => await App.DrainQueues(Cancellation);

    /// <summary>Runs a timer now, whether or not it is due.</summary>
    public Task RunTimer(string name) => Instance.RunTimer(name);

    /// <summary>A caller of another organization.</summary>
    public async Task<ApiClient> Organization(string name)
    {
        var key = $"the-key-of-{name}";
        await App.Services.GetRequiredService<ApiKeyStore>().Add(key, name, Now, Cancellation);
        return Api.As(key);
    }

    /// <summary>A new customer on a new monthly plan since the first of April, its first invoice made.</summary>
    public async Task<Seats> Seats(decimal units = 15m, string behavior = "full", object[]? tiers = null)
    {
        var customer = await Api.NewCustomer();
        var metric = await Api.NewMetric();
        var plan = await Api.NewPlan(metric, tiers, units, behavior);
        var subscription = await Api.Subscribe(customer, plan, April).Is(201);
        await Drain();
        return new Seats(this, customer, metric, plan, subscription.Text("subscription_id")!);
    }

    /// <summary>
    /// The rows of the accounts, with their versions: what a refused request must leave as it is. What an earlier test put on
    /// the queue is done first, or it would look like this test's doing.
    /// </summary>
    public async Task<List<string>> Accounts()
    {
        await Drain();
        var rows = new List<string>();
        await foreach (var row in Storage.Tables.Scan(StorageTables.Accounts, " ", "~", Cancellation))
            rows.Add($"{row.Partition} {row.Row} {row.ETag}");
        return rows;
    }

    /// <summary>The charges of a customer.</summary>
    public async Task<List<TableRow>> Charges(Seats seats)
    {
        var rows = new List<TableRow>();
        await foreach (var row in Storage.Tables.Scan(StorageTables.Accounts, " ", "~", Cancellation))
            if (row.Row.StartsWith($"charge.{seats.Route}", StringComparison.Ordinal))
                rows.Add(row);
        return rows;
    }

    /// <summary>How many messages are on a queue, those included that are hidden.</summary>
    public async Task<int> Count(string queue)
    {
        var client = StorageClients.Queues(Storage.Connection).GetQueueClient(Storage.Connection.Prefix + queue);
        return (await client.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount;
    }
}

/// <summary>A customer that pays for seats.</summary>
public sealed record Seats(BillingHost Host, string Customer, string Metric, string Plan, string Subscription)
{
    /// <summary>The account's route, with which all its ids begin.</summary>
    public string Route => Subscription["sub_".Length..][..15];

    public string SubscriptionPath => $"/api/subscriptions/{Subscription}/";

    public string UnitsPath => Catalog.UnitsPath(Subscription, Metric);

    /// <summary>Asks for other units.</summary>
    public Task<Answer> Change(decimal units, bool? invoiceNow = null, params (string Name, string Value)[] headers) =>
        Host.Api.Post(
            UnitsPath,
            invoiceNow is { } now
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"units": {{units}}, "invoice_now": {{(now ? "true" : "false")}} }"""
                )
                : string.Create(CultureInfo.InvariantCulture, $$"""{"units": {{units}} }"""),
            headers
        );

    /// <summary>What it would come to.</summary>
    public Task<Answer> Preview(decimal units) => Host.Api.Post($"{UnitsPath}preview/", new { units }).Is(200);

    /// <summary>The invoices so far, oldest first, once all messages are processed.</summary>
    public async Task<List<System.Text.Json.JsonElement>> Invoices()
    {
        await Host.Drain();
        return await Host.Api.Invoices(Customer);
    }
}
