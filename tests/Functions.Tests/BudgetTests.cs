using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

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
        var customer = await api.NewCustomer();
        var credit = await api.Grant(customer, 100m, expires: host.Now.AddDays(1));
        for (var i = 0; i < 5; i++)
            await api.Draw(customer, 1m).Is(201);

        Assert.Equal(1, await Steps(() => api.Get(ApiClient.PathOf(credit)).Is(200)));
        Assert.Equal(0, await Steps(() => api.Get("/api/ping/").Is(200)));
        Assert.Equal(0, await Steps(() => api.Draw(customer, -1m).Is(400)));
        Assert.Equal(
            2,
            await Steps(() =>
                Write(
                    "/api/credits/",
                    new
                    {
                        customer_id = customer,
                        amount = 10,
                        currency_code = "USD",
                        expires_at = host.Now.AddDays(2),
                        external_id = $"order {keyed}",
                    }
                )
            )
        );
        Assert.Equal(
            2,
            await Steps(() =>
                Write($"{ApiClient.PathOf(credit)}update/", new { description = "x", expires_at = host.Now.AddDays(3) })
            )
        );
        Answer? drawdown = null;
        Assert.Equal(
            3,
            await Steps(async () =>
                drawdown = await Write(
                    "/api/drawdowns/",
                    new
                    {
                        customer_id = customer,
                        amount = 20,
                        currency_code = "USD",
                        external_id = $"usage {keyed}",
                    }
                )
            )
        );
        Assert.Equal(3, await Steps(() => Write($"/api/drawdowns/{drawdown!.Text("drawdown_id")}/reverse/", new { })));
        Assert.Equal(2, await Steps(() => Write($"{ApiClient.PathOf(credit)}void/", new { })));

        async Task<int> Steps(Func<Task<Answer>> request)
        {
            calls.Clear();
            var answer = await request();
            TestContext.Current.TestOutputHelper?.WriteLine($"{answer.Method} {answer.Path}\n{calls}");
            return calls.Steps;
        }

        async Task<Answer> Write(string path, object body)
        {
            (string, string)[] headers = keyed ? [("Idempotency-Key", $"{Guid.NewGuid()}")] : [];
            var answer = await api.Post(path, body, headers);
            Assert.InRange(answer.Status, 200, 201);
            return answer;
        }
    }

    [Fact]
    public async Task Reading_a_credit_costs_the_same_however_many_others_there_are()
    {
        var calls = new StorageCalls();
        var api = (await host.Another(calls.Customize)).Api;
        var customer = await api.NewCustomer();
        var credit = await api.Grant(customer, 10m);
        var alone = await Count();
        for (var i = 0; i < 20; i++)
            await api.Grant(customer, 1m);

        Assert.Equal(alone, await Count());
        Assert.Equal(3, alone);

        Task<int> Count() => calls.Of(() => api.Credit(credit));
    }

    [Fact]
    public async Task An_expiry_run_costs_what_has_expired_and_not_what_lives()
    {
        var calls = new StorageCalls();
        var instance = await host.Another(calls.Customize);
        var idle = await Sweep();
        Assert.Equal(0, idle.Settled);

        // One more credit expired costs three calls at most, in one account or in many.
        var few = await Expire(customers: 2, credits: 1);
        var many = await Expire(customers: 12, credits: 1);
        var together = await Expire(customers: 1, credits: 12);
        Assert.Equal((2, 12, 12), (few.Settled, many.Settled, together.Settled));
        const int constant = 4 + 16; // Read and move the watermark, scan, and strike off one hour in 16 shards.
        Assert.InRange(few.Calls, 1, constant + 3 * 2);
        Assert.InRange(many.Calls, 1, constant + 3 * 12);
        Assert.InRange(together.Calls, 1, constant + 3 * 12);

        // Five credits that expire, beside five that live on and beside two hundred.
        await Live(5);
        var among5 = await Expire(customers: 1, credits: 5);
        await Live(195);
        var among200 = await Expire(customers: 1, credits: 5);
        Assert.Equal((5, 5), (among5.Settled, among200.Settled));
        Assert.Equal(among5.Calls, among200.Calls);

        async Task<(int Settled, int Calls)> Expire(int customers, int credits)
        {
            var expiry = host.Now.AddHours(2);
            for (var i = 0; i < customers; i++)
            {
                var customer = await host.Api.NewCustomer();
                for (var j = 0; j < credits; j++)
                    await host.Api.Grant(customer, 1m, expires: expiry);
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
            (await host.Rows(Storage.StorageTables.Agenda)).Count(row =>
                row.Partition.StartsWith("expire.", StringComparison.Ordinal)
            );

        // Many customers' credits, some of which expire in years and some never.
        Task Live(int count) =>
            Task.WhenAll(
                Enumerable
                    .Range(0, Math.Min(count, 5))
                    .Select(async customers =>
                    {
                        var customer = await host.Api.NewCustomer();
                        for (var i = customers; i < count; i += 5)
                            await host.Api.Grant(customer, 1m, expires: i % 2 == 0 ? null : host.Now.AddYears(1));
                    })
            );
    }
}
