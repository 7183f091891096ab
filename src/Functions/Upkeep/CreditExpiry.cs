using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.Upkeep;

/// <summary>
/// Posts what has lapsed in one account, in a customer's credits or in a client's batches: reads the head, then what is due,
/// and commits their entries.
/// </summary>
public sealed class CreditExpiry(AccountWriter writer, Entropy entropy)
{
    /// <summary>The actor in the ledger.</summary>
    public const string Actor = "timer:" + nameof(DeactivateExpiredCredits);

    /// <summary>Handles an account's due items, and returns those that are settled for good.</summary>
    public async Task<IReadOnlyCollection<AgendaItem>> Settle(
        AccountAddress account,
        IReadOnlyList<AgendaItem> items,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var settled = new List<AgendaItem>();
        // An expired batch takes two rows of a transaction, as a credit does.
        foreach (var chunk in items.GroupBy(item => item.Entity).Chunk(CreditDecisions.MaxCreditsPerOperation))
        {
            var visited = await Post(account, [.. chunk.Select(due => due.Key)], now, cancellation);
            // Settled: the item of the thing's own expiry. Any other one may belong to a transaction that is still on its way,
            // also when something was posted just now: that may have been another transaction's.
            settled.AddRange(
                chunk
                    .SelectMany(due => due)
                    .Where(item => visited.TryGetValue(item.Entity, out var expiry) && item.Due == expiry)
            );
        }
        return settled;
    }

    /// <summary>Posts what has lapsed in some credits or batches of an account.</summary>
    /// <param name="entities">Their ids, at most <see cref="CreditDecisions.MaxCreditsPerOperation"/>.</param>
    /// <returns>The expiry of each that was found.</returns>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset?>> Post(
        AccountAddress account,
        IReadOnlyList<string> entities,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        Lapsing found = new([], null);
        var by = new Provenance(Actor, "req_" + entropy.Hex(32), now);
        var outcome = await writer.Write(
            new WriteOperation(account, by, null),
            async (snapshot, token) =>
            {
                found = new([], null);
                if (await snapshot.Head(token) is not { } head)
                    return new Decided(null, null, StoredAnswer.None);
                found =
                    head.Kind is AccountKind.Client
                        ? await Batches(snapshot, head, entities, by, token)
                        : await Credits(snapshot, head, entities, by, token);
                return new Decided(head, found.Change, StoredAnswer.None);
            },
            cancellation
        );
        return outcome is Outcome<Written>.Accepted ? found.Expiries : throw new AccountBusyException(account);
    }

    private static async Task<Lapsing> Credits(
        AccountSnapshot snapshot,
        AccountHead head,
        IEnumerable<string> entities,
        Provenance by,
        CancellationToken token
    )
    {
        var ids = entities.Select(RoutedId.Parse<CreditId>);
        var found = await Task.WhenAll(ids.Select(id => snapshot.Credit(id, token)));
        List<Credit> credits = [.. found.OfType<Credit>()];
        return new(
            credits.ToDictionary(credit => credit.Id.ToString(), credit => credit.ExpiresAt),
            CreditDecisions.PostLapsed(head, credits, by)
        );
    }

    private static async Task<Lapsing> Batches(
        AccountSnapshot snapshot,
        AccountHead head,
        IEnumerable<string> entities,
        Provenance by,
        CancellationToken token
    )
    {
        var ids = entities.Select(RoutedUuids.Parse<CreditBatchId>);
        var found = await Task.WhenAll(ids.Select(id => snapshot.CreditBatch(id, token)));
        List<CreditBatch> batches = [.. found.OfType<CreditBatch>()];
        return new(
            batches.ToDictionary(batch => batch.Id.ToString(), batch => batch.ExpiresOn),
            CreditBatchDecisions.PostExpired(head, batches, by)
        );
    }

    private sealed record Lapsing(Dictionary<string, DateTimeOffset?> Expiries, AccountChange? Change);
}
