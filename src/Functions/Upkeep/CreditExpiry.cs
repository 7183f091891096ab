using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.Upkeep;

/// <summary>Posts what has lapsed in one account: reads the head, then the due credits, and commits their entries.</summary>
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
        foreach (var chunk in items.GroupBy(item => item.Entity).Chunk(CreditDecisions.MaxCreditsPerOperation))
        {
            var ids = chunk.Select(credit => RoutedId.Parse<CreditId>(credit.Key)).ToList();
            var visited = await Post(account, ids, now, cancellation);
            settled.AddRange(
                chunk.SelectMany(due => due).Where(item => visited.Any(credit => IsSettled(item, credit)))
            );
        }
        return settled;
    }

    // Settled: the item of the credit's own expiry. Any other one may belong to a transaction that is still on its way, also
    // when something was posted just now: that may have been another transaction's.
    private static bool IsSettled(AgendaItem item, Credit credit) =>
        item.Entity == credit.Id.ToString() && item.Due == credit.ExpiresAt;

    /// <summary>Posts what has lapsed in some credits of an account.</summary>
    /// <param name="ids">At most <see cref="CreditDecisions.MaxCreditsPerOperation"/>.</param>
    /// <returns>The credits as they were found.</returns>
    public async Task<IReadOnlyList<Credit>> Post(
        AccountAddress account,
        IReadOnlyList<CreditId> ids,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        List<Credit> visited = [];
        var by = new Provenance(Actor, "req_" + entropy.Hex(32), now);
        var outcome = await writer.Write(
            new WriteOperation(account, by, null),
            async (snapshot, token) =>
            {
                visited = [];
                if (await snapshot.Head(token) is not { } head)
                    return new Decided(null, null, StoredAnswer.None);
                var found = await Task.WhenAll(ids.Select(id => snapshot.Credit(id, token)));
                visited = [.. found.OfType<Credit>()];
                return new Decided(head, CreditDecisions.PostLapsed(head, visited, by), StoredAnswer.None);
            },
            cancellation
        );
        return outcome is Outcome<Written>.Accepted ? visited : throw new AccountBusyException(account);
    }
}
