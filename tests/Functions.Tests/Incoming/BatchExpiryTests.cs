using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>A batch expires at its instant, whether or not a timer has written it down.</summary>
public sealed class BatchExpiryTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private const string Timer = "DeactivateExpiredCredits";

    private ApiClient Api => host.Api;

    [Fact]
    public async Task Moving_the_clock_past_the_expiry_posts_it()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client, 100, days: 30);
        var first = (await Api.AllPages($"{IncomingCalls.Clients}/{client}/creditBatches", "creditBatches"))[0];
        var byDefault = (await Api.NewBatch(client, 50, account: account)).Thing();
        var byItself = (await Api.NewBatch(client, 20, expires: host.Now.AddDays(30))).Thing();
        var keeps = (await Api.NewBatch(client, 5, expires: host.Now.AddDays(60), account: account)).Thing();
        var allocation = await Api.Allocated(first.Text("id")!, 40);
        await Api.Redeem(allocation, 15).Is(200);

        var moved = await Api.Post("/local/clock", new { advance = "P31D" }).Is(200);

        Assert.Contains(moved.Items("ran"), run => (run.Text("function"), run.Text("outcome")) == (Timer, "succeeded"));
        var lapsed = new[] { (first, 85, 15), (byDefault, 50, 0), (byItself, 20, 0) };
        foreach (var (batch, amount, redeemed) in lapsed)
        {
            var id = batch.Text("id")!;
            var expired = (await Api.Batch(id)).Thing();
            Assert.Equal(("expired", 0, redeemed), expired.Standing());
            Assert.Equal(batch.Text("expiresOn"), expired.Text("updatedAt"));
            var last = (await Api.Actions(id))[^1];
            Assert.Equal(
                ("expire", amount, "Expired", $"timer:{Timer}", "timer"),
                (
                    last.Text("action"),
                    last.Credits("amount"),
                    last.Text("reason"),
                    last.Text("initiator"),
                    last.Text("initiatorType")
                )
            );
            Assert.Equal(batch.Text("expiresOn"), last.Text("timestamp"));
            Assert.True(last.Timestamp("updatedAt") > last.Timestamp("timestamp"));
            Assert.DoesNotContain(id, await Agenda());
        }
        var held = (await Api.Get($"{IncomingCalls.Allocations}/{allocation}").Is(200)).Thing();
        Assert.Equal(first.Text("expiresOn"), held.Text("updatedAt"));
        Assert.Contains(keeps.Text("id"), await Agenda());
        Assert.Equal(5, await Api.Balance(account));
        await Api.VerifyClient(client, actions: 4 + 2 + 3);
    }

    [Fact]
    public async Task Nothing_tells_before_or_after_the_timer_ran()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var batch = (await Api.NewBatch(client, 100, expires: host.Now.AddHours(1), account: account)).Id();
        var untouched = (await Api.NewBatch(client, 1, expires: host.Now.AddHours(1))).Id();
        var allocation = await Api.Allocated(batch, 40);
        var idle = await Api.Allocated(batch, 10);
        await Api.Redeem(allocation, 15).Is(200);
        await Api.Post($"{IncomingCalls.Allocations}/{allocation}/revoke", new { amount = 5 }).Is(200);
        host.Time.Advance(TimeSpan.FromHours(2));
        string[] paths =
        [
            $"{IncomingCalls.Batches}/{batch}",
            $"{IncomingCalls.Batches}/{untouched}",
            $"{IncomingCalls.Batches}/{batch}/allocations",
            $"{IncomingCalls.Allocations}/{allocation}",
            $"{IncomingCalls.Allocations}/{idle}",
            $"{IncomingCalls.Accounts}/{account}",
            $"{IncomingCalls.Clients}/{client}/creditAccounts",
            $"{IncomingCalls.Clients}/{client}/creditBatches",
            $"{IncomingCalls.Clients}/{client}/creditBatches?creditAccountId={account}",
        ];
        var before = await Read();
        Assert.Equal(("expired", 0, 15), (await Api.Batch(batch)).Standing());

        await host.RunTimer(Timer);

        Assert.Equal(before, await Read());
        Assert.Equal("expire", (await Api.Actions(batch))[^1].Text("action"));
        await Api.VerifyClient(client, actions: 8);

        async Task<List<(string, string?)>> Read()
        {
            var answers = new List<(string, string?)>();
            foreach (var path in paths)
            {
                var answer = await Api.Get(path).Is(200);
                answers.Add((answer.Body, answer.ETag));
            }
            return answers;
        }
    }

    [Fact]
    public async Task A_batch_is_worth_nothing_from_its_instant_on()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var expiry = host.Now.AddHours(1);
        var batch = (await Api.NewBatch(client, 100, expires: expiry, account: account)).Id();
        var allocation = await Api.Allocated(batch, 40);

        // Every look at the clock is a millisecond later, so the last requests before the expiry still have some to go.
        host.Time.Advance(expiry - host.Now - TimeSpan.FromMilliseconds(100));
        Assert.Equal(("active", 60, 40), (await Api.Batch(batch)).Standing());
        await Api.Redeem(allocation, 1).Is(200);
        host.Time.Advance(expiry - host.Now - TimeSpan.FromMilliseconds(1));

        // From here on the timer has not run.
        Assert.Equal(("expired", 0, 1), (await Api.Batch(batch)).Standing());
        Assert.Equal(0, await Api.Balance(account));
        await Api.Allocate(batch, 1).IsError(409, "batch_not_active");
        await Api.Redeem(allocation, 1).IsError(409, "insufficient_credits");
        await Api.RedeemFromAccount(account, 1).IsError(409, "insufficient_credits");
        await Api.Put($"{IncomingCalls.Batches}/{batch}", new { expiresOn = "2190-01-01" })
            .IsError(409, "batch_not_active");
        await Api.VerifyClient(client, actions: 3);
    }

    [Fact]
    public async Task An_extension_before_the_expiry_keeps_the_batch_alive()
    {
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 10, expires: host.Now.AddDays(10))).Id();
        var later = (
            await Api.Put($"{IncomingCalls.Batches}/{batch}", new { expiresOn = host.Now.AddDays(20) }).Is(200)
        )
            .Thing()
            .Text("expiresOn");

        await Api.Post("/local/clock", new { advance = "P11D" }).Is(200);
        Assert.Equal(("active", 10, 0), (await Api.Batch(batch)).Standing());
        Assert.Single(await Api.Actions(batch));

        await Api.Post("/local/clock", new { advance = "P11D" }).Is(200);
        Assert.Equal(("expired", 0, 0), (await Api.Batch(batch)).Standing());
        var actions = await Api.Actions(batch);
        Assert.Equal(["grant", "expire"], actions.Select(action => action.Text("action")));
        Assert.Equal(later, actions[^1].Text("timestamp"));
        Assert.DoesNotContain(batch, await Agenda());
    }

    [Fact]
    public async Task A_batch_that_is_to_expire_earlier_or_never_is_posted_once_or_never()
    {
        var client = await Api.NewClient();
        var earlier = (await Api.NewBatch(client, 10, expires: host.Now.AddDays(20))).Id();
        var never = (await Api.NewBatch(client, 10, expires: host.Now.AddDays(20))).Id();
        var voided = (await Api.NewBatch(client, 10, expires: host.Now.AddDays(20))).Id();
        await Api.Put($"{IncomingCalls.Batches}/{earlier}", new { expiresOn = host.Now.AddDays(10) }).Is(200);
        await Api.Put($"{IncomingCalls.Batches}/{never}", """{"expiresOn": null}""").Is(200);
        await Api.Post($"{IncomingCalls.Batches}/{voided}/void").Is(200);

        foreach (var _ in Enumerable.Range(0, 3))
            await Api.Post("/local/clock", new { advance = "P11D" }).Is(200);

        Assert.Equal(["grant", "expire"], (await Api.Actions(earlier)).Select(action => action.Text("action")));
        Assert.Single(await Api.Actions(never));
        Assert.Equal(("active", 10, 0), (await Api.Batch(never)).Standing());
        Assert.Equal(["grant", "void"], (await Api.Actions(voided)).Select(action => action.Text("action")));
        Assert.Equal("voided", (await Api.Batch(voided)).Thing().Text("status"));
        Assert.DoesNotContain(earlier, await Agenda());
        await Api.VerifyClient(client, actions: 5);
    }

    [Fact]
    public async Task A_batch_of_which_all_was_redeemed_expires_without_an_action()
    {
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 10, expires: host.Now.AddDays(1))).Id();
        await Api.Redeem(await Api.Allocated(batch, 10), 10).Is(200);

        await Api.Post("/local/clock", new { advance = "P2D" }).Is(200);

        Assert.Equal(("expired", 0, 10), (await Api.Batch(batch)).Standing());
        Assert.Equal(3, (await Api.Actions(batch)).Count);
        Assert.DoesNotContain(batch, await Agenda());
    }

    [Fact]
    public async Task Many_batches_of_one_client_expire_together_beside_a_customers_credits()
    {
        var client = await Api.NewClient();
        var customer = await Api.NewCustomer();
        var expiry = host.Now.AddDays(1);
        for (var i = 0; i < 50; i++)
            await Api.NewBatch(client, 1, expires: expiry.AddMinutes(i));
        await Api.Grant(customer, 10m, expires: expiry);

        await Api.Post("/local/clock", new { advance = "P2D" }).Is(200);

        await Api.VerifyClient(client, actions: 100);
        Assert.Equal(0m, await Api.Remaining(customer));
        Assert.Equal(2, (await Api.All($"/api/customers/{customer}/ledger/")).Count);
        var batches = await Api.AllPages($"{IncomingCalls.Clients}/{client}/creditBatches", "creditBatches");
        Assert.All(batches, batch => Assert.Equal(("expired", 0, 0), batch.Standing()));
    }

    [Fact]
    public async Task A_run_that_is_repeated_posts_nothing_twice()
    {
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 10, expires: host.Now.AddHours(1))).Id();
        await Api.Allocated(batch, 4);
        host.Time.Advance(TimeSpan.FromHours(2));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.RunTimer(Timer)));
        var other = await host.Another();
        await Task.WhenAll(other.RunTimer(Timer), host.RunTimer(Timer));

        Assert.Equal(
            ["grant", "allocate", "expire"],
            (await Api.Actions(batch)).Select(action => action.Text("action"))
        );
        await Api.VerifyClient(client, actions: 3);
    }

    // The things that something is due of.
    private async Task<List<string?>> Agenda() =>
        [
            .. (await host.Rows(StorageTables.Agenda)).Select(row =>
                row.Columns.TryGetValue("Entity", out var entity) ? (string)entity : null
            ),
        ];
}
