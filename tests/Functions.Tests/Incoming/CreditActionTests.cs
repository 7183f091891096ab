using System.Text.Json;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>
/// What happens to a batch and its allocations, and how it is told: every action follows from the one before it. That the
/// balance law holds before and after each is looked at in every answer (<see cref="IncomingRules"/>).
/// </summary>
public sealed class CreditActionTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private ApiClient Api => host.Api;

    [Fact]
    public async Task Every_action_follows_from_the_one_before_it()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var batch = (await Api.NewBatch(client, 100, account: account)).Id();
        var path = $"{IncomingCalls.Batches}/{batch}";
        var count = 1;
        await Then(("active", 100, 0), "grant", 100);

        var allocation = await Api.Allocated(batch, 40);
        await Then(("active", 60, 40), "allocate", 40);
        await Api.Redeem(allocation, 15).Is(200);
        await Then(("active", 60, 40), "redeem", 15);
        await Revoke(allocation, """{"amount": 10, "reason": "Left the course"}""");
        await Then(("active", 70, 30), "return", 10, "Left the course");
        await Api.Put(path, new { currentBalance = 20 }).Is(200);
        await Then(("active", 20, 30), "adjust", -50, "Balance set");
        await Api.Put(path, new { currentBalance = 25 }).Is(200);
        await Then(("active", 25, 30), "adjust", 5, "Balance set");
        var other = await Api.Allocated(batch, 5);
        await Then(("active", 20, 35), "allocate", 5);
        await Revoke(allocation, null);
        await Then(("active", 35, 20), "return", 15);
        // Nothing is left of it to come back.
        await Revoke(allocation, null);
        count--;
        await Then(("active", 35, 20), "return", 15);
        await Api.RedeemFromAccount(account, 3).Is(200);
        count++;
        await Then(("active", 32, 23), "redeem", 3);
        await Api.Post($"{path}/void", new { reason = "Ordered by mistake" }).Is(200);
        await Then(("voided", 0, 18), "void", 37, "Ordered by mistake");

        var actions = await Api.Actions(batch);
        foreach (var (before, after) in actions.Zip(actions.Skip(1)))
        {
            Assert.Equal(before.GetProperty("after").GetRawText(), after.GetProperty("before").GetRawText());
            Assert.Equal(before.Credits("seq") + 1, after.Credits("seq"));
            Assert.Equal(before.Credits("ordinal") + 1, after.Credits("ordinal"));
            Assert.Equal(before.Text("hash"), after.Text("previousHash"));
            Assert.True(
                before.Timestamp("timestamp") < after.Timestamp("timestamp") || after.Text("action") == "redeem"
            );
        }
        Assert.Equal(actions.Count, actions.Select(action => action.Text("id")).Distinct().Count());
        Assert.Equal(100, actions[^1].GetProperty("after").Credits("startingBalance"));
        Assert.Equal(18, actions[^1].GetProperty("after").Credits("redeemed"));
        var left = (await Api.Get($"{IncomingCalls.Allocations}/{other}").Is(200)).Thing();
        Assert.Equal((0, 5), (left.Credits("unspent"), left.Credits("lapsed")));

        async Task Then((string?, long, long) standing, string type, long amount, string? reason = null)
        {
            Assert.Equal(standing, (await Api.Batch(batch)).Standing());
            var last = (await Api.Actions(batch))[^1];
            Assert.Equal((type, amount, reason), (last.Text("action"), last.Credits("amount"), last.Text("reason")));
            Assert.Equal(
                (standing.Item2, standing.Item3),
                (
                    last.GetProperty("after").Credits("currentBalance"),
                    last.GetProperty("after").Credits("allocatedCredits")
                )
            );
            var shown = (await Api.Get($"{IncomingCalls.Accounts}/{account}").Is(200)).Thing();
            Assert.Equal(
                (standing.Item2, (await Api.Batch(batch)).Thing().Text("updatedAt")),
                (shown.Credits("currentBalance"), shown.Text("updatedAt"))
            );
            await Api.VerifyClient(client, actions: count++);
        }
    }

    [Fact]
    public async Task An_action_says_where_credits_come_from_and_go_to_and_who_moved_them()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var batch = (await Api.NewBatch(client, 100, account: account)).Id();
        var allocated = await Api.Post(
                $"{IncomingCalls.Batches}/{batch}/allocations",
                new
                {
                    userId = "learner-7",
                    amount = 40,
                    note = "Welcome",
                }
            )
            .Is(201);
        var allocation = allocated.Thing("AllocateCredits").GetProperty("allocation").Text("id")!;
        var redeemed = await Api.Post(
                $"{IncomingCalls.Allocations}/{allocation}/redeem",
                new
                {
                    amount = 15,
                    contentType = "course",
                    contentId = "course-1",
                }
            )
            .Is(200);
        await Revoke(allocation, """{"amount": 5}""");
        await Api.Put($"{IncomingCalls.Batches}/{batch}", new { currentBalance = 10 }).Is(200);
        await Api.Post($"{IncomingCalls.Batches}/{batch}/void").Is(200);

        var actions = await Api.Actions(batch);

        (string?, string?, long?, long?) none = (null, null, null, null);
        Assert.Equal(
            [
                (none, (batch, "creditBatch", 0, 100)),
                ((batch, "creditBatch", 100, 60), (allocation, "creditAllocation", 0, 40)),
                ((allocation, "creditAllocation", 40, 25), ("course-1", "course", null, null)),
                ((allocation, "creditAllocation", 25, 20), (batch, "creditBatch", 60, 65)),
                (none, (batch, "creditBatch", 65, 10)),
                ((batch, "creditBatch", 10, 0), none),
            ],
            actions.Select(action => (Side(action, "source"), Side(action, "target")))
        );
        Assert.All(
            actions,
            action => Assert.Equal((client, batch), (action.Text("client"), action.Text("creditBatchId")))
        );
        Assert.All(actions, action => Assert.Equal("Training", action.Text("creditAccountName")));
        Assert.All(actions, action => Assert.Equal("apiKey", action.Text("initiatorType")));
        Assert.All(actions, action => Assert.Matches("^key_[0-9a-f]{16}$", action.Text("initiator")));
        Assert.Equal(
            [null, "learner-7", "learner-7", "learner-7", null, null],
            actions.Select(action => action.Text("userId"))
        );
        Assert.Equal(
            [null, "Welcome", null, null, "Balance set", "Voided"],
            actions.Select(action => action.Text("reason"))
        );
        Assert.Equal(allocated.Header("X-Request-Id"), actions[1].Text("requestId"));
        Assert.Equal(redeemed.Header("X-Request-Id"), actions[2].Text("requestId"));

        static (string?, string?, long?, long?) Side(JsonElement action, string side) =>
            (
                action.Text(side),
                action.Text(side + "Type"),
                Number(action.GetProperty(side + "BalanceIn")),
                Number(action.GetProperty(side + "BalanceOut"))
            );

        static long? Number(JsonElement json) => json.ValueKind is JsonValueKind.Null ? null : json.GetInt64();
    }

    [Fact]
    public async Task The_actions_of_an_account_are_asked_for_by_type()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var batch = (await Api.NewBatch(client, 100, account: account)).Id();
        var stray = (await Api.NewBatch(client, 100)).Id();
        var allocation = await Api.Allocated(batch, 40);
        await Api.Allocated(stray, 1);
        await Api.Redeem(allocation, 15).Is(200);
        await Revoke(allocation, null);
        await Api.Put($"{IncomingCalls.Batches}/{batch}", new { currentBalance = 95 }).Is(200);
        await Api.Put($"{IncomingCalls.Batches}/{batch}", new { currentBalance = 70 }).Is(200);
        await Api.Post($"{IncomingCalls.Batches}/{batch}/void").Is(200);

        Assert.Equal(["adjust", "return", "grant"], await Types("credit"));
        Assert.Equal(["void", "adjust", "redeem", "allocate"], await Types("debit"));
        foreach (var type in new[] { "grant", "allocate", "return", "redeem", "void" })
            Assert.Equal([type], await Types(type));
        Assert.Equal(["adjust", "adjust"], await Types("adjust"));
        Assert.Empty(await Types("expire"));
        // A batch of no account tells its actions itself.
        Assert.Equal(["grant", "allocate"], (await Api.Actions(stray)).Select(action => action.Text("action")));
        Assert.All(await Api.Actions(stray), action => Assert.Null(action.Text("creditAccountName")));

        async Task<List<string?>> Types(string type)
        {
            var path = $"{IncomingCalls.Clients}/{client}/creditAccount/{account}/creditActions?actionType={type}";
            var actions = await Api.AllPages(path, "creditActions");
            Assert.All(actions, action => Assert.Equal(batch, action.Text("creditBatchId")));
            return [.. actions.Select(action => action.Text("action"))];
        }
    }

    [Fact]
    public async Task Credits_come_back_to_the_batch_that_they_came_from()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var first = (await Api.NewBatch(client, 10, expires: host.Now.AddDays(5), account: account)).Id();
        var second = (await Api.NewBatch(client, 10, account: account)).Id();
        var mine = await Api.Allocated(first, 10);
        var yours = await Api.Allocated(second, 10);

        var returned = await Revoke(mine, """{"amount": 4}""");
        Assert.Equal(["allocation", "creditBatch"], returned.Thing("RevokeCreditAllocation").Names());
        Assert.Equal(first, returned.Thing().GetProperty("creditBatch").Text("id"));
        await Revoke(yours, null);

        Assert.Equal(("active", 4, 6), (await Api.Batch(first)).Standing());
        Assert.Equal(("active", 10, 0), (await Api.Batch(second)).Standing());
        var held = (await Api.Get($"{IncomingCalls.Allocations}/{mine}").Is(200)).Thing();
        Assert.Equal((10, 6, 4), (held.Credits("amount"), held.Credits("unspent"), held.Credits("returned")));
        await Api.Redeem(mine, 7).IsError(409, "insufficient_credits");
        await Api.Redeem(mine, 6).Is(200);
        // What was redeemed never comes back.
        Assert.Equal(
            returned.Thing().GetProperty("creditBatch").Credits("currentBalance"),
            (await Revoke(mine, null)).Thing().GetProperty("creditBatch").Credits("currentBalance")
        );
        await Api.VerifyClient(client);
    }

    [Fact]
    public async Task An_answer_shows_the_allocation_and_its_batch_after_the_write()
    {
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 10)).Id();

        var allocated = await Api.Allocate(batch, 6).Is(201);
        var allocation = allocated.Thing().GetProperty("allocation").Text("id")!;
        await Check(allocated.Thing("AllocateCredits"));
        Assert.Equal($"{IncomingCalls.Allocations}/{allocation}", allocated.Header("Location"));
        var redeemed = await Api.Redeem(allocation, 2).Is(200);
        await Check(redeemed.Thing("RedeemCreditAllocation"));
        await Check((await Revoke(allocation, """{"amount": 1}""")).Thing("RevokeCreditAllocation"));

        async Task Check(JsonElement both)
        {
            Assert.Equal(["allocation", "creditBatch"], both.Names());
            Assert.Equal(
                (await Api.Get($"{IncomingCalls.Allocations}/{allocation}").Is(200)).Thing().GetRawText(),
                both.GetProperty("allocation").GetRawText()
            );
            Assert.Equal((await Api.Batch(batch)).Thing().GetRawText(), both.GetProperty("creditBatch").GetRawText());
        }
    }

    private Task<Answer> Revoke(string allocation, string? body) =>
        Api.Post($"{IncomingCalls.Allocations}/{allocation}/revoke", body).Is(200);
}
