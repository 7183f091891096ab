using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>What requests and timers cost in calls to storage, counted where the calls go out. See docs/architecture.md.</summary>
public sealed class BudgetTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_takes_the_promised_number_of_steps(bool keyed)
    {
        var calls = new StorageCalls { Delay = TimeSpan.FromMilliseconds(40) };
        var api = (await host.Another(calls.Customize)).Api;
        var client = await api.NewClient();
        var path = $"{IncomingCalls.Clients}/{client}";
        var account = await api.NewAccount(client, 100, days: 30);
        var batch = (await api.NewBatch(client, 100, account: account)).Id();
        var allocation = await api.Allocated(batch, 50);
        var ofBatch = $"{IncomingCalls.Batches}/{batch}";
        var ofAllocation = $"{IncomingCalls.Allocations}/{allocation}";

        await Costs(1, "GET", ofBatch);
        await Costs(1, "GET", path);
        await Costs(2, "GET", $"{IncomingCalls.Accounts}/{account}");
        await Costs(2, "GET", ofAllocation);
        await Costs(0, "POST", $"{ofBatch}/allocations", new { userId = "learner-1", amount = 0 });
        await Costs(2, "PUT", ofBatch, new { name = "Winter", currentBalance = 40 });
        await Costs(2, "PUT", ofBatch, new { expiresOn = host.Now.AddDays(3) });
        await Costs(2, "POST", $"{ofBatch}/allocations", new { userId = "learner-1", amount = 1 });
        await Costs(2, "POST", $"{path}/creditBatches", new { startingBalance = 5 });
        await Costs(
            2,
            "POST",
            $"{path}/creditBatches",
            new
            {
                startingBalance = 5,
                creditAccountId = account,
                expiresOn = host.Now.AddDays(3),
            }
        );
        await Costs(3, "POST", $"{path}/creditBatches", new { startingBalance = 5, creditAccountId = account });
        await Costs(
            2,
            "POST",
            $"{path}/creditAccounts",
            new
            {
                name = "Training",
                startingBalance = 5,
                batchDaysUntilExpire = 9,
            }
        );
        await Costs(3, "POST", $"{ofAllocation}/redeem", new { amount = 1 });
        await Costs(3, "POST", $"{ofAllocation}/revoke", new { amount = 1 });
        await Costs(
            3,
            "POST",
            $"{IncomingCalls.Accounts}/{account}/redeem",
            new { userId = "learner-1", amount = 110 }
        );
        await Costs(2, "POST", $"{ofBatch}/void", new { });
        await host.Api.VerifyClient(client);

        async Task Costs(int steps, string method, string route, object? body = null)
        {
            (string, string)[] headers = keyed && body is not null ? [("Idempotency-Key", $"{Guid.NewGuid()}")] : [];
            calls.Clear();
            var answer = await api.Send(method, route, body, headers);
            Assert.Equal(steps == 0, answer.Status == 422);
            Assert.True(calls.Steps == steps, $"{answer}\nExpected steps: {steps}\n{calls}");
        }
    }

    [Fact]
    public async Task Reading_a_batch_costs_the_same_however_many_others_there_are()
    {
        var calls = new StorageCalls();
        var api = (await host.Another(calls.Customize)).Api;
        var client = await api.NewClient();
        var batch = (await api.NewBatch(client, 10)).Id();
        var alone = await Count();
        for (var i = 0; i < 20; i++)
            await api.NewBatch(client, 1);

        Assert.Equal(alone, await Count());
        Assert.Equal(2, alone);

        Task<int> Count() => calls.Of(() => api.Batch(batch));
    }

    [Fact]
    public async Task An_expiry_run_costs_what_has_expired_and_not_what_lives()
    {
        var calls = new StorageCalls();
        var instance = await host.Another(calls.Customize);
        await Sweep();

        // One more batch expired costs three calls at most, of one client or of many.
        var few = await Expire(clients: 2, batches: 1);
        var many = await Expire(clients: 12, batches: 1);
        var together = await Expire(clients: 1, batches: 12);
        Assert.Equal((2, 12, 12), (few.Settled, many.Settled, together.Settled));
        const int constant = 4 + 16; // Read and move the watermark, scan, and strike off one hour in 16 shards.
        Assert.InRange(few.Calls, 1, constant + 3 * 2);
        Assert.InRange(many.Calls, 1, constant + 3 * 12);
        Assert.InRange(together.Calls, 1, constant + 3 * 12);

        // Five batches that expire, alone and beside fifty that live on.
        var alone = await Expire(clients: 1, batches: 5);
        var client = await host.Api.NewClient();
        for (var i = 0; i < 50; i++)
            await host.Api.NewBatch(client, 1, expires: i % 2 == 0 ? null : host.Now.AddYears(1));
        var beside = await Expire(clients: 1, batches: 5, of: client);
        Assert.Equal((5, 5), (alone.Settled, beside.Settled));
        Assert.Equal(alone.Calls, beside.Calls);

        async Task<(int Settled, int Calls)> Expire(int clients, int batches, string? of = null)
        {
            var expiry = host.Now.AddHours(2);
            for (var i = 0; i < clients; i++)
            {
                var whose = of ?? await host.Api.NewClient();
                for (var j = 0; j < batches; j++)
                    await host.Api.NewBatch(whose, 1, expires: expiry);
            }
            host.Time.Advance(TimeSpan.FromHours(3));
            return await Sweep();
        }

        async Task<(int Settled, int Calls)> Sweep()
        {
            var before = await Due();
            calls.Clear();
            await instance.RunTimer("DeactivateExpiredCredits");
            TestContext.Current.TestOutputHelper?.WriteLine($"{calls.Count} calls\n{calls}\n");
            return (before - await Due(), calls.Count);
        }

        async Task<int> Due() =>
            (await host.Rows(StorageTables.Agenda)).Count(row =>
                row.Partition.StartsWith("expire.", StringComparison.Ordinal)
            );
    }
}
