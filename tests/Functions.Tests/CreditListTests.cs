using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

/// <summary>The list of a customer's credits, with every documented filter.</summary>
public sealed class CreditListTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private static readonly DateTimeOffset Spring = new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Summer = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Autumn = new(2025, 9, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Credits_are_a_bare_array_newest_first()
    {
        var customer = await host.Api.NewCustomer();
        Assert.Equal("[]", (await host.Api.Get($"/api/credits/?customer_id={customer}").Is(200)).Body);
        var first = await host.Api.Grant(customer, 1m);
        var second = await host.Api.Grant(customer, 2m);
        await host.Api.Draw(customer, 1.5m).Is(201);

        var list = await host.Api.Get($"/api/credits/?customer_id={customer}").Is(200);

        Assert.Equal(
            [(await host.Api.Credit(second)).Body, (await host.Api.Credit(first)).Body],
            list.Json.EnumerateArray().Select(credit => credit.GetRawText())
        );
        Assert.Null(list.Header("Link"));
        Assert.Equal("application/json", list.Header("Content-Type"));
    }

    [Theory]
    [InlineData("", "new drawn euro voided expired")]
    [InlineData("&currency_code=USD", "new drawn voided expired")]
    [InlineData("&currency_code=EUR", "euro")]
    [InlineData("&currency_code=JPY", "")]
    [InlineData("&status=active", "new euro")]
    [InlineData("&status=inactive", "drawn voided expired")]
    [InlineData("&status=active&status=inactive", "new drawn euro voided expired")]
    [InlineData("&status[]=active", "new euro")]
    [InlineData("&status%5B%5D=inactive", "drawn voided expired")]
    [InlineData("&status[]=active&status[]=inactive", "new drawn euro voided expired")]
    [InlineData("&status[]=active&status=inactive", "new drawn euro voided expired")]
    [InlineData("&status=active&status=active", "new euro")]
    [InlineData("&status=active&currency_code=USD", "new")]
    public async Task Credits_are_filtered_by_currency_and_status(string filter, string expected)
    {
        var customer = await host.Api.NewCustomer();
        await Describe("expired", await host.Api.Grant(customer, 1m, expires: host.Now.AddHours(1)));
        var voided = await Describe("voided", await host.Api.Grant(customer, 1m));
        await host.Api.Post($"{ApiClient.PathOf(voided)}void/").Is(200);
        await Describe("euro", await host.Api.Grant(customer, 1m, currency: "EUR"));
        await Describe("drawn", await host.Api.Grant(customer, 1m));
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.Api.Draw(customer, 1m).Is(201);
        await Describe("new", await host.Api.Grant(customer, 1m));

        var list = await host.Api.Get($"/api/credits/?customer_id={customer}{filter}").Is(200);

        Assert.Equal(
            expected,
            string.Join(' ', list.Json.EnumerateArray().Select(credit => credit.Text("description")))
        );
    }

    [Theory]
    [InlineData("effective_after", "summer autumn")]
    [InlineData("effective_before", "summer spring")]
    public async Task Bounds_of_the_effective_instant_are_inclusive(string filter, string expected)
    {
        var customer = await host.Api.NewCustomer();
        await Describe("autumn", await host.Api.Grant(customer, 1m, effective: Autumn));
        await Describe("spring", await host.Api.Grant(customer, 1m, effective: Spring));
        await Describe("summer", await host.Api.Grant(customer, 1m, effective: Summer));

        Assert.Equal(expected, await Listed(customer, $"{filter}=2025-06-01T00:00:00Z", sort: false));
        Assert.Equal("summer", await Listed(customer, "effective_after=2025-06-01&effective_before=2025-06-01"));
        Assert.Equal(
            "",
            await Listed(customer, "effective_after=2025-06-01T00:00:00.001Z&effective_before=2025-06-02")
        );
    }

    [Theory]
    [InlineData("expires_after", "autumn never summer")]
    [InlineData("expires_before", "spring summer")]
    public async Task Bounds_of_the_expiry_are_inclusive_and_never_is_after_all(string filter, string expected)
    {
        var customer = await host.Api.NewCustomer();
        await Describe("autumn", await host.Api.Grant(customer, 1m, expires: Autumn));
        await Describe("never", await host.Api.Grant(customer, 1m));
        await Describe("spring", await host.Api.Grant(customer, 1m, expires: Spring));
        await Describe("summer", await host.Api.Grant(customer, 1m, expires: Summer));

        Assert.Equal(expected, await Listed(customer, $"{filter}=2025-06-01T00:00:00Z"));
        Assert.Equal("never", await Listed(customer, "expires_after=9999-12-30"));
        Assert.Equal("summer", await Listed(customer, "expires_after=2025-06-01&expires_before=2025-06-01"));
    }

    [Fact]
    public async Task Bounds_of_the_instant_of_issue_are_inclusive()
    {
        var customer = await host.Api.NewCustomer();
        foreach (var name in new[] { "first", "second", "third" })
            await Describe(name, await host.Api.Grant(customer, 1m, effective: Summer));
        var issued = (await host.Api.All($"/api/customers/{customer}/ledger/"))
            .Select(entry => entry.Instant("recorded_at")!.Value)
            .Order()
            .ToList();

        var second = ApiClient.Query(issued[1]);
        Assert.Equal("second third", await Listed(customer, $"issued_after={second}"));
        Assert.Equal("first second", await Listed(customer, $"issued_before={second}"));
        Assert.Equal("second", await Listed(customer, $"issued_before={second}&issued_after={second}"));
        Assert.Equal("", await Listed(customer, $"issued_after={ApiClient.Query(issued[2].AddMilliseconds(1))}"));
    }

    [Theory]
    [InlineData("2025-06-01T02:00:00%2B02:00")]
    [InlineData("2025-06-01T02:00:00+02:00")]
    [InlineData("2025-06-01 00:00:00")]
    [InlineData("2025-06-01")]
    public async Task A_bound_may_be_written_in_any_way_that_an_instant_may(string bound)
    {
        var customer = await host.Api.NewCustomer();
        await Describe("summer", await host.Api.Grant(customer, 1m, effective: Summer));

        Assert.Equal("summer", await Listed(customer, $"effective_after={bound}&effective_before={bound}"));
    }

    [Fact]
    public async Task A_filtered_list_goes_on_with_its_filters()
    {
        var customer = await host.Api.NewCustomer();
        var created = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            created.Add((await host.Api.Grant(customer, 1m, currency: "EUR")).Body);
            await host.Api.Grant(customer, 1m);
        }

        var path = $"/api/credits?customer_id={customer}&currency_code=EUR&status[]=active&limit=2";
        var listed = await host.Api.All(path);

        created.Reverse();
        Assert.Equal(created, listed.Select(credit => credit.GetRawText()));
    }

    [Fact]
    public async Task A_page_goes_on_from_where_it_ended_though_its_last_credit_has_left_the_list()
    {
        var customer = await host.Api.NewCustomer();
        var credits = new List<Answer>();
        for (var i = 0; i < 3; i++)
            credits.Add(await host.Api.Grant(customer, 1m));
        var first = await host.Api.Get($"/api/credits/?customer_id={customer}&status=active&limit=2").Is(200);

        await host.Api.Post($"{ApiClient.PathOf(credits[1])}void/").Is(200);
        var second = await host.Api.Get(first.Next!).Is(200);

        Assert.Equal(credits[0].Text("credit_id"), Assert.Single(second.Json.EnumerateArray()).Text("credit_id"));
    }

    [Fact]
    public async Task A_cursor_is_good_for_its_own_customer_and_filters_only()
    {
        var customer = await host.Api.NewCustomer();
        var another = await host.Api.NewCustomer();
        foreach (var whose in new[] { customer, customer, another, another })
            await host.Api.Grant(whose, 1m);
        var page = await host.Api.Get($"/api/credits/?customer_id={customer}&status=active&limit=1").Is(200);
        var cursor = page.Next![page.Next!.IndexOf("&cursor=", StringComparison.Ordinal)..];

        await host.Api.Get($"/api/credits/?status=active&customer_id={customer}{cursor}").Is(200);

        foreach (
            var path in new[]
            {
                $"/api/credits/?customer_id={another}&status=active",
                $"/api/credits/?customer_id={customer}",
                $"/api/credits/?customer_id={customer}&status=inactive",
                $"/api/credits/?customer_id={customer}&status=active&currency_code=USD",
                $"/api/credits/?customer_id={customer}&status=active&expires_after=2025-01-01",
                $"/api/customers/{customer}/ledger/?limit=1",
                "/api/customers/?limit=1",
            }
        )
            await host.Api.Get(path + cursor).IsFault("invalid", "cursor");
    }

    [Fact]
    public async Task All_faults_of_a_query_are_named_at_once()
    {
        var answer = await host
            .Api.Get(
                "/api/credits/?currency_code=usd&status=active&status=archived&effective_after=soon"
                    + "&effective_before=2023-02-30&issued_after=1700000000&expires_before=&limit=0&cursor=x&statuses=active"
            )
            .Is(400);

        Assert.Equal("invalid", answer.Text("title"));
        Assert.Equal(
            [
                ("required", "customer_id"),
                ("invalid_choice", "currency_code"),
                ("invalid_choice", "status"),
                ("invalid", "effective_after"),
                ("invalid", "effective_before"),
                ("invalid", "issued_after"),
                ("blank", "expires_before"),
                ("invalid", "limit"),
                ("invalid", "cursor"),
                ("unknown_field", "statuses"),
            ],
            answer.Faults.Order(Comparer<(string Code, string Attribute)>.Create(Position))
        );

        // In the order of the query's documentation, whichever is read first.
        static int Position((string Code, string Attribute) x, (string Code, string Attribute) y) =>
            Array.IndexOf(Order, x.Attribute).CompareTo(Array.IndexOf(Order, y.Attribute));
    }

    private static readonly string[] Order =
    [
        "customer_id",
        "currency_code",
        "status",
        "effective_after",
        "effective_before",
        "issued_after",
        "expires_before",
        "limit",
        "cursor",
        "statuses",
    ];

    [Fact]
    public async Task The_credits_of_nobody_are_not_an_empty_list()
    {
        await host.Api.Get("/api/credits/?customer_id=nobody").IsFault("does_not_exist", "customer_id");
        await host.Api.Get("/api/credits/").IsFault("required", "customer_id");
        await host.Api.Get("/api/credits/?customer_id=").IsFault("blank", "customer_id");
        await host.Api.Get("/api/credits/?customer_id=a&customer_id=b").IsFault("invalid", "customer_id");
    }

    // The descriptions in alphabetical order, or as they are listed.
    private async Task<string> Listed(string customer, string filter, bool sort = true)
    {
        var credits = await host.Api.All($"/api/credits/?customer_id={customer}&{filter}");
        var names = credits.Select(credit => credit.Text("description"));
        return string.Join(' ', sort ? names.Order(StringComparer.Ordinal) : names);
    }

    private Task<Answer> Describe(string name, Answer credit) =>
        host.Api.Post($"{ApiClient.PathOf(credit)}update/", new { description = name }).Is(200);
}
