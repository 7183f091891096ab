using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;

namespace Drawdown.Functions.Subscriptions;

/// <summary>What must be on the agenda before a change of a subscription is committed.</summary>
public sealed class SubscriptionCommits(AgendaBook agenda)
{
    // Long enough for the process that commits to send the message itself, short enough for a caller to wait for.
    private static readonly TimeSpan RelayAfter = TimeSpan.FromMinutes(1);

    /// <summary>The item of a message that will be owed.</summary>
    public static AgendaItem Relay(AccountAddress account, ChargeId charge, DateTimeOffset now) =>
        new(AgendaKind.Relay, now + RelayAfter, account, charge.ToString());

    /// <summary>Writes down when the subscription's next step is due, and that a message may be owed.</summary>
    public Task Before(
        AccountAddress account,
        SubscriptionDecided decided,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        List<AgendaItem> items = [];
        // What is due already, because the start lies in the past or a renewal is late, is due now: an item of its own time
        // could lie behind the watermark, where no timer looks.
        if (decided.Subscription.NextStep is { } due)
            items.Add(new(AgendaKind.Renew, due > now ? due : now, account, decided.Subscription.Id.ToString()));
        if (decided.Change?.Owed is { } charge)
            items.Add(Relay(account, charge, now));
        return Task.WhenAll(items.Select(item => agenda.Add(item, cancellation)));
    }
}
