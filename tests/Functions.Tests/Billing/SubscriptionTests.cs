using System.Text.Json;
using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Billing;

/// <summary>Subscriptions, and the invoices that come of them through the queue.</summary>
public sealed class SubscriptionTests(BillingHost host) : IClassFixture<BillingHost>
{
    [Fact]
    public async Task A_subscription_begins_and_its_first_invoice_comes_through_the_queue()
    {
        var customer = await host.Api.NewCustomer();
        var metric = await host.Api.NewMetric();
        object[] recurring = [Catalog.Recurring("Base fee", 49.99m), Catalog.Recurring("Support", 5m, "in_arrears")];
        var plan = await host.Api.NewPlan(metric, recurring: recurring);

        var answer = await host
            .Api.Post(
                "/api/subscriptions/",
                new
                {
                    customer_id = customer,
                    plan_id = plan,
                    start_date = BillingHost.April,
                    subscription_filters = new[] { new { property_name = "region", value = "eu" } },
                    metadata = new { order = 17 },
                }
            )
            .Is(201);

        Assert.Equal(
            [
                "subscription_id",
                "start_date",
                "end_date",
                "auto_renew",
                "is_new",
                "subscription_filters",
                "customer",
                "billing_plan",
                "fully_billed",
                "addons",
                "metadata",
                "components",
            ],
            answer.Json.Names()
        );
        Assert.Equal(BillingHost.April, answer.Instant("start_date"));
        Assert.Equal(BillingHost.April.AddMonths(1), answer.Instant("end_date"));
        Assert.Equal(
            (plan, "Team"),
            (
                answer.Json.GetProperty("billing_plan").Text("plan_id"),
                answer.Json.GetProperty("billing_plan").Text("plan_name")
            )
        );
        Assert.Equal(customer, answer.Json.GetProperty("customer").Text("customer_id"));
        Assert.Equal("""{"order":17}""", answer.Json.GetProperty("metadata").ToString());
        var component = Assert.Single(answer.Items("components"));
        Assert.Equal(
            (metric, 15m, "full"),
            (component.Text("metric_id"), component.Money("units"), component.Text("charge_behavior"))
        );
        Assert.Equal(answer.Body, (await host.Api.Get(answer.Header("Location")!).Is(200)).Body);

        await host.Drain();
        var invoice = Assert.Single(await host.Api.Invoices(customer));
        Assert.Equal(
            (54.99m, 54.99m, "unpaid"),
            (invoice.Money("amount"), invoice.Money("cost_due"), invoice.Text("payment_status"))
        );
        Assert.Equal(("2023-04-01", "2023-05-01"), (invoice.Text("start_date"), invoice.Text("end_date")));
        Assert.Equal(answer.Text("subscription_id"), invoice.Text("subscription_id"));
        Assert.Equal(
            ["Base fee", "Seats: prepaid units"],
            invoice.Items("line_items").Select(line => line.Text("name"))
        );
        Assert.All(invoice.Items("line_items"), line => Assert.Equal("in_advance", line.Text("billing_type")));
        var shown = await host.Api.Get($"/api/customers/{customer}/").Is(200);
        Assert.Equal(54.99m, shown.Money("total_amount_due"));
        Assert.Equal(invoice.ToString(), Assert.Single(shown.Items("invoices")).ToString());
        Assert.Single(shown.Items("subscriptions"));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(15, 0)]
    [InlineData(15, 12.5)]
    [InlineData(null, 1000)]
    public async Task Initial_units_stand_before_the_plans_and_0_is_0(int? planned, double initial)
    {
        var customer = await host.Api.NewCustomer();
        var metric = await host.Api.NewMetric();
        var plan = await host.Api.NewPlan(metric, units: planned);
        object[] units = [new { metric_id = metric, units = (decimal)initial }];

        var answer = await host.Api.Subscribe(customer, plan, BillingHost.April, units: units).Is(201);

        Assert.Equal((decimal)initial, Assert.Single(answer.Items("components")).Money("units"));
        await host.Drain();
        var invoices = await host.Api.Invoices(customer);
        if (initial == 0)
            Assert.Empty(invoices);
        else
            Assert.Equal((decimal)initial - 10m, Assert.Single(invoices).Money("amount"));
    }

    [Fact]
    public async Task The_customers_credits_are_applied_to_the_first_invoice()
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 2m);
        await host.Api.Grant(customer, 100m, currency: "EUR");
        var plan = await host.Api.NewPlan(await host.Api.NewMetric());

        await host.Api.Subscribe(customer, plan, BillingHost.April).Is(201);

        await host.Drain();
        var invoice = Assert.Single(await host.Api.Invoices(customer));
        Assert.Equal([5m, -2m], invoice.Items("line_items").Select(line => line.Money("amount")));
        Assert.Equal((3m, "unpaid"), (invoice.Money("amount"), invoice.Text("payment_status")));
        Assert.Equal(0m, await host.Api.Remaining(customer));
        Assert.Equal(100m, await host.Api.Remaining(customer, "EUR"));
        await host.Api.Verify(customer);
    }

    [Theory]
    [InlineData("JPY", 7)]
    [InlineData("KWD", 6.667)]
    public async Task Amounts_are_rounded_once_to_the_currencys_minor_unit(string currency, double amount)
    {
        var answer = await host
            .Api.Post("/api/customers/", new { email = "jsmith@example.com", default_currency_code = currency })
            .Is(201);
        var customer = answer.Text("customer_id")!;
        // 20 days of April's 30, at 1 each.
        var plan = await host.Api.NewPlan(
            await host.Api.NewMetric(),
            Catalog.Each(1m),
            units: 10m,
            behavior: "prorate",
            currency: currency
        );

        await host.Api.Subscribe(customer, plan, BillingHost.April, end: BillingHost.April.AddDays(20)).Is(201);

        await host.Drain();
        Assert.Equal((decimal)amount, Assert.Single(await host.Api.Invoices(customer)).Money("amount"));
    }

    [Fact]
    public async Task A_second_subscription_to_the_plan_at_that_time_overlaps()
    {
        var seats = await host.Seats();
        object[] eu = [new { property_name = "region", value = "eu" }];
        object[] euAndTeam = [new { property_name = "team", value = "a" }, .. eu];
        var before = await host.Accounts();

        var refused = await Subscribe(null).IsProblem(400, "overlapping_plans");

        Assert.Contains(seats.Subscription, refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(before, await host.Accounts());
        await Subscribe(eu).Is(201);
        await Subscribe(eu).IsProblem(400, "overlapping_plans");
        await Subscribe(euAndTeam).Is(201);
        await Subscribe([.. euAndTeam.Reverse()]).IsProblem(400, "overlapping_plans");
        // Another plan, another customer, another time.
        await host.Api.Subscribe(seats.Customer, await host.Api.NewPlan(seats.Metric), BillingHost.April).Is(201);
        await host.Api.Subscribe(await host.Api.NewCustomer(), seats.Plan, BillingHost.April).Is(201);
        await host
            .Api.Subscribe(seats.Customer, seats.Plan, BillingHost.April.AddMonths(-1), end: BillingHost.April)
            .Is(201);
        await host
            .Api.Subscribe(
                seats.Customer,
                seats.Plan,
                BillingHost.April.AddMonths(-1),
                end: BillingHost.April.AddDays(1)
            )
            .IsProblem(400, "overlapping_plans");

        Task<Answer> Subscribe(object[]? filters) =>
            host.Api.Subscribe(seats.Customer, seats.Plan, BillingHost.April, filters: filters);
    }

    [Fact]
    public async Task Of_many_at_once_one_subscribes()
    {
        var customer = await host.Api.NewCustomer();
        var plan = await host.Api.NewPlan(await host.Api.NewMetric());

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => host.Api.Subscribe(customer, plan, BillingHost.April))
        );

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => answer.IsProblem(400, "overlapping_plans"));
        await host.Drain();
        Assert.Single(await host.Api.Invoices(customer));
    }

    [Fact]
    public async Task The_same_request_under_a_key_subscribes_once()
    {
        var customer = await host.Api.NewCustomer();
        var plan = await host.Api.NewPlan(await host.Api.NewMetric());
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => host.Api.Subscribe(customer, plan, BillingHost.April, headers: key))
        );

        Assert.All(answers, answer => answer.Is(201));
        Assert.Single(answers, answer => !answer.IsReplayed);
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        await host.Drain();
        Assert.Single(await host.Api.Invoices(customer));
    }

    [Fact]
    public async Task The_list_is_filtered_by_status_plan_and_range()
    {
        var customer = await host.Api.NewCustomer();
        var metric = await host.Api.NewMetric();
        var plan = await host.Api.NewPlan(metric);
        var other = await host.Api.NewPlan(metric);
        var ended = await Subscribe(plan, BillingHost.April.AddDays(-60), BillingHost.April.AddDays(-30));
        var active = await Subscribe(plan, BillingHost.April, null);
        var coming = await Subscribe(other, BillingHost.April.AddDays(30), null);

        Assert.Equal([coming, active, ended], await List(""));
        Assert.Equal([ended], await List("&status=ended"));
        Assert.Equal([active], await List("&status[]=active"));
        Assert.Equal([coming, active], await List("&status=active&status=not_started"));
        Assert.Equal([active, ended], await List($"&plan_id={plan}"));
        Assert.Equal([coming], await List($"&plan_id={other}"));
        Assert.Equal([active, ended], await List("&range_end=2023-04-20"));
        Assert.Equal([coming, active], await List("&range_start=2023-04-02"));
        Assert.Equal([active], await List("&range_start=2023-04-02&range_end=2023-04-20"));
        Assert.Equal([coming, active, ended], await List("&limit=1"));
        Assert.Empty(await List("&status=ended&range_start=2023-04-02"));

        async Task<string> Subscribe(string to, DateTimeOffset start, DateTimeOffset? end) =>
            (await host.Api.Subscribe(customer, to, start, end).Is(201)).Text("subscription_id")!;

        async Task<IEnumerable<string?>> List(string query) =>
            (await host.Api.All($"/api/subscriptions/?customer_id={customer}{query}")).Select(one =>
                one.Text("subscription_id")
            );
    }

    [Theory]
    [InlineData("?customer_id=x&status=paused", "invalid_choice", "status")]
    [InlineData("?status=active", "required", "customer_id")]
    [InlineData("?customer_id=x&plan_id=7", "invalid", "plan_id")]
    [InlineData("?customer_id=x&range_start=soon", "invalid", "range_start")]
    [InlineData("?customer_id=x&range=1", "unknown_field", "range")]
    [InlineData("?customer_id=nobody", "does_not_exist", "customer_id")]
    public Task A_faulty_list_is_refused(string query, string code, string attribute) =>
        host.Api.Get($"/api/subscriptions/{query}").IsFault(code, attribute);

    [Fact]
    public async Task Another_organization_does_not_find_it()
    {
        var seats = await host.Seats();
        var stranger = await host.Organization("strangers to subscriptions");

        await stranger.Get(seats.SubscriptionPath).IsProblem(404, "not_found");
        await stranger.Post(seats.UnitsPath, new { units = 20 }).IsProblem(404, "not_found");
        await stranger.Post($"{seats.UnitsPath}preview/", new { units = 20 }).IsProblem(404, "not_found");
        await stranger
            .Get($"/api/subscriptions/?customer_id={seats.Customer}")
            .IsFault("does_not_exist", "customer_id");
        await stranger
            .Subscribe(await stranger.NewCustomer(), seats.Plan, BillingHost.April)
            .IsFault("does_not_exist", "plan_id");
    }

    /// <summary>Changes to a good request, and the faults that each brings.</summary>
    public static TheoryData<string, string[]> FaultyBodies =>
        new()
        {
            { """ "customer_id": null """, ["null customer_id"] },
            { """ "customer_id": "nobody" """, ["does_not_exist customer_id"] },
            { """ "plan_id": "Team", "start_date": 7 """, ["invalid plan_id", "invalid start_date"] },
            { """ "plan_id": "plan_00000000000000000000000000000000" """, ["does_not_exist plan_id"] },
            { """ "end_date": "2023-04-01" """, ["invalid end_date"] },
            { """ "end_date": "2023-03-31T23:59:59Z" """, ["invalid end_date"] },
            { """ "end_date": "tomorrow", "auto_renew": "no" """, ["invalid auto_renew", "invalid end_date"] },
            { """ "color": "red", "metadata": [] """, ["invalid metadata", "unknown_field color"] },
            {
                """ "subscription_filters": [{ "property_name": "x" }, { "property_name": 7, "value": "", "y": 1 }, 3] """,
                [
                    "blank subscription_filters[1].value",
                    "invalid subscription_filters[1].property_name",
                    "invalid subscription_filters[2]",
                    "required subscription_filters[0].value",
                    "unknown_field subscription_filters[1].y",
                ]
            },
            {
                """ "component_fixed_charges_initial_units": [{ "metric_id": "METRIC", "units": -1 }] """,
                ["min_value component_fixed_charges_initial_units[0].units"]
            },
            {
                """ "component_fixed_charges_initial_units": [{ "metric_id": "METRIC", "units": 0.00000000001 }, {}] """,
                [
                    "max_decimal_places component_fixed_charges_initial_units[0].units",
                    "required component_fixed_charges_initial_units[1].metric_id",
                    "required component_fixed_charges_initial_units[1].units",
                ]
            },
            {
                """ "component_fixed_charges_initial_units": [{ "metric_id": "METRIC", "units": "5" }] """,
                ["invalid component_fixed_charges_initial_units[0].units"]
            },
            {
                """ "component_fixed_charges_initial_units": [{ "metric_id": "METRIC", "units": 1 }, { "metric_id": "METRIC", "units": 2 }] """,
                ["invalid component_fixed_charges_initial_units"]
            },
            {
                """ "component_fixed_charges_initial_units": [{ "metric_id": "OTHER", "units": 1 }, { "metric_id": "METERED", "units": 2 }], "end_date": "2023-01-01" """,
                [
                    "does_not_exist component_fixed_charges_initial_units",
                    "invalid component_fixed_charges_initial_units",
                    "invalid end_date",
                ]
            },
            { """ "component_fixed_charges_initial_units": { } """, ["invalid component_fixed_charges_initial_units"] },
            {
                $""" "subscription_filters": [{string.Join(',', Enumerable.Repeat("{}", 21))}] """,
                ["max_length subscription_filters"]
            },
        };

    [Theory]
    [MemberData(nameof(FaultyBodies))]
    public async Task A_faulty_request_is_refused_with_all_its_faults_and_nothing_is_written(
        string changes,
        string[] faults
    )
    {
        var customer = await host.Api.NewCustomer();
        var metric = await host.Api.NewMetric();
        var metered = await host.Api.NewMetric();
        var other = await host.Api.NewMetric();
        var plan = await PlanOf(metric, metered);
        var body = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["customer_id"] = customer,
            ["plan_id"] = plan,
            ["start_date"] = "2023-04-01",
        };
        changes = changes.Replace("METRIC", metric, StringComparison.Ordinal);
        changes = changes.Replace("METERED", metered, StringComparison.Ordinal);
        changes = changes.Replace("OTHER", other, StringComparison.Ordinal);
        foreach (var field in JsonDocument.Parse($"{{{changes}}}").RootElement.EnumerateObject())
            body[field.Name] = field.Value;
        var before = await host.Accounts();

        var answer = await host.Api.Post("/api/subscriptions/", body).Is(400);

        Assert.Equal(
            faults,
            answer.Faults.Select(fault => $"{fault.Code} {fault.Attribute}").Order(StringComparer.Ordinal)
        );
        Assert.Equal(before, await host.Accounts());
    }

    [Fact]
    public async Task A_plan_in_another_currency_is_refused()
    {
        var customer = await host.Api.NewCustomer();
        var plan = await host.Api.NewPlan(await host.Api.NewMetric(), currency: "EUR");

        await host
            .Api.Subscribe(customer, plan, BillingHost.April)
            .IsFault("invalid", "plan_id", "The plan is in EUR, and the customer is billed in USD.");
    }

    [Fact]
    public async Task A_plan_that_leaves_the_units_open_asks_for_them()
    {
        var customer = await host.Api.NewCustomer();
        var plan = await host.Api.NewPlan(await host.Api.NewMetric(), units: null);

        await host
            .Api.Subscribe(customer, plan, BillingHost.April)
            .IsFault("required", "component_fixed_charges_initial_units");
    }

    [Theory]
    [InlineData(9_999_999_999, 9_999_999_999, "monthly", "2023-04-01")]
    [InlineData(1, 1, "monthly", "9999-12-30")]
    [InlineData(1, 1, "quarterly", "9999-11-01")]
    [InlineData(1, 1, "yearly", "9999-01-01")]
    public async Task What_is_beyond_all_numbers_is_refused(long units, long price, string duration, string start)
    {
        var customer = await host.Api.NewCustomer();
        var metric = await host.Api.NewMetric();
        var plan = await host.Api.NewPlan(metric, Catalog.Each(price), units, duration: duration);
        var before = await host.Accounts();
        foreach (var renews in new[] { true, false })
            await host
                .Api.Post(
                    "/api/subscriptions/",
                    new
                    {
                        customer_id = customer,
                        plan_id = plan,
                        start_date = start,
                        auto_renew = renews,
                    }
                )
                .Is(400);
        Assert.Equal(before, await host.Accounts());
    }

    private async Task<string> PlanOf(string prepaid, string metered)
    {
        var plan = await host
            .Api.Post(
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
                                metric_id = prepaid,
                                tiers = Catalog.TenFree,
                                prepaid_charge = new { units = 15 },
                            },
                            new { metric_id = metered, tiers = Catalog.TenFree },
                        },
                    },
                }
            )
            .Is(201);
        return plan.Text("plan_id")!;
    }
}
