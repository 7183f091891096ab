using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Billing;

/// <summary>Metrics and plans.</summary>
public sealed class CatalogTests(BillingHost host) : IClassFixture<BillingHost>
{
    [Fact]
    public async Task A_metric_is_created_and_found_again()
    {
        var body = new
        {
            metric_name = "Storage",
            event_name = "stored",
            aggregation_type = "max",
            property_name = "bytes",
        };

        var created = await host.Api.Post("/api/metrics/", body).Is(201);

        Assert.Equal(
            ["metric_id", "metric_name", "event_name", "aggregation_type", "property_name"],
            created.Json.Names()
        );
        Assert.Equal($"/api/metrics/{created.Text("metric_id")}/", created.Header("Location"));
        Assert.Equal(("Storage", "max"), (created.Text("metric_name"), created.Text("aggregation_type")));
        var read = await host.Api.Get(created.Header("Location")!).Is(200);
        Assert.Equal(created.Body, read.Body);
        await host.Api.Get(created.Header("Location")!, ("If-None-Match", read.ETag!)).Is(304);
    }

    [Fact]
    public async Task Metrics_and_plans_are_listed_newest_first_and_by_the_page()
    {
        var api = await host.Organization("a catalog of its own");
        var metrics = new List<string>();
        var plans = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            metrics.Insert(0, await api.NewMetric());
            plans.Insert(0, await api.NewPlan(metrics[0]));
        }

        Assert.Equal(metrics, (await api.All("/api/metrics/")).Select(one => one.Text("metric_id")));
        Assert.Equal(metrics, (await api.All("/api/metrics/?limit=2")).Select(one => one.Text("metric_id")));
        Assert.Equal(plans, (await api.All("/api/plans/")).Select(one => one.Text("plan_id")));
        Assert.Equal(plans, (await api.All("/api/plans/?limit=2")).Select(one => one.Text("plan_id")));
        // Another organization sees none of it.
        await host.Api.Get($"/api/metrics/{metrics[0]}/").IsProblem(404, "not_found");
        await host.Api.Get($"/api/plans/{plans[0]}/").IsProblem(404, "not_found");
    }

    [Fact]
    public async Task A_plan_shows_its_version_and_counts_its_active_subscriptions()
    {
        var seats = await host.Seats(behavior: "prorate");

        var plan = await host.Api.Get($"/api/plans/{seats.Plan}/").Is(200);

        Assert.Equal(1, plan.Json.GetProperty("active_subscriptions").GetInt32());
        var version = Assert.Single(plan.Items("versions"));
        Assert.Equal(version.ToString(), plan.Json.GetProperty("display_version").ToString());
        var component = Assert.Single(version.Items("components"));
        Assert.Equal(seats.Metric, component.GetProperty("billable_metric").Text("metric_id"));
        Assert.Equal(15m, component.GetProperty("prepaid_charge").Money("units"));
        Assert.Equal("prorate", component.GetProperty("prepaid_charge").Text("charge_behavior"));
        var tiers = component.Items("tiers");
        Assert.Equal(["free", "per_unit"], tiers.Select(tier => tier.Text("type")));
        Assert.Equal(
            (0m, 10m, 10m),
            (tiers[0].Money("range_start"), tiers[0].Money("range_end"), tiers[1].Money("range_start"))
        );
        Assert.Equal("no_rounding", tiers[1].Text("batch_rounding_type"));
    }

    [Fact]
    public async Task A_created_plan_is_the_plan_that_is_read()
    {
        var metric = await host.Api.NewMetric();
        var body = new
        {
            plan_name = "Team",
            plan_description = "For teams",
            plan_duration = "yearly",
            initial_version = new
            {
                currency_code = "EUR",
                components = new[] { new { metric_id = metric, tiers = Catalog.TenFree } },
                recurring_charges = new[] { Catalog.Recurring("Base fee", 12.34m, "in_arrears", "prorate") },
            },
        };
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        var created = await host.Api.Post("/api/plans/", body, key).Is(201);
        var again = await host.Api.Post("/api/plans/", body, key).Is(201);

        Assert.True(again.IsReplayed);
        Assert.Equal(created.Body, again.Body);
        Assert.Equal(created.Body, (await host.Api.Get(created.Header("Location")!).Is(200)).Body);
    }

    [Fact]
    public async Task The_largest_plan_can_be_created_and_subscribed_to()
    {
        var components = new List<object>();
        for (var i = 0; i < 20; i++)
            components.Add(
                new
                {
                    metric_id = await host.Api.NewMetric(new string((char)('a' + i), 255)),
                    tiers = Enumerable
                        .Range(0, 50)
                        .Select(tier => new
                        {
                            type = "per_unit",
                            range_start = tier * 1_000_000.0000000001m,
                            range_end = tier == 49 ? (decimal?)null : (tier + 1) * 1_000_000.0000000001m,
                            cost_per_batch = 1_234_567.0123456789m,
                            metric_units_per_batch = 9_876_543.0123456789m,
                            batch_rounding_type = "round_nearest",
                        }),
                    prepaid_charge = new { units = 49_000_000.0123456789m, charge_behavior = "prorate" },
                }
            );
        var recurring = Enumerable
            .Range(0, 20)
            .Select(_ => Catalog.Recurring(new string('ö', 255), 9_999_999.99m, behavior: "prorate"));
        var plan = await host
            .Api.Post(
                "/api/plans/",
                new
                {
                    plan_name = new string('p', 255),
                    plan_description = new string('d', 1000),
                    plan_duration = "monthly",
                    initial_version = new
                    {
                        currency_code = "USD",
                        components,
                        recurring_charges = recurring,
                    },
                },
                ("Idempotency-Key", $"{Guid.NewGuid()}")
            )
            .Is(201);
        var customer = await host.Api.NewCustomer();

        await host
            .Api.Subscribe(
                customer,
                plan.Text("plan_id")!,
                BillingHost.April,
                headers: ("Idempotency-Key", $"{Guid.NewGuid()}")
            )
            .Is(201);

        await host.Drain();
        var invoice = Assert.Single(await host.Api.Invoices(customer));
        Assert.Equal(40, invoice.Items("line_items").Count);
    }

    [Fact]
    public async Task Every_fault_of_a_plan_is_named_at_once_with_its_path()
    {
        var metric = await host.Api.NewMetric();
        var before = await host.Accounts();

        var answer = await host
            .Api.Post(
                "/api/plans/",
                $$"""
                {
                  "plan_duration": "weekly",
                  "color": "red",
                  "initial_version": {
                    "currency_code": "XXY",
                    "components": [
                      {
                        "metric_id": "{{metric}}",
                        "tiers": [
                          { "type": "per_unit", "range_start": 1, "range_end": 5, "cost_per_batch": -1 },
                          { "type": "cheap", "range_start": 6, "cost_per_batch": 1, "shape": 1 },
                          { "type": "flat", "range_start": 9, "range_end": 9 }
                        ],
                        "prepaid_charge": { "units": -1, "charge_behavior": "half", "x": 1 }
                      },
                      { "metric_id": "seats" }
                    ],
                    "recurring_charges": [{ "name": "", "amount": 0.00000000001, "charge_timing": "later" }, 7],
                    "valid": true
                  }
                }
                """
            )
            .Is(400);

        Assert.Equal("invalid", answer.Text("title"));
        (string, string)[] faults =
        [
            ("required", "plan_name"),
            ("invalid_choice", "plan_duration"),
            ("unknown_field", "color"),
            ("invalid_choice", "initial_version.currency_code"),
            ("unknown_field", "initial_version.valid"),
            ("min_value", "initial_version.components[0].tiers[0].cost_per_batch"),
            ("invalid", "initial_version.components[0].tiers[0].range_start"),
            ("invalid_choice", "initial_version.components[0].tiers[1].type"),
            ("invalid", "initial_version.components[0].tiers[1].range_start"),
            ("invalid", "initial_version.components[0].tiers[1].range_end"),
            ("unknown_field", "initial_version.components[0].tiers[1].shape"),
            ("invalid", "initial_version.components[0].tiers[2].range_end"),
            ("required", "initial_version.components[0].tiers[2].cost_per_batch"),
            ("min_value", "initial_version.components[0].prepaid_charge.units"),
            ("invalid_choice", "initial_version.components[0].prepaid_charge.charge_behavior"),
            ("unknown_field", "initial_version.components[0].prepaid_charge.x"),
            ("invalid", "initial_version.components[1].metric_id"),
            ("required", "initial_version.components[1].tiers"),
            ("blank", "initial_version.recurring_charges[0].name"),
            ("max_decimal_places", "initial_version.recurring_charges[0].amount"),
            ("invalid_choice", "initial_version.recurring_charges[0].charge_timing"),
            ("invalid", "initial_version.recurring_charges[1]"),
        ];
        Assert.Equal(faults.Order(), answer.Faults.Order());
        Assert.Equal(before, await host.Accounts());
    }

    [Theory]
    [InlineData(
        """[{"type":"free","range_start":0,"range_end":10},{"type":"free","range_start":11}]""",
        "tiers[1].range_start"
    )]
    [InlineData(
        """[{"type":"free","range_start":0,"range_end":10},{"type":"free","range_start":9}]""",
        "tiers[1].range_start"
    )]
    [InlineData("""[{"type":"free","range_start":0},{"type":"free","range_start":9}]""", "tiers[0].range_end")]
    [InlineData("""[{"type":"free","range_start":0.0000000001}]""", "tiers[0].range_start")]
    [InlineData("""[{"type":"free","range_start":0,"range_end":0}]""", "tiers[0].range_end")]
    public async Task Tiers_must_cover_everything_from_0_once(string tiers, string where)
    {
        var metric = await host.Api.NewMetric();

        await Create($$"""{"metric_id":"{{metric}}","tiers":{{tiers}} }""")
            .IsFault("invalid", $"initial_version.components[0].{where}");
    }

    [Fact]
    public async Task Prepaid_units_beyond_the_last_tier_have_no_price()
    {
        var metric = await host.Api.NewMetric();

        await Create(
                $$"""
                {"metric_id":"{{metric}}","prepaid_charge":{"units":10.1},
                 "tiers":[{"type":"flat","range_start":0,"range_end":10,"cost_per_batch":1}]}
                """
            )
            .IsFault("max_value", "initial_version.components[0].prepaid_charge.units");
    }

    [Fact]
    public async Task Unknown_metrics_are_named_each()
    {
        var known = await host.Api.NewMetric();
        var api = await host.Organization("with metrics of its own");
        var foreign = await api.NewMetric();
        const string free = """ "tiers":[{"type":"free","range_start":0}]} """;

        var answer = await Create(
                $$"""{"metric_id":"{{foreign}}",{{free}}, {"metric_id":"{{known}}",{{free}}, {"metric_id":"metric_{{new string('0', 32)}}",{{free}}"""
            )
            .Is(400);

        Assert.Equal(
            [
                ("does_not_exist", "initial_version.components[0].metric_id"),
                ("does_not_exist", "initial_version.components[2].metric_id"),
            ],
            answer.Faults
        );
        await Create($$"""{"metric_id":"{{known}}",{{free}}, {"metric_id":"{{known}}",{{free}}""")
            .IsFault("invalid", "initial_version.components");
    }

    [Theory]
    [InlineData("components", 21)]
    [InlineData("recurring_charges", 21)]
    public async Task A_plan_has_limits(string list, int count)
    {
        var items = string.Join(',', Enumerable.Repeat("{}", count));

        await host
            .Api.Post(
                "/api/plans/",
                $$"""{"plan_name":"x","plan_duration":"monthly","initial_version":{"currency_code":"USD","{{list}}":[{{items}}]} }"""
            )
            .IsFault("max_length", $"initial_version.{list}");
    }

    [Theory]
    [InlineData("""{"metric_name":"x"}""", "required", "event_name")]
    [InlineData("""{"metric_name":null,"event_name":"x"}""", "null", "metric_name")]
    [InlineData("""{"metric_name":" ","event_name":"x"}""", "blank", "metric_name")]
    [InlineData("""{"metric_name":7,"event_name":"x"}""", "invalid", "metric_name")]
    [InlineData("""{"metric_name":"x","event_name":"x","aggregation_type":"sum"}""", "required", "property_name")]
    [InlineData(
        """{"metric_name":"x","event_name":"x","aggregation_type":"Count"}""",
        "invalid_choice",
        "aggregation_type"
    )]
    [InlineData("""{"metric_name":"x","event_name":"x","metric_id":"y"}""", "unknown_field", "metric_id")]
    public async Task A_faulty_metric_is_refused(string body, string code, string attribute)
    {
        var before = await host.Accounts();

        await host.Api.Post("/api/metrics/", body).IsFault(code, attribute);

        Assert.Equal(before, await host.Accounts());
    }

    [Theory]
    [InlineData("/api/metrics/metric_1/", 400)]
    [InlineData("/api/metrics/plan_00000000000000000000000000000000/", 400)]
    [InlineData("/api/metrics/metric_00000000000000000000000000000000/", 404)]
    [InlineData("/api/plans/x/", 400)]
    [InlineData("/api/plans/plan_00000000000000000000000000000000/", 404)]
    [InlineData("/api/plans/?limit=0", 400)]
    [InlineData("/api/metrics/?cursor=x", 400)]
    [InlineData("/api/plans/?status=active", 400)]
    public Task A_faulty_path_or_query_is_refused(string path, int status) => host.Api.Get(path).Is(status);

    private Task<Answer> Create(string components) =>
        host.Api.Post(
            "/api/plans/",
            $$"""
            {"plan_name":"x","plan_duration":"monthly","initial_version":{"currency_code":"USD","components":[{{components}}]} }
            """
        );
}
