using System.Text.Json;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>Lists, newest first, by the number of a page and by cursor.</summary>
public sealed class PageTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private ApiClient Api => host.Api;

    [Fact]
    public async Task Every_list_is_paged_by_25_newest_first_by_number_and_by_cursor()
    {
        var client = await Api.NewClient();
        var path = $"{IncomingCalls.Clients}/{client}";
        var account = await Api.NewAccount(client);
        List<string> accounts = [account];
        List<string> batches = [];
        List<string> allocations = [];
        for (var i = 0; i < 24; i++)
            accounts.Add(await Api.NewAccount(client));
        for (var i = 0; i < 25; i++)
            batches.Add((await Api.NewBatch(client, 100, account: account)).Id());
        for (var i = 0; i < 25; i++)
            allocations.Add(await Api.Allocated(batches[0], 1));

        // One page holds exactly 25.
        await Check(await List($"{path}/creditAccounts", "creditAccounts"), accounts);
        await Check(await List($"{path}/creditBatches", "creditBatches"), batches);
        var own = $"{path}/creditBatches?creditAccountId={account}";
        await Check(await List(own, "creditBatches"), batches);
        await Check(await List($"{IncomingCalls.Batches}/{batches[0]}/allocations", "creditAllocations"), allocations);

        // Of the account everything, of the batch its own: a grant and 25 allocations.
        var actions = $"{path}/creditAccount/{account}/creditActions?actionType=";
        var ofBatch = await List($"{IncomingCalls.Batches}/{batches[0]}/creditActions", "creditActions");
        Assert.Equal((26, true), (ofBatch.Total, ofBatch.HasMore));
        Assert.Equal((25, false), await Totals(actions + "credit"));
        Assert.Equal((25, false), await Totals(actions + "grant"));
        Assert.Equal((25, false), await Totals(actions + "debit"));
        Assert.Equal((25, false), await Totals(actions + "allocate"));
        Assert.Equal((0, false), await Totals(actions + "void"));

        // And one more.
        accounts.Add(await Api.NewAccount(client));
        batches.Add((await Api.NewBatch(client, 100)).Id());
        allocations.Add(await Api.Allocated(batches[0], 1));
        await Check(await List($"{path}/creditAccounts", "creditAccounts"), accounts);
        await Check(await List($"{path}/creditBatches", "creditBatches"), batches);
        await Check(await List(own, "creditBatches"), batches[..25]);
        await Check(await List($"{IncomingCalls.Batches}/{batches[0]}/allocations", "creditAllocations"), allocations);
        await Check(
            await List(actions + "allocate", "creditActions"),
            [.. (await Api.Actions(batches[0])).Skip(1).Select(action => action.Text("id")!)]
        );

        async Task<(long, bool)> Totals(string list)
        {
            var page = await List(list, "creditActions");
            return (page.Total, page.HasMore);
        }

        async Task Check(Page first, List<string> oldestFirst)
        {
            List<string> all = [.. oldestFirst.AsEnumerable().Reverse()];
            Assert.Equal(all.Take(25), first.Ids);
            Assert.Equal((all.Count, all.Count > 25), (first.Total, first.HasMore));
            Assert.Equal(first.Text, (await first.Number(1)).Text);
            var second = await first.Number(2);
            Assert.Equal(all.Skip(25), second.Ids);
            Assert.Equal((all.Count, false), (second.Total, second.HasMore));
            foreach (var beyond in new[] { 3, 1000, int.MaxValue })
            {
                var none = await first.Number(beyond);
                Assert.Empty(none.Ids);
                Assert.Equal((all.Count, false), (none.Total, none.HasMore));
            }
            if (first.HasMore)
                Assert.Equal(second.Text, (await first.After()).Text);
        }
    }

    [Fact]
    public async Task A_list_says_what_it_is_a_list_of()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client, 5);
        var batch = (await Api.AllPages($"{IncomingCalls.Clients}/{client}/creditBatches", "creditBatches"))[0];
        var path = $"{IncomingCalls.Clients}/{client}";

        var all = await Thing($"{path}/creditBatches?clientId={client}", "APICreditBatchesByClientAndCreditAccount");
        Assert.Equal(["clientId", "creditAccountId", "creditBatches", "pageInfo"], all.Names());
        Assert.Equal((client, null), (all.Text("clientId"), all.Text("creditAccountId")));
        var own = await Thing(
            $"{path}/creditBatches?creditAccountId={account.ToUpperInvariant()}",
            "APICreditBatchesByClientAndCreditAccount"
        );
        Assert.Equal((client, account), (own.Text("clientId"), own.Text("creditAccountId")));
        Assert.Equal(batch.GetRawText(), (await Api.Batch(batch.Text("id")!)).Thing().GetRawText());
        var accounts = await Thing($"{path}/creditAccounts", "CreditAccounts");
        Assert.Equal(["clientId", "creditAccounts", "pageInfo"], accounts.Names());
        Assert.Equal(
            accounts.Items("creditAccounts")[0].GetRawText(),
            (await Api.Get($"{IncomingCalls.Accounts}/{account}").Is(200)).Thing().GetRawText()
        );
        var actions = await Thing(
            $"{path}/creditAccount/{account}/creditActions?actionType=grant",
            "APICreditActionsByClientIdAndAccountIdAndActionType"
        );
        Assert.Equal(["clientId", "creditAccountId", "creditActions", "pageInfo"], actions.Names());
        var allocation = await Api.Allocated(batch.Text("id")!, 1);
        var allocations = await Thing($"{IncomingCalls.Batches}/{batch.Text("id")}/allocations", "CreditAllocations");
        Assert.Equal(["creditBatchId", "creditAllocations", "pageInfo"], allocations.Names());
        Assert.Equal(
            allocations.Items("creditAllocations")[0].GetRawText(),
            (await Api.Get($"{IncomingCalls.Allocations}/{allocation}").Is(200)).Thing().GetRawText()
        );
        var ofBatch = await Thing($"{IncomingCalls.Batches}/{batch.Text("id")}/creditActions", "CreditBatchActions");
        Assert.Equal(["creditBatchId", "creditActions", "pageInfo"], ofBatch.Names());

        async Task<JsonElement> Thing(string list, string operation) => (await Api.Get(list).Is(200)).Thing(operation);
    }

    [Fact]
    public async Task A_cursor_does_not_shift_when_something_is_added_in_front()
    {
        var (client, batches) = await Batches(27);
        var first = await List($"{IncomingCalls.Clients}/{client}/creditBatches", "creditBatches");
        await Api.NewBatch(client, 1);

        var after = await first.After();
        var second = await first.Number(2);

        Assert.Equal([batches[1], batches[0]], after.Ids);
        Assert.Equal([batches[2], batches[1], batches[0]], second.Ids);
        Assert.Equal(28, after.Total);
    }

    [Theory]
    [InlineData("page=0", "page")]
    [InlineData("page=-1", "page")]
    [InlineData("page=abc", "page")]
    [InlineData("page=1.5", "page")]
    [InlineData("page=1e1", "page")]
    [InlineData("page=%201", "page")]
    [InlineData("page=2147483648", "page")]
    [InlineData("page=1&page=2", "page")]
    [InlineData("page=", "page")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("cursor=", "cursor")]
    [InlineData("cursor=a&cursor=b", "cursor")]
    [InlineData("page=0&cursor=abc", "page", "cursor")]
    public async Task A_page_that_is_none_is_400(string query, params string[] faults)
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client, 5);
        var batch = (await Api.NewBatch(client, 1)).Id();

        foreach (
            var list in new[]
            {
                $"{IncomingCalls.Clients}/{client}/creditAccounts?",
                $"{IncomingCalls.Clients}/{client}/creditBatches?",
                $"{IncomingCalls.Clients}/{client}/creditAccount/{account}/creditActions?actionType=credit&",
                $"{IncomingCalls.Batches}/{batch}/allocations?",
                $"{IncomingCalls.Batches}/{batch}/creditActions?",
            }
        )
            await Api.Get(list + query).IsError(400, "invalid_request", faults);
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_list_and_its_filters_and_its_organization()
    {
        var (client, batches) = await Batches(26);
        var account = await Api.NewAccount(client, 1);
        var another = await Api.NewClient();
        var list = $"{IncomingCalls.Clients}/{client}/creditBatches";
        var cursor = Uri.EscapeDataString((await List(list, "creditBatches")).Cursor!);

        await Api.Get($"{list}?cursor={cursor}").Is(200);
        foreach (
            var other in new[]
            {
                $"{IncomingCalls.Clients}/{another}/creditBatches?",
                $"{list}?creditAccountId={account}&",
                $"{IncomingCalls.Clients}/{client}/creditAccounts?",
                $"{IncomingCalls.Batches}/{batches[0]}/allocations?",
                $"{IncomingCalls.Batches}/{batches[0]}/creditActions?",
            }
        )
            await Api.Get($"{other}cursor={cursor}").IsError(400, "invalid_request", "cursor");
        await Api.Get($"{list}?cursor={cursor}&page=1").IsError(400, "invalid_request", "cursor");
        await Api.Get($"{list}?cursor={cursor[..^1]}").IsError(400, "invalid_request", "cursor");
        await (await host.Organization("Cursors"))
            .Get($"{list}?cursor={cursor}")
            .IsError(400, "invalid_request", "cursor");
    }

    private async Task<(string Client, List<string> Batches)> Batches(int count)
    {
        var client = await Api.NewClient();
        var batches = new List<string>();
        for (var i = 0; i < count; i++)
            batches.Add((await Api.NewBatch(client, 1)).Id());
        return (client, batches);
    }

    private async Task<Page> List(string path, string list, string query = "")
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var answer = await Api.Get(query.Length == 0 ? path : $"{path}{separator}{query}").Is(200);
        var info = answer.Thing().GetProperty("pageInfo");
        return new(
            answer.Body,
            [.. answer.Thing().Items(list).Select(item => item.Text("id")!)],
            info.Credits("total"),
            info.GetProperty("hasMore").GetBoolean(),
            info.Text("cursor"),
            more => List(path, list, more)
        );
    }

    private sealed record Page(
        string Text,
        List<string> Ids,
        long Total,
        bool HasMore,
        string? Cursor,
        Func<string, Task<Page>> Ask
    )
    {
        public Task<Page> Number(int number) => Ask($"page={number}");

        public Task<Page> After() => Ask($"cursor={Uri.EscapeDataString(Cursor!)}");
    }
}
