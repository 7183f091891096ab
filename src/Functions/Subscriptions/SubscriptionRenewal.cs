using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;
using Drawdown.Functions.Api;
using Drawdown.Functions.Charges;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.Subscriptions;

/// <summary>Takes the steps of a subscription's life that are due, one transaction each.</summary>
public sealed class SubscriptionRenewal(
    AccountWriter writer,
    SubscriptionCommits commits,
    ChargeMessages messages,
    Entropy entropy
)
{
    /// <summary>The actor in the ledger.</summary>
    public const string Actor = "timer:RenewSubscriptions";

    /// <summary>Handles an account's due items, and returns those that are settled for good.</summary>
    public async Task<IReadOnlyCollection<AgendaItem>> Settle(
        AccountAddress account,
        IReadOnlyList<AgendaItem> items,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var settled = new List<AgendaItem>();
        foreach (var item in items.GroupBy(item => item.Entity))
        {
            var after = await BringUpToDate(account, RoutedId.Parse<SubscriptionId>(item.Key), now, cancellation);
            // An item is settled when the subscription has gone past it; any other may belong to a commit on its way.
            if (after is not null)
                settled.AddRange(item.Where(due => after.NextStep is null || after.NextStep > due.Due));
        }
        return settled;
    }

    /// <summary>Takes all steps that are due. Null when there is no such subscription.</summary>
    public async Task<Subscription?> BringUpToDate(
        AccountAddress account,
        SubscriptionId id,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        while (true)
        {
            var (subscription, owed, stepped) = await Step(account, id, now, cancellation);
            if (owed is { } charge)
                await messages.Send(account, charge, cancellation);
            if (!stepped)
                return subscription;
        }
    }

    private async Task<(Subscription? Subscription, ChargeId? Owed, bool Stepped)> Step(
        AccountAddress account,
        SubscriptionId id,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var by = new Provenance(Actor, "req_" + entropy.Hex(32), now);
        var chargeId = new ChargeId(RoutedHex.Mint(account.Route, now, entropy.Bits()));
        (Subscription?, ChargeId?, bool) result = default;
        var outcome = await writer.Write(
            new WriteOperation(account, by, null),
            async (snapshot, token) =>
            {
                var finding = snapshot.Subscription(id, token);
                var head = await snapshot.Head(token);
                var subscription = await finding;
                var decided =
                    head is null || subscription is null
                        ? null
                        : SubscriptionDecisions.Step(head, subscription, chargeId, by);
                result = (decided?.Subscription ?? subscription, decided?.Change?.Owed, decided is not null);
                return new Decided(head, decided?.Change, StoredAnswer.None)
                {
                    Before = decided is null ? null : before => commits.Before(account, decided, now, before),
                };
            },
            cancellation
        );
        return outcome is Outcome<Written>.Accepted ? result : throw new AccountBusyException(account);
    }
}
