using Drawdown.Functions.Charges;
using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage.Azure;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Drawdown.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Tests.Billing;

/// <summary>
/// What billing costs in steps of calls to storage, counted where the calls go out. Without a host, whose own look into the
/// queues would be counted too.
/// </summary>
public sealed class BillingBudgetTests(AzuriteServer azurite)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Billing_takes_the_promised_number_of_steps(bool keyed)
    {
        var calls = new StorageCalls { Delay = TimeSpan.FromMilliseconds(40) };
        var storage = azurite.NewStorage();
        await using var services = Services(storage.Connection, calls);
        foreach (var service in services.GetServices<IHostedService>())
            await service.StartAsync(CancellationToken.None);
        using var http = new HttpClient(new FunctionHandler(services)) { BaseAddress = new Uri("http://drawdown") };
        var api = new ApiClient(http, new AnswerRules(new HostLog()), DrawdownHost.Key);
        var customer = await api.NewCustomer();
        var metric = await api.NewMetric();
        var plan = await api.NewPlan(metric);
        var start = TimeProvider.System.GetUtcNow().AddDays(-1);
        var subscription = await api.Subscribe(customer, plan, start).Is(201);
        var path = Catalog.UnitsPath(subscription.Text("subscription_id")!, metric);
        await api.Grant(customer, 1m);
        await TakeMessage();

        Assert.Equal(2, await Steps(() => Change(10)));
        Assert.Equal(3, await Steps(() => Change(20)));
        Assert.Equal(2, await Steps(() => Change(20)) + (keyed ? 0 : 1));
        Assert.Equal(2, await Steps(() => Change(21, invoiceNow: false)));
        Assert.Equal(1, await Steps(() => api.Post($"{path}preview/", new { units = 30 }).Is(200)));
        Assert.Equal(
            1,
            await Steps(() => api.Get($"/api/subscriptions/{subscription.Text("subscription_id")}/").Is(200))
        );
        var message = await Message();
        Assert.Equal(3, await Steps(() => Process(message)));
        Assert.Equal(1, await Steps(() => Process(message)));
        var invoices = await api.Invoices(customer);
        Assert.Equal(2, invoices.Count);
        Assert.Equal(1, await Steps(() => api.Get($"/api/invoices/{invoices[0].Text("invoice_id")}/").Is(200)));
        Assert.Equal(2, await Steps(() => api.Get($"/api/invoices/{invoices[0].Text("invoice_number")}/").Is(200)));

        async Task<int> Steps(Func<Task> work)
        {
            calls.Clear();
            await work();
            TestContext.Current.TestOutputHelper?.WriteLine($"{calls}\n");
            return calls.Steps;
        }

        Task<Answer> Change(int units, bool invoiceNow = true)
        {
            (string, string)[] headers = keyed ? [("Idempotency-Key", $"{Guid.NewGuid()}")] : [];
            return api.Post(path, new { units, invoice_now = invoiceNow }, headers).Is(200);
        }

        Task Process(string body) =>
            ActivatorUtilities.CreateInstance<ProcessInvoice>(services).Run(body, CancellationToken.None);

        async Task TakeMessage() => await Process(await Message());

        async Task<string> Message()
        {
            var received = await storage.Queues.Receive(
                InvoiceQueue.Name,
                32,
                TimeSpan.FromHours(1),
                CancellationToken.None
            );
            return Assert.Single(received).Body;
        }
    }

    private static ServiceProvider Services(StorageConnection connection, StorageCalls calls)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Drawdown:BootstrapKey"] = DrawdownHost.Key,
        };
        return new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
            .AddSingleton<ITableStore>(
                new AzureTableStore(StorageClients.Tables(connection, calls.Customize), connection.Prefix)
            )
            .AddSingleton<IQueueStore>(
                new AzureQueueStore(StorageClients.Queues(connection, calls.Customize), connection.Prefix)
            )
            .AddDrawdown(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
    }
}
