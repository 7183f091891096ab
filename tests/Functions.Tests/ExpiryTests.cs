using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests;

/// <summary>A credit expires at its instant, whether or not a timer has written it down.</summary>
public sealed class ExpiryTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    [Fact]
    public async Task Moving_the_clock_past_the_expiry_posts_it()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 100m, expires: host.Now.AddDays(30));
        await host.Api.Draw(customer, 30m).Is(201);
        var keeps = await host.Api.Grant(customer, 5m, expires: host.Now.AddDays(60));

        var moved = await host.Api.Post("/local/clock", new { advance = "P31D" }).Is(200);

        Assert.Contains(
            moved.Items("ran"),
            run => (run.Text("function"), run.Text("outcome")) == ("DeactivateExpiredCredits", "succeeded")
        );
        var expired = await host.Api.Credit(credit);
        Assert.Equal(("inactive", 0m), (expired.Text("status"), expired.Money("amount_remaining")));
        var line = expired.Items("drawdowns")[^1];
        Assert.Equal((-70m, "Expired"), (line.Money("amount"), line.Text("description")));
        Assert.Equal(credit.Text("expires_at"), line.Text("applied_at"));

        var entry = (await host.Api.All($"/api/customers/{customer}/ledger/"))[0];
        Assert.Equal(
            ("expire", credit.Text("credit_id"), -70m, 0m),
            (entry.Text("type"), entry.Text("credit_id"), entry.Money("amount"), entry.Money("balance_after"))
        );
        Assert.Equal(credit.Text("expires_at"), entry.Text("effective_at"));
        Assert.True(entry.Instant("recorded_at") > entry.Instant("effective_at"));
        Assert.Equal("timer:DeactivateExpiredCredits", entry.Text("actor"));
        Assert.Equal(line.Text("credit_id"), entry.Text("entry_id"));

        Assert.DoesNotContain(credit.Text("credit_id"), await Agenda());
        Assert.Contains(keeps.Text("credit_id"), await Agenda());
        Assert.Equal(5m, await host.Api.Remaining(customer));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task Nothing_tells_before_or_after_the_timer_ran()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 100m, expires: host.Now.AddHours(1));
        await host.Api.Draw(customer, 30m).Is(201);
        var untouched = await host.Api.Grant(customer, 1m, expires: host.Now.AddHours(1));
        host.Time.Advance(TimeSpan.FromHours(2));
        string[] paths =
        [
            ApiClient.PathOf(credit),
            ApiClient.PathOf(untouched),
            $"/api/credits/?customer_id={customer}",
            $"/api/credits/?customer_id={customer}&status=inactive",
            $"/api/credits/?customer_id={customer}&status=active",
            $"/api/customers/{customer}/balance/",
        ];
        var before = await Read();

        await host.RunTimer("DeactivateExpiredCredits");

        Assert.Equal(before, await Read());
        Assert.Equal(5, (await host.Api.All($"/api/customers/{customer}/ledger/")).Count);
        await host.Api.Verify(customer);

        async Task<List<(string, string?)>> Read()
        {
            var answers = new List<(string, string?)>();
            foreach (var path in paths)
            {
                var answer = await host.Api.Get(path).Is(200);
                answers.Add((answer.Body, answer.ETag));
            }
            return answers;
        }
    }

    [Fact]
    public async Task An_expired_credit_is_worth_nothing_from_its_instant_on()
    {
        var customer = await host.Api.NewCustomer();
        var expiry = host.Now.AddHours(1);
        var credit = await host.Api.Grant(customer, 10m, expires: expiry);

        // Every look at the clock is a millisecond later, so the last request before the expiry still has some to go.
        host.Time.Advance(expiry - host.Now - TimeSpan.FromMilliseconds(100));
        Assert.Equal("active", (await host.Api.Credit(credit)).Text("status"));
        await host.Api.Draw(customer, 1m).Is(201);
        host.Time.Advance(expiry - host.Now - TimeSpan.FromMilliseconds(1));

        // From here on the timer has not run.
        Assert.Equal("inactive", (await host.Api.Credit(credit)).Text("status"));
        Assert.Equal(0m, await host.Api.Remaining(customer));
        await host.Api.Draw(customer, 1m).IsProblem(409, "insufficient_credits");
        await host
            .Api.Post($"{ApiClient.PathOf(credit)}update/", new { expires_at = "2090-01-01" })
            .IsProblem(400, "invalid_state", "Only active credits can be updated");
        Assert.Equal(2, (await host.Api.All($"/api/customers/{customer}/ledger/")).Count);
    }

    [Fact]
    public async Task An_extension_before_the_expiry_keeps_the_credit_alive()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m, expires: host.Now.AddDays(10));
        var later = host.Now.AddDays(20);
        await host.Api.Post($"{ApiClient.PathOf(credit)}update/", new { expires_at = later }).Is(200);

        await host.Api.Post("/local/clock", new { advance = "P11D" }).Is(200);
        Assert.Equal(10m, await host.Api.Remaining(customer));
        Assert.Single(await host.Api.All($"/api/customers/{customer}/ledger/"));

        await host.Api.Post("/local/clock", new { advance = "P11D" }).Is(200);
        var expired = await host.Api.Credit(credit);
        Assert.Equal(0m, expired.Money("amount_remaining"));
        Assert.Equal(later, expired.Items("drawdowns")[0].Instant("applied_at"));
        Assert.Equal(2, (await host.Api.All($"/api/customers/{customer}/ledger/")).Count);
        Assert.DoesNotContain(credit.Text("credit_id"), await Agenda());
    }

    [Fact]
    public async Task A_credit_that_expires_earlier_than_it_was_to_is_posted_once()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m, expires: host.Now.AddDays(20));
        await host.Api.Post($"{ApiClient.PathOf(credit)}update/", new { expires_at = host.Now.AddDays(10) }).Is(200);

        foreach (var _ in Enumerable.Range(0, 3))
            await host.Api.Post("/local/clock", new { advance = "P11D" }).Is(200);

        Assert.Equal(
            ["expire", "grant"],
            (await host.Api.All($"/api/customers/{customer}/ledger/")).Select(entry => entry.Text("type"))
        );
        Assert.DoesNotContain(credit.Text("credit_id"), await Agenda());
    }

    [Fact]
    public async Task A_credit_whose_expiry_is_cleared_never_expires()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m, expires: host.Now.AddDays(10));
        await host.Api.Post($"{ApiClient.PathOf(credit)}update/", """{"expires_at": null}""").Is(200);

        await host.Api.Post("/local/clock", new { advance = "P20Y" }).Is(200);

        Assert.Equal(10m, await host.Api.Remaining(customer));
        Assert.Equal("active", (await host.Api.Credit(credit)).Text("status"));
        Assert.Single(await host.Api.All($"/api/customers/{customer}/ledger/"));
    }

    [Fact]
    public async Task Many_credits_of_one_customer_expire_together()
    {
        var customer = await host.Api.NewCustomer();
        var expiry = host.Now.AddDays(1);
        for (var i = 0; i < 50; i++)
            await host.Api.Grant(customer, 1m, expires: expiry.AddMinutes(i));

        await host.Api.Post("/local/clock", new { advance = "P2D" }).Is(200);

        var ledger = await host.Api.All($"/api/customers/{customer}/ledger/");
        Assert.Equal(50, ledger.Count(entry => entry.Text("type") == "expire"));
        Assert.Equal(0m, await host.Api.Remaining(customer));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task A_credit_that_has_nothing_left_expires_without_an_entry()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m, expires: host.Now.AddDays(1));
        await host.Api.Draw(customer, 10m).Is(201);
        var before = await host.Api.Credit(credit);

        await host.Api.Post("/local/clock", new { advance = "P2D" }).Is(200);

        Assert.Equal(before.Body, (await host.Api.Credit(credit)).Body);
        Assert.Equal(2, (await host.Api.All($"/api/customers/{customer}/ledger/")).Count);
        Assert.DoesNotContain(credit.Text("credit_id"), await Agenda());
    }

    [Fact]
    public async Task A_run_that_is_repeated_posts_nothing_twice()
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m, expires: host.Now.AddHours(1));
        host.Time.Advance(TimeSpan.FromHours(2));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.RunTimer("DeactivateExpiredCredits")));
        var other = await host.Another();
        await Task.WhenAll(other.RunTimer("DeactivateExpiredCredits"), host.RunTimer("DeactivateExpiredCredits"));

        Assert.Equal(2, (await host.Api.All($"/api/customers/{customer}/ledger/")).Count);
        await host.Api.Verify(customer);
    }

    // The things that something is due of.
    private async Task<List<string?>> Agenda() =>
        [
            .. (await host.Rows(StorageTables.Agenda)).Select(row =>
                row.Columns.TryGetValue("Entity", out var entity) ? (string)entity : null
            ),
        ];
}
