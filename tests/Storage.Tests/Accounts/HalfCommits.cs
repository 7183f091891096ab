using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts;

/// <summary>Shows a transaction in parts, as a reader may see it while it is applied.</summary>
internal static class HalfCommits
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The transaction that a request would commit.</summary>
    public static async Task<StoreCall> Prepared(this World world, Request request)
    {
        StoreCall? commit = null;
        var instance = world.NewInstance();
        instance.OnCommit(
            before: (_, call) =>
            {
                commit = call;
                throw new InvalidOperationException("Not yet.");
            }
        );
        await Assert.ThrowsAsync<InvalidOperationException>(() => instance.Send(request));
        return commit!;
    }

    /// <summary>Applies those changes of a transaction whose bits are set.</summary>
    public static Task Show(this World world, StoreCall commit, int part) =>
        world.Show(commit, commit.Changes.Where((_, index) => (part & (1 << index)) != 0));

    /// <summary>Applies the changes of some rows.</summary>
    public static Task Show(this World world, StoreCall commit, Func<string, bool> rows) =>
        world.Show(commit, commit.Changes.Where(change => rows(change.Row)));

    private static async Task Show(this World world, StoreCall commit, IEnumerable<RowChange> changes)
    {
        foreach (var change in changes)
            Assert.IsType<CommitResult.Committed>(
                await world.Tables.Commit(commit.Target, commit.Partition, [change], Cancellation)
            );
    }
}
