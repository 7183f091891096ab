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
            var posted = await Post(account, ids, now, cancellation);
            settled.AddRange(chunk.SelectMany(due => due).Where(item => posted.Any(credit => IsSettled(item, credit))));
        }
        return settled;
    }

    // Settled: the item of the credit's own expiry, or one whose credit had something posted just now. Any other item may
    // belong to a transaction that is still on its way.
    private static bool IsSettled(AgendaItem item, VisitedCredit visited) =>
        item.Entity == visited.Credit.Id.ToString() && (visited.Posted || item.Due == visited.Credit.ExpiresAt);

    /// <summary>Posts what has lapsed in some credits of an account.</summary>
    /// <param name="ids">At most <see cref="CreditDecisions.MaxCreditsPerOperation"/>.</param>
    /// <returns>The credits as they were found, and whether something was posted for them.</returns>
    public async Task<IReadOnlyList<VisitedCredit>> Post(
        AccountAddress account,
        IReadOnlyList<CreditId> ids,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        List<VisitedCredit> visited = [];
        var by = new Provenance(Actor, "req_" + entropy.Hex(32), now);
        var outcome = await writer.Write(
            new WriteOperation(account, by, null),
            async (snapshot, token) =>
            {
                visited = [];
                if (await snapshot.Head(token) is not { } head)
                    return new Decided(null, null, StoredAnswer.None);
                var found = await Task.WhenAll(ids.Select(id => snapshot.Credit(id, token)));
                var credits = found.OfType<Credit>().ToList();
                var change = CreditDecisions.PostLapsed(head, credits, by);
                visited =
                [
                    .. credits.Select(credit => new VisitedCredit(
                        credit,
                        change?.Credits.Any(posted => posted.Id == credit.Id) ?? false
                    )),
                ];
                return new Decided(head, change, StoredAnswer.None);
            },
            cancellation
        );
        return outcome is Outcome<Written>.Accepted ? visited : throw new AccountBusyException(account);
    }
}

/// <summary>A credit as an expiry run found it.</summary>
/// <param name="Posted">Whether something was posted for it.</param>
public sealed record VisitedCredit(Credit Credit, bool Posted);
