using Azure.Core;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests;

/// <summary>Many callers at once, through one instance of the app and through two.</summary>
public sealed class ConcurrencyTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private const int Callers = 50;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Drawdowns_that_together_exceed_the_balance_draw_exactly_what_fits(int instances)
    {
        var callers = await Instances(instances);
        var customer = await host.Api.NewCustomer();
        foreach (var amount in new[] { 40m, 30m, 20m, 10.5m })
            await host.Api.Grant(customer, amount);

        // 50 times 3 of 100.5: 33 fit, and 1.5 is left.
        var answers = await Race(i => Retried(() => callers[i % instances].Draw(customer, 3m)));

        Assert.Equal(33, answers.Count(answer => answer.Status == 201));
        Assert.All(
            answers.Where(answer => answer.Status != 201),
            answer =>
                answer.IsProblem(
                    409,
                    "insufficient_credits",
                    "3 USD were asked for, 1.5 USD can be drawn. Nothing was drawn."
                )
        );
        Assert.Equal(1.5m, await host.Api.Remaining(customer));
        var drawn = (await host.Api.All($"/api/customers/{customer}/ledger/")).Where(entry =>
            entry.Text("type") == "drawdown"
        );
        Assert.Equal(-99m, drawn.Sum(entry => entry.Money("amount")));
        // No two of them left the same: they were decided one after the other.
        Assert.Equal(
            Enumerable.Range(0, 33).Select(i => 1.5m + 3m * i),
            answers.Where(answer => answer.Status == 201).Select(answer => answer.Money("remaining")).Order()
        );
        await host.Api.Verify(customer);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Identical_requests_under_one_key_have_one_effect_and_one_answer(int instances)
    {
        var callers = await Instances(instances);
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 100m);
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        var answers = await Race(i => Retried(() => callers[i % instances].Draw(customer, 10m, key)));

        Assert.All(answers, answer => answer.Is(201));
        Assert.Single(answers, answer => !answer.IsReplayed);
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Single(answers.Select(answer => answer.ETag).Distinct());
        Assert.Equal(90m, await host.Api.Remaining(customer));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task Customers_that_are_created_twice_at_once_are_created_once()
    {
        var callers = await Instances(2);
        var id = $"twin-{Guid.NewGuid()}";

        var answers = await Race(i =>
            Retried(() =>
                callers[i % 2].Post("/api/customers/", new { customer_id = id, email = $"caller{i}@example.com" })
            )
        );

        var winner = Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer != winner), answer => answer.IsProblem(409, "duplicate_resource"));
        Assert.Equal(winner.Body, (await host.Api.Get($"/api/customers/{id}/").Is(200)).Body);
        Assert.Single(await host.Api.All("/api/customers/"), customer => customer.Text("customer_id") == id);
    }

    [Fact]
    public async Task An_external_id_is_taken_once_however_many_ask()
    {
        var callers = await Instances(2);
        var customer = await host.Api.NewCustomer();

        var answers = await Race(i =>
            Retried(() =>
                callers[i % 2]
                    .Post(
                        "/api/credits/",
                        new
                        {
                            customer_id = customer,
                            amount = 1 + i,
                            currency_code = "USD",
                            external_id = "order-1",
                        }
                    )
            )
        );

        var winner = Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer != winner), answer => answer.IsProblem(409, "duplicate_resource"));
        Assert.Equal(winner.Money("amount"), await host.Api.Remaining(customer));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task One_key_for_two_customers_at_once_draws_from_one_of_them()
    {
        var callers = await Instances(2);
        string[] customers = [await host.Api.NewCustomer(), await host.Api.NewCustomer()];
        foreach (var customer in customers)
            await host.Api.Grant(customer, 100m);
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        var answers = await Race(i => Retried(() => callers[i / 2 % 2].Draw(customers[i % 2], 10m, key)));

        var effect = Assert.Single(answers, answer => answer is { Status: 201, IsReplayed: false });
        Assert.All(answers, answer => Assert.Contains(answer.Status, (int[])[201, 422]));
        Assert.Single(answers.Where(answer => answer.Status == 201).Select(answer => answer.Body).Distinct());
        var balances = new[] { await host.Api.Remaining(customers[0]), await host.Api.Remaining(customers[1]) };
        Assert.Equal([90m, 100m], balances.Order());
        Assert.Equal(90m, await host.Api.Remaining(effect.Text("customer_id")!));
    }

    [Fact]
    public async Task Of_many_updates_with_the_same_tag_one_wins()
    {
        var callers = await Instances(2);
        var credit = await host.Api.Grant(await host.Api.NewCustomer(), 10m);

        var answers = await Race(i =>
            Retried(() =>
                callers[i % 2]
                    .Post(
                        $"{ApiClient.PathOf(credit)}update/",
                        new { description = $"{i}" },
                        ("If-Match", credit.ETag!)
                    )
            )
        );

        var winner = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != winner), answer => answer.Is(412));
        Assert.Equal(winner.Body, (await host.Api.Credit(credit)).Body);
    }

    [Fact]
    public async Task A_drawdown_is_taken_back_once_however_many_ask()
    {
        var callers = await Instances(2);
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m);
        var drawdown = await host.Api.Draw(customer, 4m).Is(201);

        var answers = await Race(i =>
            Retried(() => callers[i % 2].Post($"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/"))
        );

        Assert.All(answers, answer => answer.Is(200));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Equal(10m, await host.Api.Remaining(customer));
        Assert.Equal(3, (await host.Api.All($"/api/customers/{customer}/ledger/")).Count);
    }

    [Fact]
    public async Task A_request_that_loses_to_others_again_and_again_is_decided_in_the_end()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 100m);
        int? lost = null;
        // In all more commits of others than the account remembers, but between two attempts fewer.
        var unlucky = await host.Another(
            StoragePolicy.Around(
                async (message, send) =>
                {
                    if (IsCommit(message) && lost++ < 3)
                        for (var i = 0; i < 12; i++)
                            await host
                                .Api.Post($"{ApiClient.PathOf(credit)}update/", new { description = $"{lost}.{i}" })
                                .Is(200);
                    await send();
                }
            )
        );

        lost = 0;
        var answer = await unlucky.Api.Draw(customer, 10m).Is(201);

        Assert.Equal((4, 90m), (lost, answer.Money("remaining")));
        Assert.Equal(2, (await host.Api.All($"/api/customers/{customer}/ledger/")).Count);
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task A_request_that_never_wins_is_told_to_come_back_and_has_changed_nothing()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 100m);
        int? lost = null;
        var unlucky = await host.Another(
            StoragePolicy.Around(
                async (message, send) =>
                {
                    if (IsCommit(message) && lost is not null)
                        await host
                            .Api.Post($"{ApiClient.PathOf(credit)}update/", new { description = $"{++lost}" })
                            .Is(200);
                    await send();
                }
            )
        );

        lost = 0;
        var answer = await unlucky.Api.Draw(customer, 10m).IsProblem(409, "conflict");

        Assert.Equal("1", answer.Header("Retry-After"));
        Assert.Equal(10, lost);
        Assert.Equal(100m, await host.Api.Remaining(customer));
        Assert.Single(await host.Api.All($"/api/customers/{customer}/ledger/"));
    }

    [Fact]
    public async Task Whatever_is_read_while_others_write_is_whole()
    {
        var callers = await Instances(2);
        var customer = await host.Api.NewCustomer();
        var credits = new List<Answer>();
        for (var i = 0; i < 5; i++)
            credits.Add(await host.Api.Grant(customer, 20m));

        // 25 drawdowns of 4, and 25 readers who check the sum of what they see. The rules check each credit on its own.
        var answers = await Race(async i =>
        {
            if (i % 2 == 0)
                return await Retried(() => callers[i / 2 % 2].Draw(customer, 4m));
            var balance = await callers[0].Get($"/api/customers/{customer}/balance/").Is(200);
            Assert.Equal(100m, balance.Json[0].Money("remaining") + balance.Json[0].Money("drawn"));
            Assert.Equal(0m, balance.Json[0].Money("remaining") % 4m);
            var list = await callers[1].Get($"/api/credits/?customer_id={customer}").Is(200);
            Assert.Equal(0m, list.Json.EnumerateArray().Sum(credit => credit.Money("amount_remaining")) % 4m);
            await callers[0].Credit(credits[i % 5]);
            await callers[1].Verify(customer);
            return balance;
        });

        Assert.Equal(25, answers.Count(answer => answer.Status == 201));
        Assert.Equal(0m, await host.Api.Remaining(customer));
        await host.Api.Verify(customer);
    }

    private bool IsCommit(HttpMessage message) =>
        StoragePolicy.IsCommit(message, host.Storage.Connection.Prefix + StorageTables.Accounts);

    private async Task<List<ApiClient>> Instances(int count)
    {
        List<ApiClient> callers = [host.Api];
        while (callers.Count < count)
            callers.Add((await host.Another()).Api);
        return callers;
    }

    private static Task<Answer[]> Race(Func<int, Task<Answer>> request) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(i => Task.Run(() => request(i))));

    // As the documentation tells a caller: after a conflict, or without an answer from storage, send it again.
    private static async Task<Answer> Retried(Func<Task<Answer>> send)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answer = await send();
            var isConflict = answer.Status == 409 && answer.Text("title") == "conflict";
            if (!isConflict || attempt == 20)
                return answer;
            Assert.Equal("1", answer.Header("Retry-After"));
        }
    }
}
