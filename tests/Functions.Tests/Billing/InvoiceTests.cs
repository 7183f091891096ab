using System.Globalization;
using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Billing;

/// <summary>Invoices: lists, payment, and those of credits that are paid for.</summary>
public sealed class InvoiceTests(BillingHost host) : IClassFixture<BillingHost>
{
    [Fact]
    public async Task An_invoice_is_found_by_its_id_and_by_its_number()
    {
        var seats = await host.Seats();
        var listed = Assert.Single(await seats.Invoices());

        var byId = await host.Api.Get($"/api/invoices/{listed.Text("invoice_id")}/").Is(200);
        var byNumber = await host.Api.Get($"/api/invoices/{listed.Text("invoice_number")}/").Is(200);

        Assert.Equal(listed.ToString(), byId.Json.ToString());
        Assert.Equal((byId.Body, byId.ETag), (byNumber.Body, byNumber.ETag));
        Assert.Equal($"{seats.Route}-000001", listed.Text("invoice_number"));
        Assert.Equal("Development", byId.Json.GetProperty("seller").Text("name"));
        Assert.Equal(seats.Customer, byId.Json.GetProperty("customer").Text("customer_id"));
        await host.Api.Get($"/api/invoices/{listed.Text("invoice_id")}/", ("If-None-Match", byId.ETag!)).Is(304);
        await host.Api.Get($"/api/invoices/{seats.Route}-000002/").IsProblem(404, "not_found");
        await host.Api.Get($"/api/invoices/{seats.Route}-/").IsFault("invalid", "invoice_id");
    }

    [Fact]
    public async Task Invoices_are_listed_by_customer_status_and_page()
    {
        var api = await host.Organization("an invoice list of its own");
        var plan = await api.NewPlan(await api.NewMetric());
        var customers = new List<string>();
        var all = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            customers.Add(await api.NewCustomer());
            await api.Subscribe(customers[i], plan, BillingHost.April).Is(201);
            await host.Drain();
            await api.Grant(customers[i], 10m, paid: 8m);
            all.InsertRange(0, (await api.All($"/api/invoices/?customer_id={customers[i]}")).Select(IdOf));
        }
        var paid = new[] { all[1], all[4], all[7] };
        foreach (var invoice in paid)
            await api.Send("PATCH", $"/api/invoices/{invoice}/", new { payment_status = "paid" }).Is(200);

        Assert.Equal(all, await List("/api/invoices/"));
        Assert.Equal(all, await List("/api/invoices/?payment_status=paid&payment_status=unpaid"));
        Assert.Equal(paid, await List("/api/invoices/?payment_status=paid"));
        Assert.Equal(all.Except(paid), await List("/api/invoices/?payment_status[]=unpaid"));
        Assert.Equal(all[6..8], await List($"/api/invoices/?customer_id={customers[0]}"));
        Assert.Equal([all[7]], await List($"/api/invoices/?customer_id={customers[0]}&payment_status=paid"));
        foreach (var limit in new[] { 1, 3, 8 })
        {
            Assert.Equal(all, await List($"/api/invoices/?limit={limit}"));
            Assert.Equal(paid, await List($"/api/invoices/?limit={limit}&payment_status=paid"));
            Assert.Equal(all[6..8], await List($"/api/invoices/?limit={limit}&customer_id={customers[0]}"));
        }
        Assert.Equal(3, (await api.Get("/api/invoices/?limit=3").Is(200)).Json.GetArrayLength());
        // None of it is another organization's.
        Assert.DoesNotContain(await host.Api.All("/api/invoices/"), invoice => all.Contains(IdOf(invoice)));

        async Task<IEnumerable<string>> List(string path) => (await api.All(path)).Select(IdOf);
    }

    [Fact]
    public async Task Paid_is_final()
    {
        var seats = await host.Seats();
        var invoice = Assert.Single(await seats.Invoices());
        var path = $"/api/invoices/{invoice.Text("invoice_id")}/";
        var read = await host.Api.Get(path).Is(200);
        await Mark("unpaid").Is(200);
        Assert.Equal(read.ETag, (await host.Api.Get(path)).ETag);

        var paid = await Mark("paid", ("If-Match", read.ETag!)).Is(200);

        Assert.Equal(("paid", 5m), (paid.Text("payment_status"), paid.Money("amount")));
        Assert.Equal(paid.Body, (await host.Api.Get(path)).Body);
        Assert.Equal(paid.Body, (await Mark("paid").Is(200)).Body);
        await Mark("unpaid").IsProblem(400, "invalid_state", "A paid invoice stays paid.");
        await Mark("paid", ("If-Match", read.ETag!)).IsProblem(412, "precondition_failed");
        Assert.Equal(0m, (await host.Api.Get($"/api/customers/{seats.Customer}/")).Money("total_amount_due"));

        Task<Answer> Mark(string status, params (string, string)[] headers) =>
            host.Api.Send("PATCH", path, new { payment_status = status }, headers);
    }

    [Theory]
    [InlineData("{}", "required", "payment_status")]
    [InlineData("""{"payment_status":"draft"}""", "invalid_choice", "payment_status")]
    [InlineData("""{"payment_status":true}""", "invalid", "payment_status")]
    [InlineData("""{"payment_status":"paid","amount":0}""", "unknown_field", "amount")]
    [InlineData("""{"payment_status":"paid","invoice_id":"another"}""", "invalid", "invoice_id")]
    public async Task A_faulty_payment_is_refused(string body, string code, string attribute)
    {
        var seats = await host.Seats();
        var invoice = Assert.Single(await seats.Invoices());

        await host.Api.Send("PATCH", $"/api/invoices/{invoice.Text("invoice_id")}/", body).IsFault(code, attribute);

        Assert.Equal(invoice.ToString(), Assert.Single(await seats.Invoices()).ToString());
    }

    [Theory]
    [InlineData("/api/invoices/1/", 400)]
    [InlineData("/api/invoices/credit_00000000000000000000000000000000/", 400)]
    [InlineData("/api/invoices/000000000000000-00000000000000000001/", 404)]
    [InlineData("/api/invoices/000000000000000-99999999999999999999/", 400)]
    [InlineData("/api/invoices/invoice_00000000000000000000000000000000/", 404)]
    [InlineData("/api/invoices/?payment_status=draft", 400)]
    [InlineData("/api/invoices/?customer_id=nobody", 400)]
    [InlineData("/api/invoices/?status=paid", 400)]
    [InlineData("/api/invoices/?limit=1001", 400)]
    [InlineData("/api/invoices/?cursor=AAAA", 400)]
    [InlineData("/api/charges/charge_1/", 400)]
    [InlineData("/api/charges/charge_00000000000000000000000000000000/", 404)]
    public Task A_faulty_path_or_query_is_refused(string path, int status) => host.Api.Get(path).Is(status);

    [Fact]
    public async Task Another_organization_finds_no_invoice_and_no_charge()
    {
        var seats = await host.Seats();
        var invoice = Assert.Single(await seats.Invoices());
        var charge = (string)Assert.Single(await host.Charges(seats)).Columns["Id"];
        var stranger = await host.Organization("strangers to invoices");

        await stranger.Get($"/api/invoices/{invoice.Text("invoice_id")}/").IsProblem(404, "not_found");
        await stranger.Get($"/api/invoices/{invoice.Text("invoice_number")}/").IsProblem(404, "not_found");
        await stranger
            .Send("PATCH", $"/api/invoices/{invoice.Text("invoice_id")}/", new { payment_status = "paid" })
            .IsProblem(404, "not_found");
        await stranger.Get($"/api/invoices/?customer_id={seats.Customer}").IsFault("does_not_exist", "customer_id");
        Assert.Empty(await stranger.All("/api/invoices/"));
        await stranger.Get($"/api/charges/{charge}/").IsProblem(404, "not_found");
        await stranger.Post($"/api/charges/{charge}/retry/").IsProblem(404, "not_found");
    }

    [Fact]
    public async Task A_credit_that_is_paid_for_comes_with_its_unpaid_invoice()
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 1000m);
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        var body = new
        {
            customer_id = customer,
            amount = 500,
            currency_code = "USD",
            amount_paid = 450.5,
            amount_paid_currency_code = "EUR",
            effective_at = host.Now.AddDays(3),
        };

        var credit = await host.Api.Post("/api/credits/", body, key).Is(201);

        // In the same transaction: no message, no timer, and other credits do not pay for it.
        var invoice = Assert.Single(await host.Api.Invoices(customer));
        Assert.Equal((450.5m, "unpaid"), (invoice.Money("amount"), invoice.Text("payment_status")));
        Assert.Equal("EUR", invoice.GetProperty("currency").Text("code"));
        var line = Assert.Single(invoice.Items("line_items"));
        Assert.Equal(
            ("Credit Grant", "one_time", 450.5m),
            (line.Text("name"), line.Text("billing_type"), line.Money("amount"))
        );
        Assert.Equal(credit.Text("effective_at"), line.Text("start_date"));
        Assert.Equal(credit.Body, (await host.Api.Post("/api/credits/", body, key).Is(201)).Body);
        await host.Api.Grant(customer, 5m, paid: 0m);
        Assert.Single(await host.Api.Invoices(customer));
        Assert.Equal(1005m, await host.Api.Remaining(customer));
    }

    [Fact]
    public async Task Numbers_have_no_gaps_however_many_charges_come_at_once()
    {
        const int each = 10;
        var customer = await host.Api.NewCustomer();
        var plan = await host.Api.NewPlan(await host.Api.NewMetric());
        var refused = new
        {
            customer_id = customer,
            plan_id = plan,
            start_date = "2023-04-01",
            end_date = "2023-03-01",
        };

        await Task.WhenAll([
            .. Enumerable.Range(0, each).Select(one => Subscribe(one)),
            .. Enumerable.Range(0, each).Select(_ => host.Api.Grant(customer, 1m, paid: 1m)),
            .. Enumerable.Range(0, each).Select(_ => host.Api.Post("/api/subscriptions/", refused).Is(400)),
        ]);

        await host.Drain();
        var invoices = await host.Api.Invoices(customer);
        var route = invoices[0].Text("invoice_number")!.Split('-')[0];
        Assert.Equal(
            Enumerable
                .Range(1, 2 * each)
                .Select(number => $"{route}-{number.ToString("d6", CultureInfo.InvariantCulture)}"),
            invoices.Select(invoice => invoice.Text("invoice_number"))
        );
        Assert.Equal(2 * each, invoices.Select(invoice => invoice.Text("invoice_id")).Distinct().Count());
        await host.Api.Verify(customer);

        Task<Answer> Subscribe(int one) =>
            host
                .Api.Subscribe(
                    customer,
                    plan,
                    BillingHost.April,
                    filters: [new { property_name = "team", value = $"{one}" }]
                )
                .Is(201);
    }

    private static string IdOf(System.Text.Json.JsonElement invoice) => invoice.Text("invoice_id")!;
}
