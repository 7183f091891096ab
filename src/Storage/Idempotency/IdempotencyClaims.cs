using Drawdown.Domain.Ids;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Idempotency;

/// <summary>
/// Makes an idempotency key unique within an organization's route, although answers are stored per account: before a
/// request decides, its key must be claimed for its account.
/// </summary>
/// <remarks>
/// The claim only says which account a key belongs to; whether the request took effect is said by the key's row in that
/// account, written in the effect's own transaction. A claim without an effect (its request was refused, or its process
/// died) can be taken over by a request to another account. The account left behind is fenced off first: a row under the
/// key is written there, so that a request still on its way finds it and cannot commit. Whoever reads such a fence in its
/// own account must make a new version of the claim before it replaces the fence: the take-over that raised the fence may
/// still be about to replace the claim's old version. So of all requests under one key at most one takes effect, whatever
/// their interleaving.
/// </remarks>
public sealed class IdempotencyClaims(ITableStore tables, AgendaBook agenda)
{
    private const string Row = "claim";

    // Each round means that rivals under the same key were faster; more than a few is an attack, not a retry.
    private const int MaxRounds = 8;

    /// <summary>Claims the key for the account. False: it has been used for a request to another account.</summary>
    /// <exception cref="StorageUnavailableException">Also when rivals under the same key keep winning.</exception>
    public Task<bool> Claim(
        IdempotencyKey key,
        AccountAddress account,
        DateTimeOffset now,
        CancellationToken cancellation
    ) => Claim(key, account, anew: false, now, cancellation);

    /// <summary>Claims the key for an account in which it was found fenced off.</summary>
    /// <inheritdoc cref="Claim(IdempotencyKey, AccountAddress, DateTimeOffset, CancellationToken)"/>
    public Task<bool> Reclaim(
        IdempotencyKey key,
        AccountAddress account,
        DateTimeOffset now,
        CancellationToken cancellation
    ) => Claim(key, account, anew: true, now, cancellation);

    private async Task<bool> Claim(
        IdempotencyKey key,
        AccountAddress account,
        bool anew,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var partition = $"{account.Organization}.{key.Hash}";
        var columns = new ColumnWriter().Text("Account", account.Route.ToString()).Instant("At", now).Columns;
        for (var round = 0; round < MaxRounds; round++)
        {
            if (await Commit(partition, new RowChange.Insert(Row, columns), cancellation))
                return true;
            if (await tables.Get(StorageTables.IdempotencyClaims, partition, Row, cancellation) is not { } claim)
                continue;
            var holder = account with { Route = AccountRoute.Parse(new ColumnReader(claim).Text("Account")) };
            if (holder == account)
            {
                if (!anew && !IsOld(claim, now))
                    return true;
                if (await Commit(partition, new RowChange.Replace(Row, columns, claim.ETag), cancellation))
                    return true;
                // Somebody else has made a new version: if the account still holds it, that one will do.
                anew = false;
                continue;
            }
            switch (await FenceOff(holder, key, now, cancellation))
            {
                case Fence.Used:
                    return false;
                case Fence.Raised
                    when await Commit(partition, new RowChange.Replace(Row, columns, claim.ETag), cancellation):
                    return true;
            }
        }
        throw new StorageUnavailableException("Other requests under the same idempotency key are being decided.");
    }

    /// <summary>Removes a claim that is older than <see cref="IdempotencyKey.Kept"/>.</summary>
    public async Task Forget(
        OrganizationId organization,
        string keyHash,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var partition = $"{organization}.{keyHash}";
        var claim = await tables.Get(StorageTables.IdempotencyClaims, partition, Row, cancellation);
        if (claim is not null && IsForgotten(claim, now))
            await Commit(partition, new RowChange.Delete(Row, claim.ETag), cancellation);
    }

    // A claim must outlive what is done under it. So it is renewed unless it is nearly as young as the request.
    private static bool IsOld(TableRow claim, DateTimeOffset now) =>
        At(claim) + IdempotencyKey.Kept - IdempotencyKey.Lifetime <= now;

    private static bool IsForgotten(TableRow claim, DateTimeOffset now) => At(claim) + IdempotencyKey.Kept <= now;

    private static DateTimeOffset At(TableRow claim) => new ColumnReader(claim).Instant("At");

    private async Task<Fence> FenceOff(
        AccountAddress holder,
        IdempotencyKey key,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var snapshot = new AccountSnapshot(tables, holder);
        var row = await snapshot.Row(AccountRows.Key(key.Hash), cancellation);
        if (row is not null && KeyRow.FromRow(row) is { Answer: not null } used && !used.IsForgottenAt(now))
            return Fence.Used;

        await agenda.Add(new(AgendaKind.Forget, now + IdempotencyKey.Kept, holder, key.Hash), cancellation);
        // Also over an older fence: the holder may have read that one, and must meet another version of it.
        var fence = snapshot.Write(AccountRows.Key(key.Hash), new KeyRow(now, null, null).ToColumns());
        var result = await tables.Commit(StorageTables.Accounts, holder.Partition, [fence], cancellation);
        return result is CommitResult.Committed ? Fence.Raised : Fence.Outrun;
    }

    private async Task<bool> Commit(string partition, RowChange change, CancellationToken cancellation) =>
        await tables.Commit(StorageTables.IdempotencyClaims, partition, [change], cancellation)
        is CommitResult.Committed;

    private enum Fence
    {
        /// <summary>The holder's request took effect.</summary>
        Used,

        /// <summary>The holder's request can no longer take effect.</summary>
        Raised,

        /// <summary>The holder's row changed meanwhile: look again.</summary>
        Outrun,
    }
}
