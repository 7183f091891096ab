using System.Text.Json;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

/// <summary>Customers: created, found again whatever their id, and listed.</summary>
public sealed class CustomerTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private static readonly string[] Keys =
    [
        "customer_id",
        "email",
        "customer_name",
        "invoices",
        "total_amount_due",
        "subscriptions",
        "integrations",
        "default_currency",
        "payment_provider",
        "payment_provider_id",
        "has_payment_method",
        "address",
        "billing_address",
        "shipping_address",
        "tax_rate",
        "timezone",
        "tax_providers",
        "metadata",
    ];

    // Every character that means something in a path, in a query, in the tables or in JSON.
    public static TheoryData<string> Ids =>
        [
            "acme",
            "a/b",
            "/",
            "a/b/balance",
            "balance",
            "two words",
            " blanks around ",
            "+1 555 0100",
            "100%",
            "%41",
            "50%25",
            "a\\b",
            "a?b=c&d#e",
            "a;b=c,d",
            "it's \"quoted\"",
            "<string>",
            "{customer_id}",
            "..a",
            "...",
            "~!@$^*()_-=[]|:",
            "Ünïcödé",
            "客户-7",
            "🚀",
            "e\u0301",
            new string('x', 255),
        ];

    [Fact]
    public async Task A_customer_with_an_email_alone_gets_an_id_and_the_defaults()
    {
        var answer = await host.Api.Post("/api/customers/", new { email = "jsmith@example.com" }).Is(201);

        Assert.Equal(Keys, answer.Json.Names());
        Assert.Matches("^cust_[0-9a-f]{32}$", answer.Text("customer_id"));
        Assert.Equal("jsmith@example.com", answer.Text("email"));
        Assert.Equal(0m, answer.Money("total_amount_due"));
        Assert.Equal("UTC", answer.Text("timezone"));
        Assert.Equal(
            """{"code":"USD","name":"US Dollar","symbol":"$"}""",
            answer.Json.GetProperty("default_currency").GetRawText()
        );
        Assert.Equal("{}", answer.Json.GetProperty("metadata").GetRawText());
        Assert.False(answer.Json.GetProperty("has_payment_method").GetBoolean());
        string[] nulls =
        [
            "customer_name",
            "payment_provider",
            "payment_provider_id",
            "address",
            "billing_address",
            "shipping_address",
            "tax_rate",
        ];
        Assert.All(nulls, name => Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty(name).ValueKind));
        string[] empty = ["invoices", "subscriptions", "tax_providers"];
        Assert.All(empty, name => Assert.Empty(answer.Items(name)));
    }

    [Fact]
    public async Task A_customer_with_everything_is_shown_as_it_was_given()
    {
        var given = """
            {
              "customer_id": "complete",
              "email": "billing@acme.example",
              "customer_name": "Acme Rockets",
              "default_currency_code": "JPY",
              "tax_rate": 8.25,
              "billing_address": {
                "line1": "1 Launch Road", "line2": "Hangar 7", "city": "Austin", "state": "TX",
                "postal_code": "78701", "country": "US"
              },
              "shipping_address": {
                "line1": "2 Köln", "city": "Köln", "postal_code": "50667", "country": "DE", "state": null
              },
              "timezone": "America/Chicago",
              "metadata": {"crm": {"id": 1042.50, "tags": ["a", null, true]}, "ключ": "значение 🚀", "": ""}
            }
            """;

        var created = await host.Api.Post("/api/customers/", given).Is(201);
        var read = await host.Api.Get(created.Header("Location")!).Is(200);

        Assert.Equal("/api/customers/complete/", created.Header("Location"));
        Assert.Equal(created.Body, read.Body);
        Assert.Equal(created.ETag, read.ETag);
        Assert.Equal(Keys, read.Json.Names());
        Assert.Equal(8.25m, read.Money("tax_rate"));
        Assert.Equal("America/Chicago", read.Text("timezone"));
        Assert.Equal("JPY", read.Json.GetProperty("default_currency").Text("code"));
        Assert.Equal(
            """{"line1":"1 Launch Road","line2":"Hangar 7","city":"Austin","state":"TX","postal_code":"78701","country":"US"}""",
            read.Json.GetProperty("billing_address").GetRawText()
        );
        Assert.Equal(
            """{"line1":"2 Köln","line2":null,"city":"Köln","state":null,"postal_code":"50667","country":"DE"}""",
            read.Json.GetProperty("shipping_address").GetRawText()
        );
        Assert.Equal(
            read.Json.GetProperty("billing_address").GetRawText(),
            read.Json.GetProperty("address").GetRawText()
        );
        var metadata = JsonDocument.Parse(given).RootElement.GetProperty("metadata");
        Assert.True(JsonElement.DeepEquals(metadata, read.Json.GetProperty("metadata")), read.Body);
    }

    [Fact]
    public async Task Null_is_the_same_as_absent()
    {
        var answer = await host
            .Api.Post(
                "/api/customers/",
                """
                {
                  "customer_id": null, "email": "jsmith@example.com", "customer_name": null,
                  "default_currency_code": null, "tax_rate": null, "billing_address": null, "shipping_address": null,
                  "timezone": null, "metadata": null
                }
                """
            )
            .Is(201);

        Assert.StartsWith("cust_", answer.Text("customer_id"), StringComparison.Ordinal);
        Assert.Equal("UTC", answer.Text("timezone"));
    }

    [Fact]
    public async Task All_faults_of_a_customer_are_named_at_once()
    {
        var answer = await host
            .Api.Post(
                "/api/customers/",
                """
                {
                  "customer_id": "..",
                  "email": "not an address",
                  "customer_name": "",
                  "default_currency_code": "usd",
                  "tax_rate": 1000,
                  "billing_address": {"line1": " ", "city": null, "postal_code": 78701, "county": "Travis"},
                  "shipping_address": [],
                  "timezone": "Mars/Olympus",
                  "metadata": "text",
                  "emial": "jsmith@example.com"
                }
                """
            )
            .Is(400);

        Assert.Equal("invalid", answer.Text("title"));
        Assert.Equal(
            [
                ("invalid", "customer_id"),
                ("invalid", "email"),
                ("blank", "customer_name"),
                ("invalid_choice", "default_currency_code"),
                ("max_value", "tax_rate"),
                ("blank", "billing_address.line1"),
                ("null", "billing_address.city"),
                ("invalid", "billing_address.postal_code"),
                ("required", "billing_address.country"),
                ("unknown_field", "billing_address.county"),
                ("invalid", "shipping_address"),
                ("invalid_choice", "timezone"),
                ("invalid", "metadata"),
                ("unknown_field", "emial"),
            ],
            answer.Faults
        );
    }

    [Theory]
    [InlineData("UTC+05:30")]
    [InlineData("utc")]
    [InlineData("PST8")]
    [InlineData("+02:00")]
    public async Task A_timezone_is_a_name_of_the_IANA_database(string timezone)
    {
        await host
            .Api.Post("/api/customers/", new { email = "jsmith@example.com", timezone })
            .IsFault("invalid_choice", "timezone");
    }

    [Fact]
    public async Task A_customer_id_is_taken_once_and_for_ever()
    {
        var first = await host
            .Api.Post("/api/customers/", new { customer_id = "taken", email = "a@example.com" })
            .Is(201);

        await host
            .Api.Post("/api/customers/", new { customer_id = "taken", email = "b@example.com" })
            .IsProblem(409, "duplicate_resource", "A customer with the customer_id 'taken' exists.");

        Assert.Equal(first.Body, (await host.Api.Get("/api/customers/taken/").Is(200)).Body);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_customer_is_found_again_whatever_its_id(string id)
    {
        var created = await host
            .Api.Post("/api/customers/", new { customer_id = id, email = "jsmith@example.com" })
            .Is(201);
        var path = $"/api/customers/{Uri.EscapeDataString(id)}";

        Assert.Equal(id, created.Text("customer_id"));
        Assert.Equal($"{path}/", created.Header("Location"));
        foreach (var address in new[] { path, $"{path}/", $"{path}?x=y" })
            Assert.Equal(created.Body, (await host.Api.Get(address).Is(200)).Body);

        await host.Api.Grant(id, 1m);
        await host.Api.Grant(id, 2m);
        Assert.Equal([2, 1], (await host.Api.All($"{path}/ledger/?limit=1")).Select(entry => entry.Money("amount")));
        Assert.Equal([2, 1], (await host.Api.All($"{path}/ledger?limit=1")).Select(entry => entry.Money("amount")));
        var credits = await host.Api.All($"/api/credits/?limit=1&customer_id={Uri.EscapeDataString(id)}");
        Assert.Equal([id, id], credits.Select(credit => credit.GetProperty("customer").Text("customer_id")));
        Assert.Equal(3m, (await host.Api.Get($"{path}/balance/").Is(200)).Json[0].Money("remaining"));
        await host.Api.Verify(id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\t")]
    public async Task An_id_is_not_blank(string id)
    {
        await host
            .Api.Post("/api/customers/", new { customer_id = id, email = "jsmith@example.com" })
            .IsFault("blank", "customer_id");
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    [InlineData("a\0")]
    [InlineData("a%2Fb")]
    [InlineData("%2f")]
    public async Task An_id_that_cannot_stand_in_a_path_is_refused(string id)
    {
        await host
            .Api.Post("/api/customers/", new { customer_id = id, email = "jsmith@example.com" })
            .IsFault("invalid", "customer_id");
    }

    [Fact]
    public async Task Ids_that_look_alike_are_different_customers()
    {
        string[] ids = ["Alike", "alike", "alike ", "al\u00EDke", "ali\u0301ke", "alike%20"];

        foreach (var id in ids)
            await host.Api.Post("/api/customers/", new { customer_id = id, email = "jsmith@example.com" }).Is(201);

        foreach (var id in ids)
        {
            var read = await host.Api.Get($"/api/customers/{Uri.EscapeDataString(id)}/").Is(200);
            Assert.Equal(id, read.Text("customer_id"));
        }
    }

    [Fact]
    public async Task An_unknown_customer_is_404_everywhere_in_the_path()
    {
        foreach (var path in new[] { "", "balance/", "ledger/", "ledger/verify/" })
            await host
                .Api.Get($"/api/customers/nobody%2Fat-all/{path}")
                .IsProblem(404, "not_found", "There is no customer 'nobody/at-all'.");
    }

    [Fact]
    public async Task Customers_are_listed_newest_first()
    {
        var api = await host.Organization("Listed");
        Assert.Equal("[]", (await api.Get("/api/customers/").Is(200)).Body);
        var created = await Create(api, 5);

        var answer = await api.Get("/api/customers/").Is(200);

        Assert.Null(answer.Header("Link"));
        Assert.Equal(created.Reverse(), answer.Json.EnumerateArray().Select(customer => customer.GetRawText()));
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 4)]
    [InlineData(3, 3)]
    [InlineData(7, 1)]
    [InlineData(1000, 1)]
    public async Task A_limited_list_goes_on_until_its_end(int limit, int pages)
    {
        var api = await host.Organization($"Paged by {limit}");
        var created = await Create(api, 7);

        var seen = new List<string>();
        var answers = 0;
        for (string? next = $"/api/customers/?limit={limit}"; next is not null; answers++)
        {
            var page = await api.Get(next).Is(200);
            Assert.InRange(page.Json.GetArrayLength(), 1, limit);
            seen.AddRange(page.Json.EnumerateArray().Select(customer => customer.GetRawText()));
            next = page.Next;
        }

        Assert.Equal(created.Reverse(), seen);
        Assert.Equal(pages, answers);
    }

    [Fact]
    public async Task A_page_is_not_disturbed_by_customers_who_come_meanwhile()
    {
        var api = await host.Organization("Growing");
        var created = await Create(api, 4);
        var first = await api.Get("/api/customers/?limit=2").Is(200);
        await Create(api, 3);

        var second = await api.Get(first.Next!).Is(200);

        Assert.Equal(
            created.Reverse(),
            first.Json.EnumerateArray().Concat(second.Json.EnumerateArray()).Select(customer => customer.GetRawText())
        );
    }

    [Fact]
    public async Task A_cursor_is_good_for_its_own_list_only()
    {
        var api = await host.Organization("Guarded");
        var other = await host.Organization("Curious");
        await Create(api, 3);
        await Create(other, 3);
        var next = (await api.Get("/api/customers/?limit=1").Is(200)).Next!;
        var cursor = next[(next.IndexOf("cursor=", StringComparison.Ordinal) + "cursor=".Length)..];

        await api.Get($"/api/customers/?limit=2&cursor={cursor}").Is(200);

        await other.Get(next).IsFault("invalid", "cursor");
        await api.Get($"/api/customers/?cursor=x{cursor[1..]}").IsFault("invalid", "cursor");
        await api.Get($"/api/customers/?cursor={cursor[..^2]}").IsFault("invalid", "cursor");
        await api.Get($"/api/customers/?cursor={cursor}AAAA").IsFault("invalid", "cursor");
        await api.Get("/api/customers/?cursor=AAAA").IsFault("invalid", "cursor");
        await api.Get("/api/customers/?cursor=not%20base64!").IsFault("invalid", "cursor");
        await api.Get($"/api/customers/?cursor={cursor}&cursor={cursor}").IsFault("invalid", "cursor");
        await api.Get("/api/customers/?cursor=").IsFault("blank", "cursor");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1001")]
    [InlineData("1.5")]
    [InlineData("ten")]
    [InlineData("1e2")]
    [InlineData("99999999999999999999")]
    [InlineData("%2B5")]
    public async Task A_limit_is_a_whole_number_from_1_to_1000(string limit)
    {
        await host
            .Api.Get($"/api/customers/?limit={limit}")
            .IsFault("invalid", "limit", "Expected a whole number from 1 to 1000.");
    }

    [Fact]
    public async Task An_unknown_parameter_of_a_list_is_refused()
    {
        var answer = await host.Api.Get("/api/customers/?limits=5&Limit=0&page=2").Is(400);

        Assert.Equal(
            [("invalid", "limit"), ("unknown_field", "limits"), ("unknown_field", "Limit"), ("unknown_field", "page")],
            answer.Faults
        );
    }

    // The customers as they are shown, in the order in which they were created.
    private static async Task<IReadOnlyList<string>> Create(ApiClient api, int count)
    {
        var created = new List<string>();
        for (var i = 0; i < count; i++)
            created.Add((await api.Post("/api/customers/", new { email = $"number{i}@example.com" }).Is(201)).Body);
        return created;
    }
}
