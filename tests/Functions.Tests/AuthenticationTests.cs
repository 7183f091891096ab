using System.Text;
using Azure.Data.Tables;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

/// <summary>A key opens one organization, in any of three headers, and nothing else opens anything.</summary>
public sealed class AuthenticationTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ApiClient Anyone => host.Api.As(null);

    [Theory]
    [InlineData("Authorization", "Token ")]
    [InlineData("Authorization", "token ")]
    [InlineData("authorization", "TOKEN ")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer ")]
    [InlineData("Authorization", "bEaReR   ")]
    [InlineData("X-API-KEY", "")]
    [InlineData("x-api-key", "")]
    public async Task The_key_is_read_from_three_headers_and_schemes_in_any_case(string header, string scheme)
    {
        var answer = await Anyone.Get("/api/ping/", (header, scheme + DrawdownHost.Key)).Is(200);

        Assert.Equal(["organization_id"], answer.Json.Names());
        Assert.Equal(OrganizationId.Named("Development").ToString(), answer.Text("organization_id"));
    }

    [Fact]
    public async Task X_API_KEY_decides_where_both_headers_are_sent_as_in_Lotus_own_example()
    {
        await Anyone.Get("/api/ping/", ("Authorization", "authorization"), ("X-API-KEY", DrawdownHost.Key)).Is(200);
        await Anyone
            .Get("/api/ping/", ("Authorization", $"Token {DrawdownHost.Key}"), ("X-API-KEY", "another"))
            .IsProblem(401, "not_authenticated");
        await Anyone
            .Get("/api/ping/", ("Authorization", $"Token {DrawdownHost.Key}"), ("X-API-KEY", ""))
            .IsProblem(401, "not_authenticated");
    }

    [Theory]
    [InlineData("GET", "/api/ping/")]
    [InlineData("POST", "/api/customers/")]
    [InlineData("GET", "/api/customers/")]
    [InlineData("GET", "/api/customers/any/")]
    [InlineData("GET", "/api/customers/any/balance/")]
    [InlineData("GET", "/api/customers/any/ledger/")]
    [InlineData("GET", "/api/customers/any/ledger/verify/")]
    [InlineData("POST", "/api/credits/")]
    [InlineData("GET", "/api/credits/?customer_id=any")]
    [InlineData("GET", "/api/credits/not-an-id/")]
    [InlineData("POST", "/api/credits/not-an-id/update/")]
    [InlineData("POST", "/api/credits/not-an-id/void/")]
    [InlineData("POST", "/api/drawdowns/")]
    [InlineData("POST", "/api/drawdowns/not-an-id/reverse/")]
    public async Task Without_a_key_nothing_is_answered_but_401(string method, string path)
    {
        // Nor is anything said about the request: it is not even read.
        var body = method == "POST" ? "{ this is not JSON" : null;

        var answer = await Anyone.Send(method, path, body).IsProblem(401, "not_authenticated");

        Assert.Equal("""Token realm="drawdown", Bearer realm="drawdown" """.Trim(), answer.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("Authorization", "Token wrong")]
    [InlineData("Authorization", "Token ")]
    [InlineData("Authorization", "Token")]
    [InlineData("Authorization", "Basic dXNlcjpwYXNz")]
    [InlineData("Authorization", "the-first-organization's-key")]
    [InlineData("Authorization", "Tokenthe-first-organization's-key")]
    [InlineData("Authorization", "Token the-first-organization's-key2")]
    [InlineData("Authorization", "Token THE-FIRST-ORGANIZATION'S-KEY")]
    [InlineData("Authorization", "Token the-first-organization's-key, Token the-first-organization's-key")]
    [InlineData("X-API-KEY", "Token the-first-organization's-key")]
    [InlineData("X-API-KEY", "wrong")]
    public async Task A_key_that_is_wrong_or_sent_in_another_way_is_401(string header, string value)
    {
        var answer = await Anyone.Get("/api/ping/", (header, value)).IsProblem(401, "not_authenticated");

        Assert.NotNull(answer.Header("WWW-Authenticate"));
        Assert.DoesNotContain("organization's-key", answer.Body);
    }

    [Fact]
    public async Task The_healthcheck_needs_no_key()
    {
        var answer = await Anyone.Get("/api/healthcheck/").Is(200);

        Assert.Equal("""{"status":"ok"}""", answer.Body);
    }

    [Fact]
    public async Task Another_organization_sees_nothing_of_this_one()
    {
        var other = await host.Organization("Others");
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 100m);
        var drawdown = await host.Api.Draw(customer, 10m).Is(201);
        var before = (await host.Api.Credit(credit)).Body;
        var path = $"/api/credits/{credit.Text("credit_id")}";

        await other.Get($"/api/customers/{customer}/").IsProblem(404, "not_found");
        await other.Get($"/api/customers/{customer}/balance/").IsProblem(404, "not_found");
        await other.Get($"/api/customers/{customer}/ledger/").IsProblem(404, "not_found");
        await other.Get($"/api/customers/{customer}/ledger/verify/").IsProblem(404, "not_found");
        await other.Get($"{path}/").IsProblem(404, "not_found");
        await other.Post($"{path}/update/", new { description = "theirs" }).IsProblem(404, "not_found");
        await other.Post($"{path}/void/").IsProblem(404, "not_found");
        await other.Post($"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/").IsProblem(404, "not_found");
        await other.Get($"/api/credits/?customer_id={customer}").IsFault("does_not_exist", "customer_id");
        await other.Draw(customer, 1m).IsFault("does_not_exist", "customer_id");
        await other
            .Post(
                "/api/credits/",
                new
                {
                    customer_id = customer,
                    amount = 1,
                    currency_code = "USD",
                }
            )
            .IsFault("does_not_exist", "customer_id");
        Assert.Empty((await other.Get("/api/customers/").Is(200)).Json.EnumerateArray());
        Assert.Equal(before, (await host.Api.Credit(credit)).Body);
    }

    [Fact]
    public async Task Two_organizations_may_use_the_same_customer_id_and_the_same_idempotency_key()
    {
        var other = await host.Organization("Namesakes");
        var body = new { customer_id = "namesake", email = "jsmith@example.com" };

        await host.Api.Post("/api/customers/", body, ("Idempotency-Key", "same")).Is(201);
        var theirs = await other.Post("/api/customers/", body, ("Idempotency-Key", "same")).Is(201);
        await host.Api.Grant("namesake", 5m);

        Assert.False(theirs.IsReplayed);
        Assert.Equal(5m, await host.Api.Remaining("namesake"));
        Assert.Equal(0m, await other.Remaining("namesake"));
    }

    [Fact]
    public async Task A_credit_of_another_organizations_customer_cannot_be_drawn_by_naming_it()
    {
        var other = await host.Organization("Thieves");
        var victim = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(victim, 100m);
        var thief = await other.NewCustomer();

        await other
            .Post(
                "/api/drawdowns/",
                new
                {
                    customer_id = thief,
                    amount = 1,
                    currency_code = "USD",
                    credit_id = credit.Text("credit_id"),
                }
            )
            .IsFault("does_not_exist", "credit_id");

        Assert.Equal(100m, await host.Api.Remaining(victim));
    }

    [Fact]
    public async Task A_key_stands_in_no_row_of_no_table()
    {
        var other = await host.Organization("Secretive");
        await other.Grant(await other.NewCustomer(), 1m);
        string[] keys = [DrawdownHost.Key, "the-key-of-Secretive"];

        var rows = 0;
        var service = Storage.Azure.StorageClients.Tables(host.Storage.Connection);
        await foreach (var table in service.QueryAsync(cancellationToken: Cancellation))
        {
            if (!table.Name.StartsWith(host.Storage.Connection.Prefix, StringComparison.Ordinal))
                continue;
            var client = service.GetTableClient(table.Name);
            await foreach (var row in client.QueryAsync<TableEntity>(cancellationToken: Cancellation))
            {
                rows++;
                var values = row.Select(column =>
                    column.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : $"{column.Value}"
                );
                Assert.DoesNotContain(values, value => keys.Any(key => value.Contains(key, StringComparison.Ordinal)));
            }
        }
        Assert.True(rows > 5);
    }
}
