using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>Many callers at once, through two instances of the app on the same tables.</summary>
public sealed class ConcurrencyTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private const int Callers = 40;

    private ApiClient Api => host.Api;

    [Fact]
    public async Task Allocations_that_together_exceed_a_batch_get_exactly_what_fits()
    {
        var callers = await Instances();
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 100)).Id();

        // 40 times 3 of 100: 33 fit, and 1 is left.
        var answers = await Race(i => callers[i % 2].Allocate(batch, 3));

        AssertFit(answers, 201);
        // No two of them left the same: they were decided one after the other.
        Assert.Equal(
            Enumerable.Range(0, 33).Select(i => 1L + 3 * i),
            answers
                .Where(answer => answer.Status == 201)
                .Select(answer => answer.Thing().GetProperty("creditBatch").Credits("currentBalance"))
                .Order()
        );
        Assert.Equal(("active", 1, 99), (await Api.Batch(batch)).Standing());
        await Api.VerifyClient(client, actions: 34);
    }

    [Fact]
    public async Task Redemptions_that_together_exceed_an_allocation_get_exactly_what_fits()
    {
        var callers = await Instances();
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 200)).Id();
        var allocation = await Api.Allocated(batch, 100);

        var answers = await Race(i => callers[i % 2].Redeem(allocation, 3));

        AssertFit(answers, 200);
        var left = (await Api.Get($"{IncomingCalls.Allocations}/{allocation}").Is(200)).Thing();
        Assert.Equal((1, 99), (left.Credits("unspent"), left.Credits("redeemed")));
        Assert.Equal(("active", 100, 100), (await Api.Batch(batch)).Standing());
        await Api.VerifyClient(client, actions: 35);
    }

    [Fact]
    public async Task Redemptions_that_together_exceed_an_account_get_exactly_what_fits()
    {
        var callers = await Instances();
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        foreach (var balance in new[] { 40, 30, 20, 10 })
            await Api.NewBatch(client, balance, account: account);

        var answers = await Race(i => callers[i % 2].RedeemFromAccount(account, 3));

        AssertFit(answers, 200);
        Assert.Equal(
            99,
            answers
                .Where(answer => answer.Status == 200)
                .Sum(answer => answer.Thing().Items("draws").Sum(draw => draw.Credits("amount")))
        );
        Assert.Equal(1, await Api.Balance(account));
        await Api.VerifyClient(client);
    }

    [Fact]
    public async Task Writers_of_all_kinds_leave_the_law_intact_and_readers_see_it_whole()
    {
        var callers = await Instances();
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var batch = (await Api.NewBatch(client, 60, account: account)).Id();
        await Api.NewBatch(client, 40, expires: host.Now.AddDays(9), account: account);
        var held = await Api.Allocated(batch, 20);

        // The rules look at every batch, allocation and action that is shown.
        var answers = await Race(async i =>
        {
            var caller = callers[i % 2];
            switch (i % 8)
            {
                case 0:
                    return await caller.Allocate(batch, 3);
                case 1:
                    return await caller.RedeemFromAccount(account, 4);
                case 2:
                    return await caller.Redeem(held, 3);
                case 3:
                    return await caller.Post($"{IncomingCalls.Allocations}/{held}/revoke", new { amount = 2 });
                case 4:
                    return await caller.Put($"{IncomingCalls.Batches}/{batch}", new { name = $"Winter {i}" });
                case 5:
                    await caller.VerifyClient(client);
                    return await caller.Get($"{IncomingCalls.Allocations}/{held}");
                case 6:
                    await caller.Actions(batch);
                    return await caller.Get($"{IncomingCalls.Batches}/{batch}/allocations");
                default:
                    await caller.Balance(account);
                    return await caller.Get($"{IncomingCalls.Clients}/{client}/creditBatches");
            }
        });

        Assert.All(
            answers.Where(answer => answer.Status >= 400),
            answer => Assert.Equal((409, "insufficient_credits"), (answer.Status, answer.Text("error")))
        );
        var all = await Api.AllPages($"{IncomingCalls.Clients}/{client}/creditBatches", "creditBatches");
        Assert.Equal(100, all.Sum(one => one.Credits("currentBalance") + one.Credits("allocatedCredits")));
        await Api.VerifyClient(client);
    }

    [Fact]
    public async Task Identical_requests_under_one_key_have_one_effect_and_one_answer()
    {
        var callers = await Instances();
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var batch = (await Api.NewBatch(client, 100, account: account)).Id();
        var allocation = await Api.Allocated(batch, 50);
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        await Once(201, caller => caller.Allocate(batch, 10, key));
        Assert.Equal(("active", 40, 60), (await Api.Batch(batch)).Standing());
        await Once(200, caller => caller.Redeem(allocation, 10, key));
        await Once(200, caller => caller.RedeemFromAccount(account, 10, key));
        Assert.Equal(("active", 30, 70), (await Api.Batch(batch)).Standing());
        await Once(200, caller => caller.Post($"{IncomingCalls.Batches}/{batch}/void", null, key));
        await Once(
            201,
            caller => caller.Post($"{IncomingCalls.Clients}/{client}/creditBatches", new { startingBalance = 7 }, key)
        );
        var created = await Once(201, caller => caller.Post(IncomingCalls.Clients, new { name = "Twin" }, key));
        await Api.VerifyClient(created.Id(), actions: 0);
        await Api.VerifyClient(client, actions: 8);

        async Task<Answer> Once(int status, Func<ApiClient, Task<Answer>> send)
        {
            var answers = await Race(i => send(callers[i % 2]), 10);
            Assert.All(answers, answer => answer.Is(status));
            Assert.Single(answers, answer => !answer.IsReplayed);
            Assert.Single(answers.Select(answer => (answer.Body, answer.ETag, answer.Header("Location"))).Distinct());
            return answers[0];
        }
    }

    [Fact]
    public async Task Of_many_updates_with_the_same_tag_one_wins()
    {
        var callers = await Instances();
        var batch = await Api.NewBatch(await Api.NewClient(), 10);
        var path = $"{IncomingCalls.Batches}/{batch.Id()}";

        var answers = await Race(i =>
            callers[i % 2].Put(path, new { currentBalance = 20 + i }, ("If-Match", batch.ETag!))
        );

        var winner = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != winner), answer => answer.Is(412));
        Assert.Equal(winner.Thing().GetRawText(), (await Api.Batch(batch.Id())).Thing().GetRawText());
        Assert.Equal(2, (await Api.Actions(batch.Id())).Count);
    }

    [Fact]
    public async Task A_batch_is_voided_once_however_many_ask_and_whoever_spends_from_it_meanwhile()
    {
        var callers = await Instances();
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 100)).Id();
        var allocation = await Api.Allocated(batch, 50);

        var answers = await Race(i =>
            (i % 4) switch
            {
                0 => callers[i / 4 % 2].Post($"{IncomingCalls.Batches}/{batch}/void"),
                1 => callers[i / 4 % 2].Allocate(batch, 1),
                2 => callers[i / 4 % 2].Redeem(allocation, 1),
                _ => callers[i / 4 % 2].Post($"{IncomingCalls.Allocations}/{allocation}/revoke", new { amount = 1 }),
            }
        );

        Assert.All(
            answers.Where(answer => answer.Status >= 400),
            answer => Assert.Contains(answer.Text("error"), (string[])["batch_not_active", "insufficient_credits"])
        );
        var actions = await Api.Actions(batch);
        Assert.Single(actions, action => action.Text("action") == "void");
        Assert.Equal("void", actions[^1].Text("action"));
        Assert.Single(
            answers
                .Where(answer => answer.Path.EndsWith("/void", StringComparison.Ordinal))
                .Select(answer => answer.Body)
                .Distinct()
        );
        await Api.VerifyClient(client);
    }

    private static void AssertFit(Answer[] answers, int status)
    {
        Assert.Equal(33, answers.Count(answer => answer.Status == status));
        Assert.All(
            answers.Where(answer => answer.Status != status),
            answer =>
                Assert.Equal(
                    (409, "insufficient_credits", "3 credits were asked for, 1 are there. Nothing changed."),
                    (answer.Status, answer.Text("error"), answer.Text("message"))
                )
        );
    }

    private async Task<List<ApiClient>> Instances() => [Api, (await host.Another()).Api];

    private static Task<Answer[]> Race(Func<int, Task<Answer>> request, int callers = Callers) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(() => Retried(() => request(i)))));

    // As the documentation tells a caller: after a conflict send it again.
    private static async Task<Answer> Retried(Func<Task<Answer>> send)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answer = await send();
            var isConflict = answer.Status == 409 && answer.Text("error") == "conflict";
            if (!isConflict || attempt == 20)
                return answer;
            Assert.Equal("1", answer.Header("Retry-After"));
        }
    }
}
