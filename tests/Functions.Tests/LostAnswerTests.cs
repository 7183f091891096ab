using Azure.Core;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests;

/// <summary>Storage has done what it was asked to, and its answer is lost on the way.</summary>
public sealed class LostAnswerTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    // What the SDK tries before it gives up.
    private const int AllTries = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_takes_effect_once_and_is_answered(bool keyed)
    {
        var lose = 0;
        var instance = await host.Another(
            StoragePolicy.Around(
                async (message, send) =>
                {
                    await send();
                    if (lose > 0 && IsCommit(message))
                    {
                        lose--;
                        throw new IOException("The connection was reset after the request was sent.");
                    }
                }
            )
        );
        var customer = $"lost {keyed}";
        await Write("/api/customers/", new { customer_id = customer, email = "jsmith@example.com" }, 201);
        var credit = await Write(
            "/api/credits/",
            new
            {
                customer_id = customer,
                amount = 100,
                currency_code = "USD",
                external_id = "order-1",
            },
            201
        );
        await Write($"{ApiClient.PathOf(credit)}update/", new { description = "changed" }, 200);
        var drawdown = await Write(
            "/api/drawdowns/",
            new
            {
                customer_id = customer,
                amount = 10,
                currency_code = "USD",
                external_id = "usage-1",
            },
            201
        );
        await Write($"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/", null, 200);
        await Write($"{ApiClient.PathOf(credit)}void/", null, 200);

        var ledger = await host.Api.All($"/api/customers/{Uri.EscapeDataString(customer)}/ledger/");
        Assert.Equal(["void", "reinstate", "drawdown", "grant"], ledger.Select(entry => entry.Text("type")));
        await host.Api.Verify(customer);

        async Task<Answer> Write(string path, object? body, int status)
        {
            (string, string)[] headers = keyed ? [("Idempotency-Key", $"{Guid.NewGuid()}")] : [];
            lose = AllTries;
            var answer = await instance.Api.Post(path, body, headers).Is(status);
            Assert.Equal((0, false), (lose, answer.IsReplayed));
            if (keyed)
                Assert.Equal(answer.Body, (await host.Api.Post(path, body, headers).Is(status)).Body);
            return answer;
        }
    }

    [Fact]
    public async Task A_write_that_storage_forsakes_is_unknown_and_is_found_again_by_its_key()
    {
        var isLost = false;
        var isGone = false;
        var instance = await host.Another(
            StoragePolicy.Around(
                async (message, send) =>
                {
                    if (!isGone)
                        await send();
                    isGone |= isLost && IsCommit(message);
                    if (isGone)
                        throw new IOException("The connection was reset after the request was sent.");
                }
            )
        );
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 100m);
        await instance.Api.Get("/api/ping/").Is(200);
        var key = ("Idempotency-Key", "forsaken");

        isLost = true;
        await instance.Api.Draw(customer, 10m, key).IsProblem(503, "unavailable");
        var found = await host.Api.Draw(customer, 10m, key).Is(201);

        Assert.True(found.IsReplayed);
        Assert.Equal(90m, await host.Api.Remaining(customer));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task A_timer_whose_answer_is_lost_posts_once()
    {
        var lose = 0;
        var instance = await host.Another(
            StoragePolicy.Around(
                async (message, send) =>
                {
                    await send();
                    if (IsCommit(message) && lose-- > 0)
                        throw new IOException("The connection was reset after the request was sent.");
                }
            )
        );
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m, expires: host.Now.AddHours(1));
        host.Time.Advance(TimeSpan.FromHours(2));

        lose = AllTries;
        await instance.RunTimer("DeactivateExpiredCredits");

        Assert.True(lose <= 0);
        Assert.Equal(2, (await host.Api.All($"/api/customers/{customer}/ledger/")).Count);
        await host.Api.Verify(customer);
    }

    private bool IsCommit(HttpMessage message) =>
        StoragePolicy.IsCommit(message, host.Storage.Connection.Prefix + StorageTables.Accounts);
}
