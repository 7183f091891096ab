using Azure.Core;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>A request that is sent again under its key has one effect and one answer, also when storage's answer was lost.</summary>
public sealed class IdempotencyTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    // What the SDK tries before it gives up.
    private const int AllTries = 3;

    private ApiClient Api => host.Api;

    [Fact]
    public async Task Every_write_is_answered_again_byte_for_byte()
    {
        var all = await EveryWrite(
            async (method, path, body) =>
            {
                var key = NewKey();
                var first = await Api.Send(method, path, body, key);
                var second = await Api.Send(method, path, body, key);

                Assert.Equal((false, true), (first.IsReplayed, second.IsReplayed));
                Assert.Equal((first.Status, first.Body), (second.Status, second.Body));
                foreach (var header in new[] { "ETag", "Location", "Content-Type", "Content-Length" })
                    Assert.Equal(first.Header(header), second.Header(header));
                Assert.NotNull(first.ETag);
                return first;
            }
        );

        await all();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_whose_answer_storage_loses_takes_effect_once_and_is_answered(bool keyed)
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
        var all = await EveryWrite(
            async (method, path, body) =>
            {
                (string, string)[] headers = keyed ? [NewKey()] : [];
                lose = AllTries;
                var answer = await instance.Api.Send(method, path, body, headers);
                Assert.Equal((0, false), (lose, answer.IsReplayed));
                if (keyed)
                    Assert.Equal(answer.Body, (await Api.Send(method, path, body, headers)).Body);
                return answer;
            }
        );

        await all();
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
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 10, expires: host.Now.AddHours(1))).Id();
        host.Time.Advance(TimeSpan.FromHours(2));

        lose = AllTries;
        await instance.RunTimer("DeactivateExpiredCredits");

        Assert.True(lose <= 0);
        Assert.Equal(2, (await Api.Actions(batch)).Count);
        await Api.VerifyClient(client, actions: 2);
    }

    [Fact]
    public async Task An_answer_is_replayed_whatever_has_happened_meanwhile()
    {
        var client = await Api.NewClient();
        var expiry = host.Now.AddHours(1);
        var batchKey = NewKey();
        var terms = new { startingBalance = 10, expiresOn = expiry };
        var created = await Api.Post($"{IncomingCalls.Clients}/{client}/creditBatches", terms, batchKey).Is(201);
        var path = $"{IncomingCalls.Batches}/{created.Id()}";
        var updateKey = NewKey();
        var edit = new { name = "Winter", expiresOn = expiry.AddMinutes(1) };
        var updated = await Api.Put(path, edit, updateKey, ("If-Match", created.ETag!)).Is(200);
        var allocateKey = NewKey();
        var allocated = await Api.Allocate(created.Id(), 10, allocateKey).Is(201);
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.RunTimer("DeactivateExpiredCredits");
        Assert.Equal(("expired", 0, 0), (await Api.Batch(created.Id())).Standing());

        var againCreated = await Api.Post($"{IncomingCalls.Clients}/{client}/creditBatches", terms, batchKey).Is(201);
        var againUpdated = await Api.Put(path, edit, updateKey, ("If-Match", created.ETag!)).Is(200);
        var againAllocated = await Api.Allocate(created.Id(), 10, allocateKey).Is(201);

        Assert.Equal(created.Body, againCreated.Body);
        Assert.Equal(updated.Body, againUpdated.Body);
        Assert.Equal(allocated.Body, againAllocated.Body);
        Assert.All([againCreated, againUpdated, againAllocated], answer => Assert.True(answer.IsReplayed));
        await Api.VerifyClient(client, actions: 3);
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_refused()
    {
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 100)).Id();
        var sibling = (await Api.NewBatch(client, 100)).Id();
        var stranger = (await Api.NewBatch(await Api.NewClient(), 100)).Id();
        var key = NewKey();
        var first = await Api.Allocate(batch, 10, key).Is(201);

        await Api.Allocate(batch, 11, key).IsError(422, "idempotency_mismatch");
        await Api.Allocate(sibling, 10, key).IsError(422, "idempotency_mismatch");
        await Api.Allocate(stranger, 10, key).IsError(422, "idempotency_mismatch");

        Assert.Equal(first.Body, (await Api.Allocate(batch.ToUpperInvariant(), 10, key).Is(201)).Body);
        Assert.Equal(("active", 90, 10), (await Api.Batch(batch)).Standing());
        Assert.Equal(("active", 100, 0), (await Api.Batch(sibling)).Standing());
        Assert.Equal(("active", 100, 0), (await Api.Batch(stranger)).Standing());

        // A client's id is made with it; another name under the key is another request, and makes no other client.
        await Api.Post(IncomingCalls.Clients, new { name = "Acme" }, key).Is(201);
        await Api.Post(IncomingCalls.Clients, new { name = "Another" }, key).IsError(422, "idempotency_mismatch");
    }

    [Fact]
    public async Task The_same_key_on_another_route_or_of_another_organization_is_another_key()
    {
        var other = await host.Organization("Same key");
        var key = NewKey();
        List<Answer> answers = [];
        foreach (var api in new[] { Api, other })
        {
            var client = await api.Post(IncomingCalls.Clients, new { name = "Acme" }, key).Is(201);
            var batches = $"{IncomingCalls.Clients}/{client.Id()}/creditBatches";
            var batch = await api.Post(batches, new { startingBalance = 10 }, key).Is(201);
            var path = $"{IncomingCalls.Batches}/{batch.Id()}";
            answers.AddRange([
                client,
                batch,
                await api.Allocate(batch.Id(), 1, key).Is(201),
                await api.Put(path, null, key).Is(200),
                await api.Post($"{path}/void", null, key).Is(200),
            ]);
        }

        Assert.All(answers, answer => Assert.False(answer.IsReplayed));
        Assert.Equal(answers.Count, answers.Select(answer => answer.Body).Distinct().Count());
    }

    [Fact]
    public async Task A_refused_request_may_be_corrected_and_sent_with_its_key()
    {
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 5)).Id();
        var key = NewKey();
        await Api.Allocate($"{Guid.NewGuid()}", 10, key).IsError(404, "not_found");
        await Api.Allocate(batch, 0, key).IsError(422, "invalid_amount", "amount");
        await Api.Allocate(batch, 10, key).IsError(409, "insufficient_credits");
        await Api.Put($"{IncomingCalls.Batches}/{batch}", new { currentBalance = 10 }).Is(200);

        var answer = await Api.Allocate(batch, 10, key).Is(201);

        Assert.False(answer.IsReplayed);
        Assert.True((await Api.Allocate(batch, 10, key).Is(201)).IsReplayed);
        await Api.VerifyClient(client, actions: 3);
    }

    private static (string, string) NewKey() => ("Idempotency-Key", $"{Guid.NewGuid()}");

    private bool IsCommit(HttpMessage message) =>
        StoragePolicy.IsCommit(message, host.Storage.Connection.Prefix + StorageTables.Accounts);

    /// <summary>Sends every write once in its turn, through the one given, and then looks for one effect of each.</summary>
    private async Task<Func<Task>> EveryWrite(Func<string, string, object?, Task<Answer>> send)
    {
        var client = (await Write("POST", IncomingCalls.Clients, new { name = "Acme" }, 201)).Id();
        var path = $"{IncomingCalls.Clients}/{client}";
        var account = (
            await Write(
                "POST",
                $"{path}/creditAccounts",
                new
                {
                    name = "Training",
                    startingBalance = 10,
                    batchDaysUntilExpire = 30,
                },
                201
            )
        ).Id();
        var batch = (
            await Write("POST", $"{path}/creditBatches", new { startingBalance = 100, creditAccountId = account }, 201)
        ).Id();
        await Write("PUT", $"{IncomingCalls.Batches}/{batch}", new { name = "Winter", currentBalance = 90 }, 200);
        var allocated = await Write(
            "POST",
            $"{IncomingCalls.Batches}/{batch}/allocations",
            new { userId = "learner-1", amount = 40 },
            201
        );
        var allocation = allocated.Thing().GetProperty("allocation").Text("id");
        await Write("POST", $"{IncomingCalls.Allocations}/{allocation}/redeem", new { amount = 15 }, 200);
        await Write("POST", $"{IncomingCalls.Allocations}/{allocation}/revoke", new { amount = 5 }, 200);
        await Write(
            "POST",
            $"{IncomingCalls.Accounts}/{account}/redeem",
            new { userId = "learner-2", amount = 20 },
            200
        );
        await Write("POST", $"{IncomingCalls.Batches}/{batch}/void", new { reason = "Over" }, 200);
        return async () =>
        {
            Assert.Equal(
                ["grant", "adjust", "allocate", "redeem", "return", "allocate", "redeem", "void"],
                (await Api.Actions(batch)).Select(action => action.Text("action"))
            );
            await Api.VerifyClient(client, actions: 11);
        };

        async Task<Answer> Write(string method, string to, object body, int status) =>
            (await send(method, to, body)).Is(status);
    }
}
