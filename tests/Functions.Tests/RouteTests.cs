using System.Text.RegularExpressions;
using Drawdown.Functions.Tests.OpenApi;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

/// <summary>Every route that a function has, and what is none.</summary>
public sealed partial class RouteTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    /// <summary>The routes as the functions declare them, so that a new one is tested as well.</summary>
    public static TheoryData<string, string> Routes
    {
        get
        {
            var routes = new TheoryData<string, string>();
            foreach (var function in HttpFunctions.All)
                routes.Add(function.Method, function.Path);
            return routes;
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_route_answers_with_and_without_a_trailing_slash(string method, string route)
    {
        var path = Parameter().Replace(route, "something");

        var with = await host.Api.Send(method, $"{path}/", null);
        var without = await host.Api.Send(method, path, null);

        Assert.NotNull(with.Header("X-Request-Id"));
        Assert.NotNull(without.Header("X-Request-Id"));
        Assert.Equal(with.Status, without.Status);
        Assert.Equal(with.Header("Content-Type"), without.Header("Content-Type"));
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/api/")]
    [InlineData("GET", "/api/credit/")]
    [InlineData("GET", "/api/customers/any/credits/")]
    [InlineData("GET", "/api/customers/any/ledger/verify/more/")]
    [InlineData("GET", "/api//ping/")]
    [InlineData("GET", "/v1/api/ping/")]
    [InlineData("POST", "/api/ping/")]
    [InlineData("PUT", "/api/customers/")]
    [InlineData("DELETE", "/api/customers/any/")]
    [InlineData("PATCH", "/api/credits/any/")]
    [InlineData("GET", "/api/credits/any/update/")]
    [InlineData("GET", "/api/drawdowns/")]
    [InlineData("GET", "/api/drawdowns/any/")]
    [InlineData("HEAD", "/api/customers/any/")]
    [InlineData("OPTIONS", "/api/customers/")]
    [InlineData("PROPFIND", "/api/customers/")]
    public async Task What_no_function_answers_is_a_bare_404(string method, string path)
    {
        await host.Api.Send(method, path, null).IsBare404();
        await host.Api.As(null).Send(method, path, null).IsBare404();
    }

    [Fact]
    public async Task A_GET_that_carries_a_body_is_answered_as_if_it_carried_none()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m);

        string[] paths =
        [
            "/api/ping/",
            "/api/healthcheck/",
            $"/api/customers/{customer}/",
            $"/api/customers/{customer}/balance/",
            $"/api/customers/{customer}/ledger/",
            $"/api/customers/{customer}/ledger/verify/",
            $"/api/credits/?customer_id={customer}",
            ApiClient.PathOf(credit),
        ];
        foreach (var path in paths)
        {
            var plain = await host.Api.Get(path).Is(200);
            foreach (var body in new[] { """{"customer_id": "another"}""", "not JSON" })
                Assert.Equal(plain.Body, (await host.Api.Send("GET", path, body).Is(200)).Body);
        }
    }

    [Fact]
    public async Task Every_answer_carries_a_request_id_of_its_own_and_is_for_its_caller_alone()
    {
        // The rules look at every answer of every test; here it is said once.
        var first = await host.Api.Get("/api/ping/").Is(200);
        var second = await host.Api.Get("/api/ping/").Is(200);
        var refused = await host.Api.Get("/api/credits/").Is(400);

        Assert.Equal(first.Body, second.Body);
        Assert.NotEqual(first.Header("X-Request-Id"), second.Header("X-Request-Id"));
        foreach (var answer in new[] { first, second, refused })
        {
            Assert.Matches("^req_[0-9a-f]{32}$", answer.Header("X-Request-Id"));
            Assert.Equal("no-cache, private", answer.Header("Cache-Control"));
        }
    }

    [Fact]
    public async Task A_callers_own_request_id_is_not_taken_over()
    {
        var answer = await host.Api.Get("/api/ping/", ("X-Request-Id", "req_mine")).Is(200);

        Assert.NotEqual("req_mine", answer.Header("X-Request-Id"));
    }

    [Fact]
    public async Task The_ledger_names_the_request_that_wrote_an_entry_and_the_key_that_it_was_sent_with()
    {
        var customer = await host.Api.NewCustomer();
        var granted = await host.Api.Grant(customer, 10m);
        var drawn = await host.Api.Draw(customer, 4m).Is(201);

        var ledger = await host.Api.All($"/api/customers/{customer}/ledger/");

        Assert.Equal(
            [drawn.Header("X-Request-Id"), granted.Header("X-Request-Id")],
            ledger.Select(entry => entry.Text("request_id"))
        );
        Assert.All(ledger, entry => Assert.Matches("^key_[0-9a-f]{16}$", entry.Text("actor")));
    }

    [GeneratedRegex(@"\{\w+\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
