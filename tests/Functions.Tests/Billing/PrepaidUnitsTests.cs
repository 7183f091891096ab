using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Billing;

/// <summary>Changes of prepaid units. It is the tenth day of thirty; 15 units cost 5.00, and each more 1.00.</summary>
public sealed class PrepaidUnitsTests(BillingHost host) : IClassFixture<BillingHost>
{
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task The_documented_request_is_understood(string slash)
    {
        var seats = await host.Seats();

        // As Lotus's documentation writes it: both headers, and the key in the second.
        var answer = await host
            .Api.As(null)
            .Post(
                seats.UnitsPath.TrimEnd('/') + slash,
                """
                {
                  "units": 0
                }
                """,
                ("Authorization", "<authorization>"),
                ("X-API-KEY", DrawdownHost.Key)
            )
            .Is(200);

        Assert.Equal(seats.Subscription, answer.Text("subscription_id"));
        Assert.Equal(0m, Assert.Single(answer.Items("components")).Money("units"));
        foreach (
            var field in new[]
            {
                "addons",
                "auto_renew",
                "billing_plan",
                "customer",
                "end_date",
                "fully_billed",
                "is_new",
                "metadata",
                "start_date",
                "subscription_filters",
            }
        )
            Assert.True(answer.Json.TryGetProperty(field, out _), field);
        Assert.Equal(5m, await host.Api.Remaining(seats.Customer));
        // The same body may repeat the path.
        await host
            .Api.Post(
                seats.UnitsPath,
                new
                {
                    units = 1,
                    subscription_id = seats.Subscription,
                    metric_id = seats.Metric,
                }
            )
            .Is(200);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    public async Task An_increase_is_invoiced_now(bool? invoiceNow)
    {
        var seats = await host.Seats(5m);

        var answer = await seats.Change(32m, invoiceNow).Is(200);

        Assert.Equal(32m, Assert.Single(answer.Items("components")).Money("units"));
        var invoice = Assert.Single(await seats.Invoices(), one => one.Money("amount") > 0m);
        var line = Assert.Single(invoice.Items("line_items"));
        Assert.Equal(
            ("Seats: prepaid units from 5 to 32", 22m, 27m, "intermediate"),
            (line.Text("name"), line.Money("amount"), line.Money("quantity"), line.Text("billing_type"))
        );
        Assert.Equal(("unpaid", 22m), (invoice.Text("payment_status"), invoice.Money("cost_due")));
        Assert.Equal(answer.Body, (await host.Api.Get(seats.SubscriptionPath).Is(200)).Body);
    }

    [Fact]
    public async Task Credits_are_applied_in_order_and_an_invoice_that_they_cover_is_paid()
    {
        var seats = await host.Seats();
        var late = await host.Api.Grant(seats.Customer, 1m, expires: host.Now.AddDays(60));
        var soon = await host.Api.Grant(seats.Customer, 2m, expires: host.Now.AddDays(30));
        var never = await host.Api.Grant(seats.Customer, 10m);
        var future = await host.Api.Grant(
            seats.Customer,
            10m,
            effective: host.Now.AddDays(1),
            expires: host.Now.AddDays(2)
        );

        await seats.Change(20m).Is(200);

        var invoice = (await seats.Invoices())[^1];
        Assert.Equal([5m, -5m], invoice.Items("line_items").Select(line => line.Money("amount")));
        Assert.Equal(
            ("Applied credit", "one_time"),
            (invoice.Items("line_items")[1].Text("name"), invoice.Items("line_items")[1].Text("billing_type"))
        );
        Assert.Equal(
            (0m, 0m, "paid"),
            (invoice.Money("amount"), invoice.Money("cost_due"), invoice.Text("payment_status"))
        );
        Assert.Equal([0m, 0m, 8m, 10m], [await Left(soon), await Left(late), await Left(never), await Left(future)]);
        var drawn = Assert.Single((await host.Api.Credit(soon)).Items("drawdowns"));
        Assert.Equal($"Applied to invoice {invoice.Text("invoice_id")}", drawn.Text("description"));

        // The rest covers the next one in part.
        await seats.Change(30m).Is(200);
        var next = (await seats.Invoices())[^1];
        Assert.Equal([10m, -8m], next.Items("line_items").Select(line => line.Money("amount")));
        Assert.Equal((2m, "unpaid"), (next.Money("amount"), next.Text("payment_status")));
        await host.Api.Verify(seats.Customer);

        async Task<decimal> Left(Answer credit) => (await host.Api.Credit(credit)).Money("amount_remaining");
    }

    [Fact]
    public async Task A_decrease_is_granted_as_a_credit()
    {
        var seats = await host.Seats(32m);

        await seats.Change(10m).Is(200);

        var credit = Assert.Single(await host.Api.All($"/api/credits/?customer_id={seats.Customer}"));
        Assert.Equal((22m, 22m), (credit.Money("amount"), credit.Money("amount_remaining")));
        Assert.Equal("Seats: prepaid units from 32 to 10", credit.Text("description"));
        Assert.Equal((0m, "active"), (credit.Money("amount_paid"), credit.Text("status")));
        Assert.Null(credit.Text("expires_at"));
        Assert.Single(await seats.Invoices());
        await host.Api.Verify(seats.Customer);
    }

    [Theory]
    [InlineData("full", 20, 5)]
    [InlineData("full", 10, -5)]
    [InlineData("prorate", 20, 3.33)]
    [InlineData("prorate", 10, -3.33)]
    [InlineData("prorate", 15.5, 0.33)]
    [InlineData("full", 15.0000000001, 0)]
    public async Task The_worked_examples_come_out_to_the_cent(string behavior, double units, double delta)
    {
        var seats = await host.Seats(behavior: behavior);
        var preview = await seats.Preview((decimal)units);

        await seats.Change((decimal)units).Is(200);

        Assert.Equal((decimal)delta, preview.Money("delta"));
        Assert.Equal(
            delta > 0 ? "charge"
                : delta < 0 ? "credit"
                : "none",
            preview.Text("direction")
        );
        Assert.Equal("USD", preview.Json.GetProperty("currency").Text("code"));
        Assert.Equal((decimal)delta, Assert.Single(preview.Items("lines")).Money("amount"));
        var invoiced = (await seats.Invoices()).Skip(1).Sum(invoice => invoice.Money("amount"));
        Assert.Equal((decimal)delta, invoiced - await host.Api.Remaining(seats.Customer));
    }

    [Fact]
    public async Task A_preview_changes_nothing()
    {
        var seats = await host.Seats();
        var before = await host.Accounts();

        await seats.Preview(20m);
        await seats.Preview(0m);
        var same = await seats.Preview(15m);

        Assert.Equal((0m, "none", 0), (same.Money("delta"), same.Text("direction"), same.Items("lines").Count));
        Assert.Equal(before, await host.Accounts());
        Assert.Single(await seats.Invoices());
    }

    [Fact]
    public async Task The_same_units_change_nothing()
    {
        var seats = await host.Seats();
        var before = await host.Accounts();
        var subscription = await host.Api.Get(seats.SubscriptionPath).Is(200);

        var answer = await seats.Change(15m).Is(200);
        await host.Api.Post(seats.UnitsPath, """{"units": 15.000, "invoice_now": false}""").Is(200);

        Assert.Equal((subscription.Body, subscription.ETag), (answer.Body, answer.ETag));
        Assert.Equal(before, await host.Accounts());
    }

    [Fact]
    public async Task An_increase_for_later_waits()
    {
        var seats = await host.Seats();

        await seats.Change(18m, invoiceNow: false).Is(200);

        Assert.Single(await seats.Invoices());
        var charge = Assert.Single(await host.Charges(seats), row => (string)row.Columns["Status"] == "waiting");
        var id = (string)charge.Columns["Id"];
        var shown = await host.Api.Get($"/api/charges/{id}/").Is(200);
        Assert.Equal(("waiting", 3m, null), (shown.Text("status"), shown.Money("amount"), shown.Text("invoice_id")));
        await host
            .Api.Post($"/api/charges/{id}/retry/")
            .IsProblem(400, "invalid_state", "The charge waits for the next invoice.");
    }

    [Fact]
    public async Task Changes_telescope_whatever_their_order()
    {
        var seats = await host.Seats(15m, "prorate", Catalog.Each(0.1m));
        foreach (var units in new[] { 16.3333m, 17m, 14.1m, 40m, 0m, 33.333m, 1m, 22.2222222222m })
            await seats.Change(units).Is(200);
        await seats.Change(15m).Is(200);

        // Each change was held for moments only: 15 units at 0.10 for the period, as in the beginning.
        Assert.Equal(1.5m, await Paid(seats));
    }

    [Fact]
    public async Task Changes_at_once_come_to_what_the_last_one_costs()
    {
        var seats = await host.Seats();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(change => seats.Change(5m + change * 3m, invoiceNow: true))
        );

        Assert.All(answers, answer => answer.Is(200));
        var subscription = await host.Api.Get(seats.SubscriptionPath).Is(200);
        var units = Assert.Single(subscription.Items("components")).Money("units");
        Assert.Equal(Math.Max(0m, units - 10m), await Paid(seats));
        var invoices = await seats.Invoices();
        Assert.Equal(
            Enumerable.Range(1, invoices.Count),
            invoices.Select(invoice =>
                int.Parse(invoice.Text("invoice_number")![^6..], System.Globalization.CultureInfo.InvariantCulture)
            )
        );
        await host.Api.Verify(seats.Customer);
    }

    [Fact]
    public async Task The_same_request_under_a_key_changes_once()
    {
        var seats = await host.Seats();
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => seats.Change(20m, true, key)));
        await seats.Change(10m).Is(200);
        var again = await seats.Change(20m, true, key).Is(200);

        Assert.All(answers, answer => answer.Is(200));
        Assert.Single(answers, answer => !answer.IsReplayed);
        Assert.Single(answers.Append(again).Select(answer => answer.Body).Distinct());
        Assert.True(again.IsReplayed);
        Assert.Equal(0m, await Paid(seats));
        await seats.Change(21m, true, key).IsProblem(422, "idempotency_mismatch");
        var other = await host.Seats();
        await other.Change(20m, true, key).IsProblem(422, "idempotency_mismatch");
        Assert.Single(await other.Invoices());
    }

    [Fact]
    public async Task If_Match_lets_only_the_version_that_was_read_be_changed()
    {
        var seats = await host.Seats();
        var read = await host.Api.Get(seats.SubscriptionPath).Is(200);

        var changed = await seats.Change(20m, true, ("If-Match", read.ETag!)).Is(200);

        Assert.NotEqual(read.ETag, changed.ETag);
        await seats.Change(30m, true, ("If-Match", read.ETag!)).IsProblem(412, "precondition_failed");
        await seats.Change(30m, true, ("If-Match", changed.ETag!)).Is(200);
        await seats.Change(31m, true, ("If-Match", "*")).Is(200);
        await host.Api.Get(seats.SubscriptionPath, ("If-None-Match", changed.ETag!)).Is(200);
        Assert.Equal(21m, await Paid(seats));
    }

    [Fact]
    public async Task A_metric_that_is_not_in_the_plan_is_refused_in_Lotuss_words()
    {
        var seats = await host.Seats();
        var other = await host.Api.NewMetric();

        foreach (var preview in new[] { "", "preview/" })
        foreach (var metric in new[] { other, $"metric_{new string('0', 32)}" })
            await host
                .Api.Post(Catalog.UnitsPath(seats.Subscription, metric) + preview, new { units = 1 })
                .IsProblem(400, "invalid_operation", "A plan component with the specified metric is not in the plan.");
    }

    [Fact]
    public async Task A_component_without_a_prepaid_charge_is_refused_in_Lotuss_words()
    {
        var customer = await host.Api.NewCustomer();
        var metric = await host.Api.NewMetric();
        var plan = await host
            .Api.Post(
                "/api/plans/",
                new
                {
                    plan_name = "Metered",
                    plan_duration = "monthly",
                    initial_version = new
                    {
                        currency_code = "USD",
                        components = new[] { new { metric_id = metric, tiers = Catalog.TenFree } },
                    },
                }
            )
            .Is(201);
        var subscription = await host.Api.Subscribe(customer, plan.Text("plan_id")!, BillingHost.April).Is(201);
        var path = Catalog.UnitsPath(subscription.Text("subscription_id")!, metric);

        foreach (var preview in new[] { "", "preview/" })
            await host
                .Api.Post(path + preview, new { units = 1 })
                .IsProblem(
                    400,
                    "invalid_operation",
                    "Cannot change prepaid units for a plan component with no fixed charge."
                );
    }

    [Fact]
    public async Task What_is_beyond_the_tiers_or_all_numbers_is_refused()
    {
        object[] closed =
        [
            new
            {
                type = "flat",
                range_start = 0,
                range_end = 20,
                cost_per_batch = 3,
            },
        ];
        var limited = await host.Seats(15m, "full", closed);
        var dear = await host.Seats(1m, "full", Catalog.Each(9_999_999_999m));
        var before = await host.Accounts();

        await limited.Change(20.0000000001m).IsFault("max_value", "units", "The plan prices at most 20 units.");
        await dear.Change(2m).IsProblem(400, "invalid_operation");
        await dear.Change(9_999_999_999m).IsProblem(400, "invalid_operation");
        await host.Api.Post($"{dear.UnitsPath}preview/", new { units = 2 }).IsProblem(400, "invalid_operation");

        Assert.Equal(before, await host.Accounts());
        await limited.Change(20m).Is(200);
    }

    [Fact]
    public async Task A_prorated_component_has_a_limit_of_changes_within_a_period()
    {
        var seats = await host.Seats(1m, "prorate", Catalog.Each(0.000001m));
        for (var change = 1; change < 200; change++)
            await seats.Change(1m + change % 7).Is(200);

        await seats
            .Change(9m)
            .IsProblem(
                400,
                "invalid_operation",
                "The units of a prorated component can be changed 199 times within a period."
            );
    }

    [Theory]
    [InlineData("{}", "required units")]
    [InlineData("""{"units": null, "invoice_now": 1}""", "null units", "invalid invoice_now")]
    [InlineData("""{"units": -1}""", "min_value units")]
    [InlineData("""{"units": -0.0000000001}""", "min_value units")]
    [InlineData("""{"units": 0.00000000001}""", "max_decimal_places units")]
    [InlineData("""{"units": 10000000000}""", "max_whole_digits units")]
    [InlineData("""{"units": 1e999}""", "max_whole_digits units")]
    [InlineData("""{"units": "32"}""", "invalid units")]
    [InlineData("""{"units": [32]}""", "invalid units")]
    [InlineData(
        """{"units": true, "invoice_now": "true", "when": "now"}""",
        "invalid units",
        "invalid invoice_now",
        "unknown_field when"
    )]
    [InlineData("""{"units": 1, "metric_id": "metric_1"}""", "invalid metric_id")]
    public async Task Faulty_units_are_refused(string body, params string[] faults)
    {
        var seats = await host.Seats();
        var before = await host.Accounts();

        foreach (var preview in new[] { "", "preview/" })
        {
            var answer = await host.Api.Post(seats.UnitsPath + preview, body).Is(400);
            Assert.Equal(
                faults.Order(StringComparer.Ordinal),
                answer.Faults.Select(fault => $"{fault.Code} {fault.Attribute}").Order(StringComparer.Ordinal)
            );
        }

        Assert.Equal(before, await host.Accounts());
    }

    [Theory]
    [InlineData("""{"units": NaN}""")]
    [InlineData("""{"units": Infinity}""")]
    [InlineData("""{"units": 1""")]
    [InlineData("""[{"units": 1}]""")]
    [InlineData("""{"units": 1, "units": 2}""")]
    public async Task What_is_no_JSON_object_is_refused(string body)
    {
        var seats = await host.Seats();

        await host.Api.Post(seats.UnitsPath, body).IsProblem(400, "parse_error");
        await host.Api.Post($"{seats.UnitsPath}preview/", body).IsProblem(400, "parse_error");
    }

    [Theory]
    [InlineData("sub_1", "metric_00000000000000000000000000000000", 400)]
    [InlineData("sub_00000000000000000000000000000000", "seats", 400)]
    [InlineData("sub_00000000000000000000000000000000", "metric_00000000000000000000000000000000", 404)]
    public async Task A_faulty_path_is_refused(string subscription, string metric, int status)
    {
        await host.Api.Post(Catalog.UnitsPath(subscription, metric), new { units = 1 }).Is(status);
        await host.Api.Post($"{Catalog.UnitsPath(subscription, metric)}preview/", new { units = 1 }).Is(status);
    }

    // All that was invoiced, less what was granted and is still there.
    private async Task<decimal> Paid(Seats seats) =>
        (await seats.Invoices()).Sum(invoice => invoice.Money("amount")) - await host.Api.Remaining(seats.Customer);
}
