using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>Entity tags of the Incoming side: of the thing, whatever envelope it comes in.</summary>
public sealed class ConditionalRequestTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private ApiClient Api => host.Api;

    [Fact]
    public async Task Every_read_of_one_thing_has_a_strong_tag_and_answers_304_to_it()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client, 10);
        var batch = (await Api.NewBatch(client, 10)).Id();
        var allocation = await Api.Allocated(batch, 5);

        foreach (
            var path in new[]
            {
                $"{IncomingCalls.Clients}/{client}",
                $"{IncomingCalls.Clients}/{client}/ledger/verify",
                $"{IncomingCalls.Accounts}/{account}",
                $"{IncomingCalls.Batches}/{batch}",
                $"{IncomingCalls.Allocations}/{allocation}",
            }
        )
        {
            var read = await Api.Get(path).Is(200);

            foreach (var known in new[] { read.ETag!, $"W/{read.ETag}", "*", $"\"other\", {read.ETag}" })
            {
                var unchanged = await Api.Get(path, ("If-None-Match", known)).Is(304);
                Assert.Empty(unchanged.Bytes);
                Assert.Equal(read.ETag, unchanged.ETag);
            }
            foreach (var other in new[] { "\"other\"", "garbage", "" })
                Assert.Equal(read.Body, (await Api.Get(path, ("If-None-Match", other)).Is(200)).Body);
        }
    }

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("*", true)]
    [InlineData("\"other\", {0}", true)]
    [InlineData("\"other\"", false)]
    [InlineData("W/{0}", false)]
    [InlineData("garbage", false)]
    [InlineData("", false)]
    public async Task If_Match_lets_a_write_go_ahead_only_with_the_tag_of_what_was_read(string header, bool goes)
    {
        foreach (var operation in new[] { "update", "void", "redeem", "revoke" })
        {
            var client = await Api.NewClient();
            var batch = $"{IncomingCalls.Batches}/{(await Api.NewBatch(client, 10)).Id()}";
            var allocation = $"{IncomingCalls.Allocations}/{await Api.Allocated(batch.Split('/')[^1], 5)}";
            var path = operation is "update" or "void" ? batch : allocation;
            var read = await Api.Get(path).Is(200);
            var condition = ("If-Match", header.Replace("{0}", read.ETag, StringComparison.Ordinal));

            var answer = operation switch
            {
                "update" => await Api.Put(path, new { name = "Winter" }, condition),
                "redeem" => await Api.Post($"{path}/redeem", new { amount = 1 }, condition),
                _ => await Api.Post($"{path}/{operation}", null, condition),
            };

            var after = await Api.Get(path).Is(200);
            if (!goes)
            {
                await Task.FromResult(answer).IsError(412, "precondition_failed");
                Assert.Equal(read.Body, after.Body);
                continue;
            }
            answer.Is(200);
            Assert.NotEqual(read.ETag, after.ETag);
            if (path == batch)
                Assert.Equal(answer.ETag, after.ETag);
        }
    }

    [Fact]
    public async Task Of_two_who_read_the_same_only_the_first_writes()
    {
        var created = await Api.NewBatch(await Api.NewClient(), 10);
        var path = $"{IncomingCalls.Batches}/{created.Id()}";

        var first = await Api.Put(path, new { name = "first" }, ("If-Match", created.ETag!)).Is(200);
        await Api.Put(path, new { name = "second" }, ("If-Match", created.ETag!)).Is(412);
        await Api.Put(path, new { }, ("If-Match", created.ETag!)).Is(412);
        await Api.Allocate(created.Id(), 1).Is(201);
        await Api.Post($"{path}/void", null, ("If-Match", first.ETag!)).Is(412);

        var read = await Api.Batch(created.Id());
        Assert.Equal("first", read.Thing().Text("name"));
        var voided = await Api.Post($"{path}/void", null, ("If-Match", read.ETag!)).Is(200);
        await Api.Post($"{path}/void", null, ("If-Match", read.ETag!)).Is(412);
        await Api.Post($"{path}/void", null, ("If-Match", voided.ETag!)).Is(200);
    }

    [Fact]
    public async Task A_tag_changes_when_a_batch_expires_by_time_alone()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var batch = await Api.NewBatch(client, 10, expires: host.Now.AddHours(1), account: account);
        var allocation = await Api.Allocated(batch.Id(), 5);
        string[] paths =
        [
            $"{IncomingCalls.Batches}/{batch.Id()}",
            $"{IncomingCalls.Accounts}/{account}",
            $"{IncomingCalls.Allocations}/{allocation}",
        ];
        var tags = await Task.WhenAll(paths.Select(async path => (await Api.Get(path).Is(200)).ETag!));

        host.Time.Advance(TimeSpan.FromHours(2));

        foreach (var (path, tag) in paths.Zip(tags))
            await Api.Get(path, ("If-None-Match", tag)).Is(200);
        await Api.Post($"{paths[0]}/void", null, ("If-Match", tags[0])).Is(412);
        await Api.Put(paths[0], new { name = "x" }, ("If-Match", tags[0])).Is(412);
        await Api.Post($"{paths[2]}/redeem", new { amount = 1 }, ("If-Match", tags[2])).Is(412);
    }

    [Fact]
    public async Task Nothing_is_404_whatever_tag_is_named()
    {
        var path = $"{IncomingCalls.Batches}/{Guid.NewGuid()}";

        await Api.Get(path, ("If-None-Match", "*")).IsError(404, "not_found");
        await Api.Put(path, new { }, ("If-Match", "*")).IsError(404, "not_found");
        await Api.Post($"{path}/void", null, ("If-Match", "\"x\"")).IsError(404, "not_found");
    }
}
