using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

/// <summary>Entity tags: read only what has changed, change only what has not.</summary>
public sealed class ConditionalRequestTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    [Fact]
    public async Task Every_read_of_one_thing_has_a_strong_tag_and_answers_304_to_it()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m);

        foreach (
            var path in new[]
            {
                "/api/ping/",
                $"/api/customers/{customer}/",
                $"/api/customers/{customer}/balance/",
                $"/api/customers/{customer}/ledger/verify/",
                ApiClient.PathOf(credit),
            }
        )
        {
            var read = await host.Api.Get(path).Is(200);
            Assert.Matches("^\"[A-Za-z0-9_-]{22}\"$", read.ETag);

            var known = await host.Api.Get(path, ("If-None-Match", read.ETag!)).Is(304);

            Assert.Empty(known.Bytes);
            Assert.Equal(read.ETag, known.ETag);
            Assert.Equal(read.ETag, (await host.Api.Get(path).Is(200)).ETag);
        }
    }

    [Theory]
    [InlineData("{0}", 304)]
    [InlineData("W/{0}", 304)]
    [InlineData("*", 304)]
    [InlineData("\"other\", {0}", 304)]
    [InlineData("\"other\"", 200)]
    [InlineData("garbage", 200)]
    [InlineData("", 200)]
    public async Task If_None_Match_is_answered_in_full_unless_it_names_the_tag(string header, int status)
    {
        var credit = await host.Api.Grant(await host.Api.NewCustomer(), 10m);

        await host
            .Api.Get(
                ApiClient.PathOf(credit),
                ("If-None-Match", header.Replace("{0}", credit.ETag, StringComparison.Ordinal))
            )
            .Is(status);
    }

    [Theory]
    [InlineData("{0}", 200)]
    [InlineData("*", 200)]
    [InlineData("\"other\", {0}", 200)]
    [InlineData("\"other\"", 412)]
    [InlineData("W/{0}", 412)]
    [InlineData("garbage", 412)]
    [InlineData("", 412)]
    public async Task If_Match_lets_a_write_go_ahead_only_with_the_present_tag(string header, int status)
    {
        foreach (var operation in new[] { "update", "void" })
        {
            var customer = await host.Api.NewCustomer();
            var credit = await host.Api.Grant(customer, 10m);
            var body = operation == "update" ? new { description = "changed" } : null;

            var answer = await host
                .Api.Post(
                    $"{ApiClient.PathOf(credit)}{operation}/",
                    body,
                    ("If-Match", header.Replace("{0}", credit.ETag, StringComparison.Ordinal))
                )
                .Is(status);

            var after = await host.Api.Credit(credit);
            if (status == 412)
            {
                answer.IsProblem(412, "precondition_failed");
                Assert.Equal(credit.Body, after.Body);
            }
            else
            {
                Assert.NotEqual(credit.ETag, after.ETag);
                Assert.Equal(answer.ETag, after.ETag);
            }
        }
    }

    [Fact]
    public async Task Of_two_who_read_the_same_only_the_first_writes()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m);
        var path = $"{ApiClient.PathOf(credit)}update/";

        var first = await host.Api.Post(path, new { description = "first" }, ("If-Match", credit.ETag!)).Is(200);
        await host.Api.Post(path, new { description = "second" }, ("If-Match", credit.ETag!)).Is(412);
        await host.Api.Draw(customer, 1m).Is(201);
        await host.Api.Post(path, new { description = "third" }, ("If-Match", first.ETag!)).Is(412);

        var read = await host.Api.Credit(credit);
        Assert.Equal("first", read.Text("description"));
        await host.Api.Post(path, new { description = "third" }, ("If-Match", read.ETag!)).Is(200);
    }

    [Fact]
    public async Task A_drawdown_is_taken_back_only_as_it_was_seen()
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m);
        var drawdown = await host.Api.Draw(customer, 4m).Is(201);
        var path = $"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/";

        await host.Api.Post(path, null, ("If-Match", "\"other\"")).Is(412);
        Assert.Equal(6m, await host.Api.Remaining(customer));
        var reversed = await host.Api.Post(path, null, ("If-Match", drawdown.ETag!)).Is(200);
        await host.Api.Post(path, null, ("If-Match", drawdown.ETag!)).Is(412);
        await host.Api.Post(path, null, ("If-Match", reversed.ETag!)).Is(200);

        Assert.Equal(10m, await host.Api.Remaining(customer));
    }

    [Fact]
    public async Task A_tag_changes_when_the_credit_expires_by_time_alone()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m, expires: host.Now.AddHours(1));
        var balance = await host.Api.Get($"/api/customers/{customer}/balance/").Is(200);

        host.Time.Advance(TimeSpan.FromHours(2));

        var expired = await host.Api.Get(ApiClient.PathOf(credit), ("If-None-Match", credit.ETag!)).Is(200);
        Assert.Equal("inactive", expired.Text("status"));
        Assert.NotEqual(credit.ETag, expired.ETag);
        await host.Api.Get($"/api/customers/{customer}/balance/", ("If-None-Match", balance.ETag!)).Is(200);
        await host.Api.Post($"{ApiClient.PathOf(credit)}void/", null, ("If-Match", credit.ETag!)).Is(412);
    }

    [Fact]
    public async Task If_None_Match_means_nothing_to_a_write()
    {
        var credit = await host.Api.Grant(await host.Api.NewCustomer(), 10m);

        var answer = await host
            .Api.Post($"{ApiClient.PathOf(credit)}update/", new { }, ("If-None-Match", credit.ETag!))
            .Is(200);

        Assert.Equal(credit.Body, answer.Body);
    }

    [Fact]
    public async Task Nothing_is_404_whatever_tag_is_named()
    {
        await host.Api.Get("/api/customers/nobody/", ("If-None-Match", "*")).IsProblem(404, "not_found");
        await host
            .Api.Post($"/api/credits/credit_{new string('0', 32)}/void/", null, ("If-Match", "*"))
            .IsProblem(404, "not_found");
    }
}
