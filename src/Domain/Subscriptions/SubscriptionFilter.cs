namespace Drawdown.Domain.Subscriptions;

/// <summary>A property that distinguishes subscriptions to one plan.</summary>
public sealed record SubscriptionFilter(string Property, string Value);
