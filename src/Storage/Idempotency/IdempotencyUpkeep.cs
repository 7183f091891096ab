using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Idempotency;

/// <summary>Removes what is left of idempotency keys whose time is over.</summary>
public sealed class IdempotencyUpkeep(ITableStore tables, IdempotencyClaims claims)
{
    /// <summary>Removes an account's due keys, and returns the items that are settled for good.</summary>
    public async Task<IReadOnlyCollection<AgendaItem>> Forget(
        AccountAddress account,
        IReadOnlyList<AgendaItem> items,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var settled = new List<AgendaItem>();
        foreach (var item in items)
        {
            await claims.Forget(account.Organization, item.Entity, now, cancellation);
            if (await Remove(account, item.Entity, now, cancellation))
                settled.Add(item);
        }
        return settled;
    }

    /// <summary>
    /// Removes a key's row. No decision rests on a forgotten row, so this needs no fence; its ETag makes sure that it was not
    /// taken into use again.
    /// </summary>
    private async Task<bool> Remove(
        AccountAddress account,
        string keyHash,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var row = AccountRows.Key(keyHash);
        if (await tables.Get(StorageTables.Accounts, account.Partition, row, cancellation) is not { } found)
            return false;
        if (!KeyRow.FromRow(found).IsForgottenAt(now))
            return false;
        var delete = new RowChange.Delete(row, found.ETag);
        return await tables.Commit(StorageTables.Accounts, account.Partition, [delete], cancellation)
            is CommitResult.Committed;
    }
}
