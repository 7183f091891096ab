using System.Globalization;
using System.Text.Json;
using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.Functions.Tests.Support;
using Drawdown.Functions.Upkeep;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests.Billing;

/// <summary>The life of subscriptions, driven by a clock that the test moves.</summary>
public sealed class LifecycleTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_year_passed_at_once_bills_what_a_year_month_by_month_bills()
    {
        var (atOnce, first) = await Scene.Begin("prorate");
        await atOnce.Subscribe(first);
        var (monthly, second) = await Scene.Begin("prorate");
        await monthly.Subscribe(second);

        atOnce.Deployment.Clock.AdvanceTo(At("2027-02-01T00:00:00Z"));
        await atOnce.Settle(first);
        for (var month = At("2026-03-01T00:00:00Z"); month <= At("2027-02-01T00:00:00Z"); month = month.AddMonths(1))
        {
            monthly.Deployment.Clock.AdvanceTo(month);
            await monthly.Settle(second);
        }

        Assert.Equal(await monthly.Books(second), await atOnce.Books(first));
        var invoices = await second.Api.Invoices("acme");
        Assert.Equal(13, invoices.Count);
        Assert.Equal([105m, .. Enumerable.Repeat(112.5m, 12)], invoices.Select(invoice => invoice.Money("amount")));
        // Month by month each is issued when its period begins; all at once they are issued now.
        Assert.Equal(
            13,
            invoices
                .Select(invoice =>
                    invoice.Instant("issue_date")!.Value.Month + 12 * invoice.Instant("issue_date")!.Value.Year
                )
                .Distinct()
                .Count()
        );
        Assert.All(
            (await first.Api.Invoices("acme")).Skip(1),
            one => Assert.Equal("2027-02-01", one.Text("issue_date")![..10])
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task The_31st_is_kept_through_shorter_months_and_a_leap_year()
    {
        var (scene, process) = await Scene.Begin();
        scene.Deployment.Clock.AdvanceTo(At("2027-12-31T12:00:00Z"));
        await scene.Subscribe(process);

        scene.Deployment.Clock.AdvanceTo(At("2028-06-01T00:00:00Z"));
        await scene.Settle(process);

        Assert.Equal(
            [
                "2027-12-31T12:00:00Z",
                "2028-01-31T12:00:00Z",
                "2028-02-29T12:00:00Z",
                "2028-03-31T12:00:00Z",
                "2028-04-30T12:00:00Z",
                "2028-05-31T12:00:00Z",
            ],
            await Starts(process)
        );
        await scene.Books(process);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("yearly", "2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z", "2032-02-29T00:00:00Z", 4)]
    [InlineData("quarterly", "2026-11-30T00:00:00Z", "2027-02-28T00:00:00Z", "2027-11-30T00:00:00Z", 4)]
    public async Task Longer_plans_keep_their_day_too(
        string duration,
        string start,
        string next,
        string last,
        int index
    )
    {
        var (scene, process) = await Scene.Begin();
        scene.Deployment.Clock.AdvanceTo(At(start));
        var plan = await process.Api.NewPlan(scene.Metric, duration: duration);
        await process.Api.Subscribe(scene.Customer, plan, At(start)).Is(201);

        scene.Deployment.Clock.AdvanceTo(At(last));
        await scene.Settle(process);

        var starts = await Starts(process);
        Assert.Equal((start, next, last), (starts[0], starts[1], starts[index]));
        Assert.Equal(index + 1, starts.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_period_begins_at_the_same_time_of_day_in_the_customers_time_zone()
    {
        var (scene, process) = await Scene.Begin();
        await process
            .Api.Post(
                "/api/customers/",
                new
                {
                    customer_id = "berlin",
                    email = "jsmith@example.com",
                    timezone = "Europe/Berlin",
                }
            )
            .Is(201);
        // Half past two at night, which on 29 March 2026 does not exist and on 25 October comes twice.
        await process.Api.Subscribe("berlin", scene.Plan, At("2026-01-29T01:30:00Z")).Is(201);

        scene.Deployment.Clock.AdvanceTo(At("2026-11-30T00:00:00Z"));
        await scene.Settle(process);

        var starts = await Starts(process, "berlin");
        Assert.Equal("2026-02-28T01:30:00Z", starts[1]); // Berlin in winter, UTC+1; there is no 29 February.
        Assert.Equal("2026-03-29T01:30:00Z", starts[2]); // 03:30 in summer time: moved on by the hour that is skipped.
        Assert.Equal("2026-04-29T00:30:00Z", starts[3]); // UTC+2.
        Assert.Equal("2026-10-29T01:30:00Z", starts[9]); // UTC+1 again.
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_renewal_it_ends_with_a_final_invoice()
    {
        var (scene, process) = await Scene.Begin();
        await scene.Subscribe(process, autoRenew: false);
        await scene.Change(process, 18m, invoiceNow: false).Is(200);
        var end = At("2026-02-28T09:00:00Z");

        scene.Deployment.Clock.AdvanceTo(end);
        Assert.Equal(["ended"], await Statuses(process));
        await scene.Settle(process);

        var invoices = await process.Api.Invoices(scene.Customer);
        Assert.Equal([105m, 10.5m], invoices.Select(invoice => invoice.Money("amount")));
        Assert.Equal(["Support", "Seats: prepaid units from 15 to 18"], Names(invoices[1]));
        var subscription = await process.Api.Get($"/api/subscriptions/{scene.Subscription}/").Is(200);
        Assert.True(subscription.Json.GetProperty("fully_billed").GetBoolean());
        Assert.Equal(end, subscription.Instant("end_date"));
        await scene.Change(process, 19m).IsProblem(400, "invalid_state", "The subscription is ended, not active.");
        scene.Deployment.Clock.AdvanceTo(end.AddYears(1));
        await scene.Settle(process);
        Assert.Equal(2, (await process.Api.Invoices(scene.Customer)).Count);
        await scene.Books(process);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_end_within_a_period_bills_the_part_that_it_lasts()
    {
        var (scene, process) = await Scene.Begin();
        object[] recurring =
        [
            Catalog.Recurring("Whole", 30m),
            Catalog.Recurring("Shared", 30m, behavior: "prorate"),
            Catalog.Recurring("Shared after", 3m, "in_arrears", "prorate"),
        ];
        var plan = await process.Api.NewPlan(scene.Metric, behavior: "prorate", recurring: recurring);
        // April has 30 days; it ends after 10 of May's 31.
        scene.Deployment.Clock.AdvanceTo(At("2026-04-01T00:00:00Z"));
        await process
            .Api.Subscribe(scene.Customer, plan, scene.Deployment.Now, end: At("2026-05-11T00:00:00Z"))
            .Is(201);
        await scene.Settle(process);

        scene.Deployment.Clock.AdvanceTo(At("2026-07-01T00:00:00Z"));
        await scene.Settle(process);

        var invoices = await process.Api.Invoices(scene.Customer);
        Assert.Equal(3, invoices.Count);
        Assert.Equal([30m, 30m, 5m], Amounts(invoices[0]));
        Assert.Equal([3m, 30m, 9.68m, 1.61m], Amounts(invoices.Single(one => one.Items("line_items").Count == 4)));
        var last = invoices.Single(one => one.Items("line_items").Count == 1);
        Assert.Equal([0.97m], Amounts(last));
        Assert.Equal(("2026-05-01", "2026-05-11"), (last.Text("start_date"), last.Text("end_date")));
        Assert.Equal(["ended"], await Statuses(process));
        await scene.Books(process);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_start_in_the_future_is_billed_when_it_comes()
    {
        var (scene, process) = await Scene.Begin();
        var start = scene.Deployment.Now.AddDays(10);
        var answer = await process.Api.Subscribe(scene.Customer, scene.Plan, start).Is(201);
        var subscription = answer.Text("subscription_id")!;
        await scene.Settle(process);
        Assert.Empty(await process.Api.Invoices(scene.Customer));
        Assert.Equal(["not_started"], await Statuses(process));
        await process
            .Api.Post(Catalog.UnitsPath(subscription, scene.Metric), new { units = 20 })
            .IsProblem(400, "invalid_state", "The subscription is not started, not active.");

        scene.Deployment.Clock.AdvanceTo(start);
        Assert.Equal(["active"], await Statuses(process));
        await scene.Settle(process);

        var invoice = Assert.Single(await process.Api.Invoices(scene.Customer));
        Assert.Equal(105m, invoice.Money("amount"));
        await scene.Books(process);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_start_in_the_past_is_caught_up_with()
    {
        var (scene, process) = await Scene.Begin();
        // The timers have run, so they look for nothing that old by themselves.
        await scene.Settle(process);
        await process.Api.Subscribe(scene.Customer, scene.Plan, At("2025-10-15T00:00:00Z")).Is(201);

        await scene.Settle(process);

        Assert.Equal(
            ["2025-10-15T00:00:00Z", "2025-11-15T00:00:00Z", "2025-12-15T00:00:00Z", "2026-01-15T00:00:00Z"],
            await Starts(process)
        );
        scene.Deployment.Clock.AdvanceTo(At("2026-02-15T00:00:00Z"));
        await scene.Settle(process);
        Assert.Equal(5, (await process.Api.Invoices(scene.Customer)).Count);
        await scene.Books(process);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_subscription_that_is_over_before_it_is_made_is_billed_and_closed()
    {
        var (scene, process) = await Scene.Begin();
        await scene.Settle(process);
        await process.Api.Subscribe(scene.Customer, scene.Plan, At("2025-10-15T00:00:00Z"), autoRenew: false).Is(201);

        await scene.Settle(process);

        var invoices = await process.Api.Invoices(scene.Customer);
        Assert.Equal([7.5m, 105m], invoices.Select(invoice => invoice.Money("amount")).Order());
        var subscription = Assert.Single(await process.Api.All($"/api/subscriptions/?customer_id={scene.Customer}"));
        Assert.True(subscription.GetProperty("fully_billed").GetBoolean());
        await scene.Books(process);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_after_the_periods_end_counts_in_the_new_period_whether_or_not_the_timer_ran(
        bool timerRan
    )
    {
        var (scene, process) = await Scene.Begin();
        await scene.Subscribe(process);
        await scene.Change(process, 18m, invoiceNow: false).Is(200);
        scene.Deployment.Clock.AdvanceTo(At("2026-03-31T09:00:00Z"));
        if (timerRan)
            await process.RunTimer<RenewSubscriptions>(timer => timer.Run);
        var path = Catalog.UnitsPath(scene.Subscription, scene.Metric);

        var preview = await process.Api.Post($"{path}preview/", new { units = 30 }).Is(200);
        var changed = await process.Api.Post(path, new { units = 30 }).Is(200);

        Assert.Equal(12m, preview.Money("delta"));
        Assert.Equal(At("2026-04-30T09:00:00Z"), changed.Instant("end_date"));
        await scene.Settle(process);
        var invoices = await process.Api.Invoices(scene.Customer);
        Assert.Equal([12m, 105m, 115.5m, 118.5m], invoices.Select(invoice => invoice.Money("amount")).Order());
        await scene.Books(process);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_change_after_the_end_closes_the_subscription_and_is_refused()
    {
        var (scene, process) = await Scene.Begin();
        await scene.Subscribe(process, autoRenew: false);
        scene.Deployment.Clock.AdvanceTo(At("2026-02-28T09:00:00Z"));

        await scene.Change(process, 30m).IsProblem(400, "invalid_state", "The subscription is ended, not active.");

        await scene.Settle(process);
        Assert.Equal([105m, 7.5m], (await process.Api.Invoices(scene.Customer)).Select(one => one.Money("amount")));
        await scene.Books(process);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_waiting_charges_than_one_invoice_takes_are_all_billed(bool autoRenew)
    {
        const int changes = 90;
        var (scene, process) = await Scene.Begin();
        await scene.Subscribe(process, autoRenew);
        for (var change = 1; change <= changes; change++)
            await scene.Change(process, 15m + change, invoiceNow: false).Is(200);

        // Three invoices take them: 40, 40 and 10.
        for (var month = 0; month < 3; month++)
        {
            scene.Deployment.Clock.AdvanceTo(scene.Deployment.Now.AddDays(31));
            await scene.Settle(process);
        }

        var lines = (await process.Api.Invoices(scene.Customer)).SelectMany(invoice => invoice.Items("line_items"));
        Assert.Equal(
            changes,
            lines.Count(line => line.Text("name")!.StartsWith("Seats: prepaid units from", StringComparison.Ordinal))
        );
        Assert.DoesNotContain(
            await scene.Deployment.Rows(StorageTables.Accounts),
            row =>
                row.Row.StartsWith("charge.", StringComparison.Ordinal) && (string)row.Columns["Status"] != "invoiced"
        );
        await scene.Books(process);
    }

    [Fact(Timeout = 60_000)]
    public async Task Units_that_were_changed_are_billed_in_the_next_period()
    {
        var (scene, process) = await Scene.Begin("prorate");
        await scene.Subscribe(process);
        await scene.Change(process, 40m).Is(200);
        await scene.Change(process, 0m).Is(200);
        await scene.Change(process, 12m).Is(200);
        await scene.Settle(process);

        scene.Deployment.Clock.AdvanceTo(At("2026-02-28T09:00:00Z"));
        await scene.Settle(process);

        var renewal = (await process.Api.Invoices(scene.Customer))[^1];
        var line = renewal.Items("line_items").Single(line => line.Text("name") == "Seats: prepaid units");
        Assert.Equal((12m, 2m), (line.Money("quantity"), line.Money("amount")));
        await scene.Books(process);
    }

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);

    // The beginnings of the periods that were billed in advance, in order.
    private static async Task<List<string>> Starts(AppProcess process, string customer = "acme") =>
        [
            .. (await process.Api.Invoices(customer))
                .SelectMany(invoice => invoice.Items("line_items"))
                .Where(line => line.Text("name") == "Seats: prepaid units")
                .Select(line => line.Text("start_date")!)
                .Order(StringComparer.Ordinal),
        ];

    private static async Task<IEnumerable<string>> Statuses(AppProcess process)
    {
        List<string> shown = [];
        foreach (var status in new[] { "not_started", "active", "ended" })
        foreach (var _ in await process.Api.All($"/api/subscriptions/?customer_id=acme&status={status}"))
            shown.Add(status);
        return shown;
    }

    private static IEnumerable<decimal> Amounts(JsonElement invoice) =>
        invoice.Items("line_items").Select(line => line.Money("amount"));

    private static IEnumerable<string> Names(JsonElement invoice) =>
        invoice.Items("line_items").Select(line => line.Text("name")!);
}
