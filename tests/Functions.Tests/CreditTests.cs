using System.Text;
using System.Text.Json;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

/// <summary>One credit: granted, changed as Lotus documents it, and voided.</summary>
public sealed class CreditTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    // Lotus, "Update credit": the request's body and the answer, letter for letter.
    private const string DocumentedUpdate = """
        {
          "description": "<string>",
          "expires_at": "2023-11-07T05:31:56Z"
        }
        """;

    private const string DocumentedCredit = """
        {
          "credit_id": "<string>",
          "customer": {
            "customer_name": "<string>",
            "email": "jsmith@example.com",
            "customer_id": "<string>"
          },
          "amount": 5000000000,
          "amount_remaining": 5000000000,
          "currency": {
            "code": "<string>",
            "name": "<string>",
            "symbol": "<string>"
          },
          "description": "<string>",
          "effective_at": "2023-11-07T05:31:56Z",
          "expires_at": "2023-11-07T05:31:56Z",
          "status": "active",
          "amount_paid": 0,
          "amount_paid_currency": {
            "code": "<string>",
            "name": "<string>",
            "symbol": "<string>"
          },
          "drawdowns": [
            {
              "credit_id": "<string>",
              "amount": -5000000000,
              "description": "<string>",
              "applied_at": "2023-11-07T05:31:56Z"
            }
          ]
        }
        """;

    [Fact]
    public async Task Lotus_own_example_of_an_update_is_answered_as_documented()
    {
        var customer = await NamedCustomer();
        var created = await host.Api.Grant(customer, 5000000000m, paid: 100m);
        await host
            .Api.Post(
                "/api/drawdowns/",
                new
                {
                    customer_id = customer,
                    amount = 7,
                    currency_code = "USD",
                    description = "usage",
                }
            )
            .Is(201);

        var answer = await host
            .Api.As(null)
            .Post(
                $"/api/credits/{created.Text("credit_id")}/update/",
                DocumentedUpdate,
                ("Authorization", $"Token {DrawdownHost.Key}")
            )
            .Is(200);

        Assert.Equal("application/json", answer.Header("Content-Type"));
        var documented = JsonDocument.Parse(DocumentedCredit).RootElement;
        Assert.Equal([.. documented.Names(), "external_id", "metadata"], answer.Json.Names());
        AssertSameShape(documented, answer.Json);
        Assert.Equal("<string>", answer.Text("description"));
        Assert.Equal("2023-11-07T05:31:56Z", answer.Text("expires_at"));
        Assert.Equal("active", answer.Text("status"));
        Assert.Equal(4999999993m, answer.Money("amount_remaining"));
    }

    [Fact]
    public async Task What_Lotus_own_SDK_sends_is_understood()
    {
        var created = await host.Api.Grant(await host.Api.NewCustomer(), 10m);
        var id = created.Text("credit_id");

        // lotus.update_credit(credit_id=…, description=…, expires_at=…): the path's parameter again in the body.
        var answer = await host
            .Api.As(null)
            .Post(
                $"/api/credits/{id}/update/",
                new
                {
                    credit_id = id,
                    description = "New description",
                    expires_at = "2027-01-01T00:00:00Z",
                },
                ("X-API-KEY", DrawdownHost.Key)
            )
            .Is(200);

        Assert.Equal(id, answer.Text("credit_id"));
        Assert.Equal("New description", answer.Text("description"));
        Assert.Equal("2027-01-01T00:00:00Z", answer.Text("expires_at"));
    }

    [Fact]
    public async Task A_credit_with_everything_is_shown_as_it_was_granted()
    {
        var customer = await NamedCustomer();

        var created = await host
            .Api.Post(
                "/api/credits/",
                $$"""
                {
                  "customer_id": "{{customer}}", "amount": 250.5, "currency_code": "EUR",
                  "description": "Prepaid pack\nof \"gold\" 🚀", "effective_at": "2023-02-01T00:00:00Z",
                  "expires_at": "2024-02-01T00:00:00Z", "amount_paid": 199.99, "amount_paid_currency_code": "GBP",
                  "external_id": "order/7731", "metadata": {"order": [7731, 7731.50]}
                }
                """
            )
            .Is(201);
        var read = await host.Api.Credit(created);

        Assert.Equal(ApiClient.PathOf(created), created.Header("Location"));
        Assert.Matches("^credit_[0-9a-f]{32}$", created.Text("credit_id"));
        Assert.Equal(created.Body, read.Body);
        Assert.Equal(created.ETag, read.ETag);
        // Emoji are escaped, which JSON leaves open.
        var id = created.Text("credit_id");
        Assert.Equal(
            $$$"""
            {"credit_id":"{{{id}}}","customer":{"customer_name":"John Smith","email":"jsmith@example.com","customer_id":"{{{customer}}}"},"amount":250.5,"amount_remaining":250.5,"currency":{"code":"EUR","name":"Euro","symbol":"€"},"description":"Prepaid pack\nof \"gold\" \uD83D\uDE80","effective_at":"2023-02-01T00:00:00Z","expires_at":"2024-02-01T00:00:00Z","status":"active","amount_paid":199.99,"amount_paid_currency":{"code":"GBP","name":"Pound Sterling","symbol":"£"},"drawdowns":[],"external_id":"order/7731","metadata":{"order":[7731,7731.50]}}
            """,
            read.Body
        );
    }

    [Fact]
    public async Task A_credit_of_amount_and_currency_is_effective_now_and_never_expires()
    {
        var before = host.Now;

        var created = await host.Api.Grant(await host.Api.NewCustomer(), 10m);

        Assert.InRange(created.Instant("effective_at")!.Value, before, host.Now);
        Assert.Null(created.Instant("expires_at"));
        Assert.Null(created.Text("description"));
        Assert.Null(created.Text("external_id"));
        Assert.Equal(0m, created.Money("amount_paid"));
        Assert.Equal(JsonValueKind.Null, created.Json.GetProperty("amount_paid_currency").ValueKind);
        Assert.Equal("{}", created.Json.GetProperty("metadata").GetRawText());
        Assert.Equal("active", created.Text("status"));
    }

    [Theory]
    [InlineData("""{"amount_paid": 5}""", "USD")]
    [InlineData("""{"amount_paid": 5, "amount_paid_currency_code": null}""", "USD")]
    [InlineData("""{"amount_paid": 5, "amount_paid_currency_code": "CHF"}""", "CHF")]
    [InlineData("""{"amount_paid": 0, "amount_paid_currency_code": "CHF"}""", null)]
    [InlineData("""{"amount_paid": -0.0}""", null)]
    [InlineData("""{"amount_paid": null}""", null)]
    [InlineData("""{"amount_paid_currency_code": "CHF"}""", null)]
    public async Task What_was_paid_is_in_the_credits_currency_unless_another_is_named(string fields, string? currency)
    {
        var customer = await host.Api.NewCustomer();

        var created = await host
            .Api.Post(
                "/api/credits/",
                $$"""{"customer_id": "{{customer}}", "amount": 10, "currency_code": "USD", {{fields[1..]}}"""
            )
            .Is(201);

        var shown = created.Json.GetProperty("amount_paid_currency");
        Assert.Equal(currency, shown.ValueKind is JsonValueKind.Null ? null : shown.Text("code"));
        Assert.Equal(currency is null ? "0" : "5", created.Json.GetProperty("amount_paid").GetRawText());
    }

    [Fact]
    public async Task What_was_paid_is_invoiced_once()
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m);
        var body = Grant(customer, new { amount_paid = 7.5m, amount_paid_currency_code = "GBP" });
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        await host.Api.Post("/api/credits/", body, key).Is(201);
        await host.Api.Post("/api/credits/", body, key).Is(201);

        var invoice = Assert.Single(await host.Api.All($"/api/invoices/?customer_id={customer}"));
        Assert.Equal(("unpaid", 7.5m), (invoice.Text("payment_status"), invoice.Money("amount")));
        Assert.Equal("GBP", invoice.GetProperty("currency").Text("code"));
        Assert.Equal("Credit Grant", Assert.Single(invoice.Items("line_items")).Text("name"));
        var shown = await host.Api.Get($"/api/customers/{customer}/").Is(200);
        Assert.Equal(invoice.GetRawText(), Assert.Single(shown.Items("invoices")).GetRawText());
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.50", "1.5")]
    [InlineData("100", "100")]
    [InlineData("1e3", "1000")]
    [InlineData("1E+3", "1000")]
    [InlineData("12.345e2", "1234.5")]
    [InlineData("1500e-3", "1.5")]
    [InlineData("0.1", "0.1")]
    [InlineData("0.0000000001", "0.0000000001")]
    [InlineData("1e-10", "0.0000000001")]
    [InlineData("9999999999.9999999999", "9999999999.9999999999")]
    [InlineData("9999999999.99999999990000000000000000000", "9999999999.9999999999")]
    [InlineData("1234567890.0123456789", "1234567890.0123456789")]
    public async Task An_amount_is_kept_to_its_last_digit(string sent, string shown)
    {
        var customer = await host.Api.NewCustomer();

        var created = await host
            .Api.Post(
                "/api/credits/",
                $$"""{"customer_id": "{{customer}}", "amount": {{sent}}, "amount_paid": {{sent}}, "currency_code": "USD"}"""
            )
            .Is(201);

        foreach (var answer in new[] { created, await host.Api.Credit(created) })
        foreach (var name in new[] { "amount", "amount_remaining", "amount_paid" })
            Assert.Equal(shown, answer.Json.GetProperty(name).GetRawText());
        var ledger = await host.Api.All($"/api/customers/{customer}/ledger/");
        Assert.Equal(shown, ledger[0].GetProperty("amount").GetRawText());
    }

    [Theory]
    [InlineData("2023-11-07T05:31:56Z", "2023-11-07T05:31:56Z")]
    [InlineData("2023-11-07T05:31:56+02:00", "2023-11-07T03:31:56Z")]
    [InlineData("2023-11-07T05:31:56-0930", "2023-11-07T15:01:56Z")]
    [InlineData("2023-11-07T05:31:56", "2023-11-07T05:31:56Z")]
    [InlineData("2023-11-07 05:31:56", "2023-11-07T05:31:56Z")]
    [InlineData("2023-11-07T05:31", "2023-11-07T05:31:00Z")]
    [InlineData("2023-11-07", "2023-11-07T00:00:00Z")]
    [InlineData("2023-11-07T05:31:56.250Z", "2023-11-07T05:31:56.25Z")]
    [InlineData("2023-11-07T05:31:56.1234567Z", "2023-11-07T05:31:56.1234567Z")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z")]
    [InlineData("9999-12-30T23:59:59Z", "9999-12-30T23:59:59Z")]
    public async Task An_instant_is_read_with_and_without_an_offset(string sent, string shown)
    {
        var created = await host.Api.Grant(await host.Api.NewCustomer(), 10m);

        var updated = await Update(created, new { expires_at = sent }).Is(200);

        Assert.Equal(shown, updated.Text("expires_at"));
        Assert.Equal(updated.Body, (await host.Api.Credit(created)).Body);
    }

    [Fact]
    public async Task A_credit_may_become_effective_later_or_have_been_effective_before()
    {
        var customer = await host.Api.NewCustomer();
        var now = host.Now;

        var later = await host.Api.Grant(customer, 10m, effective: now.AddDays(1), expires: now.AddDays(2));
        var before = await host.Api.Grant(customer, 3m, effective: now.AddDays(-7));

        Assert.Equal("active", later.Text("status"));
        Assert.Equal(10m, later.Money("amount_remaining"));
        Assert.Equal(now.AddDays(-7), before.Instant("effective_at"));
        Assert.Equal(3m, await host.Api.Remaining(customer));
        await host.Api.Draw(customer, 4m).IsProblem(409, "insufficient_credits");
    }

    [Fact]
    public async Task An_expiry_that_is_not_ahead_is_refused()
    {
        var customer = await host.Api.NewCustomer();
        var now = host.Now;
        const string past = "Expiration date must be in the future";
        const string early = "Expiration date must be after the effective date";

        await Create(new { expires_at = now }).IsFault("invalid", "expires_at", past);
        await Create(new { expires_at = "1970-01-01" }).IsFault("invalid", "expires_at", past);
        await Create(new { effective_at = now.AddDays(2), expires_at = now.AddDays(1) })
            .IsFault("invalid", "expires_at", early);
        await Create(new { effective_at = now.AddDays(2), expires_at = now.AddDays(2) })
            .IsFault("invalid", "expires_at", early);
        Assert.Empty(await host.Api.All($"/api/customers/{customer}/ledger/"));

        Task<Answer> Create(object fields) => host.Api.Post("/api/credits/", Grant(customer, fields));
    }

    [Fact]
    public async Task An_external_id_is_unique_per_customer_for_ever()
    {
        var customer = await host.Api.NewCustomer();
        var another = await host.Api.NewCustomer();
        var first = await Create(customer, "order-1").Is(201);

        await Create(customer, "order-1")
            .IsProblem(
                409,
                "duplicate_resource",
                $"A credit with the external_id 'order-1' exists: {first.Text("credit_id")}"
            );
        await host.Api.Post($"{ApiClient.PathOf(first)}void/").Is(200);
        await Create(customer, "order-1").IsProblem(409, "duplicate_resource");
        await Create(customer, "Order-1").Is(201);
        await Create(another, "order-1").Is(201);

        Assert.Equal(2, (await host.Api.All($"/api/credits/?customer_id={customer}")).Count);

        Task<Answer> Create(string whose, string externalId) =>
            host.Api.Post("/api/credits/", Grant(whose, new { external_id = externalId }));
    }

    [Fact]
    public async Task A_credit_of_nobody_is_refused()
    {
        await host
            .Api.Post("/api/credits/", Grant("nobody", new { }))
            .IsFault("does_not_exist", "customer_id", "There is no customer 'nobody'.");
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_keeps_the_rest()
    {
        var created = await host.Api.Grant(await host.Api.NewCustomer(), 10m);

        var described = await Update(created, new { description = "first" }).Is(200);
        var expiring = await Update(created, """{"expires_at": "2030-01-01T00:00:00Z"}""").Is(200);
        var cleared = await Update(created, """{"description": null}""").Is(200);
        var endless = await Update(created, """{"expires_at": null}""").Is(200);

        Assert.Equal(("first", null), (described.Text("description"), described.Text("expires_at")));
        Assert.Equal(("first", "2030-01-01T00:00:00Z"), (expiring.Text("description"), expiring.Text("expires_at")));
        Assert.Equal((null, "2030-01-01T00:00:00Z"), (cleared.Text("description"), cleared.Text("expires_at")));
        Assert.Equal((null, null), (endless.Text("description"), endless.Text("expires_at")));
        Assert.Equal(created.Body, endless.Body);
        Assert.Equal(created.ETag, endless.ETag);
        Assert.Equal(endless.Body, (await host.Api.Credit(created)).Body);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"credit_id": null}""")]
    public async Task An_update_that_names_nothing_changes_nothing(string? body)
    {
        var customer = await host.Api.NewCustomer();
        var created = await host.Api.Grant(customer, 10m);

        var answer = await host.Api.Post($"{ApiClient.PathOf(created)}update/", body).Is(200);

        Assert.Equal(created.Body, answer.Body);
        Assert.Single(await host.Api.All($"/api/customers/{customer}/ledger/"));
    }

    [Fact]
    public async Task An_update_to_an_expiry_in_the_past_is_refused_as_documented()
    {
        var created = await host.Api.Grant(await host.Api.NewCustomer(), 10m);

        foreach (var past in new object[] { "2022-12-31T23:59:59Z", "1970-01-01", host.Now })
            await Update(created, new { description = "no", expires_at = past })
                .IsFault("invalid", "expires_at", "Expiration date must be in the future");

        Assert.Equal(created.Body, (await host.Api.Credit(created)).Body);
    }

    [Fact]
    public async Task An_update_to_an_expiry_before_the_credit_is_effective_is_refused()
    {
        var customer = await host.Api.NewCustomer();
        var created = await host.Api.Grant(customer, 10m, effective: host.Now.AddDays(10));

        foreach (var days in new[] { 5, 10 })
            await Update(created, new { expires_at = created.Instant("effective_at")!.Value.AddDays(days - 10) })
                .IsFault("invalid", "expires_at", "Expiration date must be after the effective date");
        await Update(created, new { expires_at = created.Instant("effective_at")!.Value.AddMilliseconds(1) }).Is(200);
    }

    [Fact]
    public async Task A_credit_that_is_no_longer_active_cannot_be_updated()
    {
        var customer = await host.Api.NewCustomer();
        var voided = await host.Api.Grant(customer, 10m);
        await host.Api.Post($"{ApiClient.PathOf(voided)}void/").Is(200);
        var drawn = await host.Api.Grant(customer, 10m);
        await host.Api.Draw(customer, 10m).Is(201);
        var expired = await host.Api.Grant(customer, 10m, expires: host.Now.AddHours(1));
        host.Time.Advance(TimeSpan.FromHours(2));

        foreach (var credit in new[] { voided, drawn, expired })
        foreach (var body in new object[] { new { description = "late" }, new { expires_at = "2040-01-01" }, new { } })
        {
            var before = await host.Api.Credit(credit);
            await Update(credit, body).IsProblem(400, "invalid_state", "Only active credits can be updated");
            Assert.Equal(before.Body, (await host.Api.Credit(credit)).Body);
        }
    }

    [Fact]
    public async Task A_credit_is_known_by_its_earlier_prefix_as_well()
    {
        var created = await host.Api.Grant(await host.Api.NewCustomer(), 10m);
        var alias = created.Text("credit_id")!.Replace("credit_", "baladj_", StringComparison.Ordinal);

        var read = await host.Api.Get($"/api/credits/{alias}/").Is(200);
        var updated = await host
            .Api.Post($"/api/credits/{alias}/update/", new { credit_id = alias, description = "x" })
            .Is(200);
        var voided = await host.Api.Post($"/api/credits/{alias}/void/", new { credit_id = alias }).Is(200);

        Assert.Equal(created.Body, read.Body);
        Assert.Equal(created.Text("credit_id"), updated.Text("credit_id"));
        Assert.Equal(created.Text("credit_id"), voided.Text("credit_id"));
    }

    [Theory]
    [InlineData("update")]
    [InlineData("void")]
    public async Task A_body_that_repeats_the_path_with_another_value_is_refused(string operation)
    {
        var customer = await host.Api.NewCustomer();
        var created = await host.Api.Grant(customer, 10m);
        var another = await host.Api.Grant(customer, 10m);
        var path = $"{ApiClient.PathOf(created)}{operation}/";

        await host.Api.Post(path, new { credit_id = another.Text("credit_id") }).IsFault("invalid", "credit_id");
        await host.Api.Post(path, new { credit_id = 7 }).IsFault("invalid", "credit_id");
        Assert.Equal(20m, await host.Api.Remaining(customer));

        await host.Api.Post(path, new { credit_id = created.Text("credit_id") }).Is(200);
    }

    [Fact]
    public async Task Voiding_takes_all_that_is_left_once()
    {
        var customer = await host.Api.NewCustomer();
        var created = await host.Api.Grant(customer, 10m);
        await host.Api.Draw(customer, 4m).Is(201);

        var voided = await host.Api.Post($"{ApiClient.PathOf(created)}void/").Is(200);
        var again = await host.Api.Post($"{ApiClient.PathOf(created)}void/").Is(200);

        Assert.Equal("inactive", voided.Text("status"));
        Assert.Equal(0m, voided.Money("amount_remaining"));
        Assert.Equal(
            [(-4m, null), (-6m, "Voided")],
            voided.Items("drawdowns").Select(line => (line.Money("amount"), line.Text("description")))
        );
        Assert.Equal(voided.Body, again.Body);
        Assert.Equal(voided.ETag, again.ETag);
        Assert.Equal(0m, await host.Api.Remaining(customer));
        Assert.Equal(3, (await host.Api.All($"/api/customers/{customer}/ledger/")).Count);
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task Voiding_a_credit_that_is_used_up_or_expired_leaves_it_as_it_is()
    {
        var customer = await host.Api.NewCustomer();
        var drawn = await host.Api.Grant(customer, 10m);
        await host.Api.Draw(customer, 10m).Is(201);
        var expired = await host.Api.Grant(customer, 10m, expires: host.Now.AddHours(1));
        host.Time.Advance(TimeSpan.FromHours(2));

        foreach (var credit in new[] { drawn, expired })
        {
            var before = await host.Api.Credit(credit);
            var answer = await host.Api.Post($"{ApiClient.PathOf(credit)}void/").Is(200);
            Assert.Equal(before.Body, answer.Body);
        }

        Assert.DoesNotContain(
            await host.Api.All($"/api/customers/{customer}/ledger/"),
            entry => entry.Text("type") == "void"
        );
    }

    [Fact]
    public async Task A_credit_can_be_voided_before_it_is_effective()
    {
        var customer = await host.Api.NewCustomer();
        var created = await host.Api.Grant(customer, 10m, effective: host.Now.AddDays(1));

        var voided = await host.Api.Post($"{ApiClient.PathOf(created)}void/").Is(200);
        host.Time.Advance(TimeSpan.FromDays(2));

        Assert.Equal("inactive", voided.Text("status"));
        Assert.Equal(0m, await host.Api.Remaining(customer));
        Assert.Equal(voided.Body, (await host.Api.Credit(created)).Body);
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task Metadata_may_have_8_KiB_of_JSON_in_any_script()
    {
        var customer = await host.Api.NewCustomer();
        // {"k":"…"} is 8 bytes beside the text; each of these letters is 3 bytes of UTF-8.
        var largest = new string('客', (8192 - 8) / 3);

        var created = await Create(largest).Is(201);
        await Create(largest + "ab客").IsFault("max_length", "metadata");

        Assert.Equal(largest, (await host.Api.Credit(created)).Json.GetProperty("metadata").Text("k"));

        Task<Answer> Create(string text) =>
            host.Api.Post(
                "/api/credits/",
                Encoding.UTF8.GetBytes(
                    $$"""{"customer_id":"{{customer}}","amount":1,"currency_code":"USD","metadata":{ "k": "{{text}}" } }"""
                )
            );
    }

    private static object Grant(string customer, object fields)
    {
        var body = JsonSerializer.SerializeToNode(fields)!.AsObject();
        body["customer_id"] = customer;
        body["amount"] = 10;
        body["currency_code"] = "USD";
        return body.ToJsonString();
    }

    private static void AssertSameShape(JsonElement documented, JsonElement shown)
    {
        Assert.Equal(documented.ValueKind, shown.ValueKind);
        if (documented.ValueKind == JsonValueKind.Object)
            foreach (var property in documented.EnumerateObject())
                AssertSameShape(property.Value, shown.GetProperty(property.Name));
        if (documented.ValueKind == JsonValueKind.Array)
            Assert.All(shown.EnumerateArray(), item => Assert.Equal(documented[0].Names(), item.Names()));
        if (documented.ValueKind == JsonValueKind.Array)
            Assert.All(shown.EnumerateArray(), item => AssertSameShape(documented[0], item));
    }

    private Task<Answer> Update(Answer credit, object body) =>
        host.Api.Post($"{ApiClient.PathOf(credit)}update/", body);

    private async Task<string> NamedCustomer()
    {
        var body = new { email = "jsmith@example.com", customer_name = "John Smith" };
        return (await host.Api.Post("/api/customers/", body).Is(201)).Text("customer_id")!;
    }
}
