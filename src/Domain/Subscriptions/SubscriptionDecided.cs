using Drawdown.Domain.Accounts;

namespace Drawdown.Domain.Subscriptions;

/// <summary>A decision about a subscription.</summary>
/// <param name="Subscription">The subscription after it.</param>
/// <param name="Change">What to commit; null when nothing changes.</param>
public sealed record SubscriptionDecided(Subscription Subscription, AccountChange? Change);
