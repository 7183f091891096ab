using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Testing;

/// <summary>How a test takes part in the calls of the in-memory stores.</summary>
public sealed class InMemoryHooksTests : IAsyncLifetime
{
    private readonly InMemoryTableStore _store = new();
    private readonly InMemoryQueueStore _queues = new(
        new ManualClock(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero))
    );

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _store.CreateTable("Table", Cancellation);
        await _queues.CreateQueue("queue", Cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_rival_can_write_between_a_read_and_the_commit_that_rests_on_it()
    {
        await Commit(_store, Insert("row"));
        TableRow read = (await Get("row"))!;
        _store.Hooks.Before = async call =>
        {
            if (call.Operation is StoreOperation.Commit)
            {
                _store.Hooks.Before = null;
                await Commit(_store.Rival(), new RowChange.Replace("row", Columns("rival"), read.ETag));
            }
        };

        CommitResult result = await Commit(_store, new RowChange.Replace("row", Columns("own"), read.ETag));

        Assert.Equal(new CommitResult.Conflicted(ConflictKind.RowChanged), result);
        Assert.Equal("rival", (await Get("row"))!.Columns["by"]);
    }

    [Fact]
    public async Task A_call_that_fails_before_it_acts_has_done_nothing()
    {
        _store.Hooks.Before = _ => throw new StorageUnavailableException("Not reached.");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Commit(_store, Insert("row")));

        _store.Hooks.Before = null;
        Assert.Null(await Get("row"));
    }

    [Fact]
    public async Task A_call_whose_answer_is_lost_has_acted()
    {
        _store.Hooks.After = _ => throw new StorageUnavailableException("No answer.");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Commit(_store, Insert("row")));

        _store.Hooks.After = null;
        Assert.NotNull(await Get("row"));
    }

    [Fact]
    public async Task Hooks_see_what_is_called()
    {
        List<string> seen = [];
        _store.Hooks.Before = call => Note("before", call);
        _store.Hooks.After = call => Note("after", call);
        _queues.Hooks.Before = call => Note("before", call);

        await Commit(_store, Insert("a"), Insert("b"));
        await Get("a");
        await _store.Scan("Table", "p", "q", Cancellation).CountAsync(Cancellation);
        await _queues.Send("queue", "body", TimeSpan.Zero, Cancellation);
        QueueMessage message = Assert.Single(await _queues.Receive("queue", 1, TimeSpan.FromSeconds(1), Cancellation));
        await _queues.Delete("queue", message, Cancellation);

        Assert.Equal(
            [
                "before Commit Table partition a,b",
                "after Commit Table partition a,b",
                "before Get Table partition a",
                "after Get Table partition a",
                "before Scan Table p ",
                "after Scan Table p ",
                "before Send queue  ",
                "before Receive queue  ",
                $"before Delete queue  {message.Id}",
            ],
            seen
        );

        Task Note(string when, StoreCall call)
        {
            seen.Add($"{when} {call}");
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_commit_tells_its_changes()
    {
        IReadOnlyList<RowChange> seen = [];
        _store.Hooks.Before = call =>
        {
            seen = call.Changes;
            return Task.CompletedTask;
        };
        RowChange change = Insert("a");

        await Commit(_store, change);

        Assert.Same(change, Assert.Single(seen));
    }

    [Fact]
    public async Task A_range_is_read_page_by_page_and_sees_what_commits_in_between()
    {
        await Commit(_store, Insert("a"), Insert("b"), Insert("c"), Insert("e"));
        List<string> pages = [];
        _store.Hooks.Before = async call =>
        {
            pages.Add(call.Rows.Single());
            if (pages.Count == 2)
            {
                await Commit(_store.Rival(), Insert("aa"), Insert("d"), new RowChange.Delete("e", "*"));
            }
        };

        List<string> rows = await _store
            .Range("Table", "partition", "", "~", Cancellation, pageSize: 2)
            .Select(row => row.Row)
            .ToListAsync(Cancellation);

        Assert.Equal(["a", "b", "c", "d"], rows);
        Assert.Equal(["", "c"], pages);
    }

    [Fact]
    public async Task A_caller_that_stops_early_reads_no_further_page()
    {
        await Commit(_store, [.. "abcdefgh".Select(letter => Insert($"{letter}"))]);
        int pages = 0;
        _store.Hooks.After = _ =>
        {
            pages++;
            return Task.CompletedTask;
        };

        await _store.Range("Table", "partition", "", "~", Cancellation, pageSize: 2).Take(3).CountAsync(Cancellation);

        Assert.Equal(2, pages);
    }

    [Fact]
    public async Task An_argument_that_breaks_a_rule_never_reaches_a_hook()
    {
        _store.Hooks.Before = _ => throw new InvalidOperationException("Called.");

        await Assert.ThrowsAnyAsync<ArgumentException>(() => Commit(_store));
    }

    [Fact]
    public async Task Etags_ids_and_receipts_are_the_same_in_every_run()
    {
        Assert.Equal(await Run(), await Run());

        static async Task<string> Run()
        {
            InMemoryTableStore tables = new();
            InMemoryQueueStore queues = new(TimeProvider.System);
            await tables.CreateTable("Table", Cancellation);
            await queues.CreateQueue("queue", Cancellation);
            CommitResult.Committed committed = Assert.IsType<CommitResult.Committed>(
                await Commit(tables, Insert("a"), Insert("b"))
            );
            await queues.Send("queue", "body", TimeSpan.Zero, Cancellation);
            QueueMessage message = Assert.Single(
                await queues.Receive("queue", 1, TimeSpan.FromSeconds(1), Cancellation)
            );
            return $"{string.Join(',', committed.ETags)} {message.Id} {message.Receipt}";
        }
    }

    private static RowChange Insert(string row) => new RowChange.Insert(row, Columns("own"));

    private static Dictionary<string, object> Columns(string by) => new(StringComparer.Ordinal) { ["by"] = by };

    private static Task<CommitResult> Commit(InMemoryTableStore store, params RowChange[] changes) =>
        store.Commit("Table", "partition", changes, Cancellation);

    private Task<TableRow?> Get(string row) => _store.Get("Table", "partition", row, Cancellation);
}
