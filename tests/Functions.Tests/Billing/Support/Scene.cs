using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>A customer on a monthly plan, with what an operation under test needs to be asked for again.</summary>
/// <param name="Deployment">The storage and the time.</param>
/// <param name="Customer">The customer's id; the account's route, and so the invoices' numbers, follow from it.</param>
public sealed record Scene(Deployment Deployment, string Customer, string Metric, string Plan)
{
    /// <summary>Longer than anything due is looked for again, so that a round leaves nothing half done.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(20);

    /// <summary>The subscription, once there is one.</summary>
    public string Subscription { get; private set; } = "";

    /// <summary>What the operation works on, where it is not the subscription.</summary>
    public string Target { get; set; } = "";

    /// <summary>Begins with a customer, a metric and a plan, and nobody subscribed.</summary>
    public static async Task<(Scene Scene, AppProcess Process)> Begin(string behavior = "full")
    {
        var deployment = new Deployment();
        var process = await deployment.Start();
        await process.Api.Post("/api/customers/", new { customer_id = "acme", email = "jsmith@example.com" }).Is(201);
        var metric = await process.Api.NewMetric();
        object[] recurring = [Catalog.Recurring("Base fee", 100m), Catalog.Recurring("Support", 7.5m, "in_arrears")];
        var plan = await process.Api.NewPlan(metric, behavior: behavior, recurring: recurring);
        return (new Scene(deployment, "acme", metric, plan), process);
    }

    /// <summary>Subscribes from now on, and lets the first invoice come.</summary>
    public async Task Subscribe(AppProcess process, bool autoRenew = true)
    {
        var answer = await process.Api.Subscribe(Customer, Plan, Deployment.Now, autoRenew: autoRenew).Is(201);
        Subscription = answer.Text("subscription_id")!;
        await Settle(process);
    }

    /// <summary>Grants a credit. The instants of two credits differ, so that their order is no matter of chance.</summary>
    public async Task<Answer> Grant(AppProcess process, decimal amount, DateTimeOffset? expires = null)
    {
        Deployment.Clock.Advance(TimeSpan.FromSeconds(1));
        return await process.Api.Grant(Customer, amount, expires);
    }

    /// <summary>Asks for other units, under a key when one is given.</summary>
    public Task<Answer> Change(AppProcess process, decimal units, bool invoiceNow = true, string? key = null) =>
        process.Api.Post(
            Catalog.UnitsPath(Subscription, Metric),
            new { units, invoice_now = invoiceNow },
            key is null ? [] : [("Idempotency-Key", key)]
        );

    /// <summary>Lets time pass, runs all timers and takes all messages, until there is nothing left to do.</summary>
    public async Task Settle(AppProcess process)
    {
        for (var round = 0; round < 3; round++)
        {
            Deployment.Clock.Advance(Round);
            await process.RunTimers();
            await process.DrainQueues();
        }
    }

    public Task<string> Books(AppProcess process) => Support.Books.Read(Deployment, process.Api, Customer);
}
