namespace Drawdown.Domain.Subscriptions;

/// <summary>Whether a subscription runs.</summary>
public enum SubscriptionStatus
{
    /// <summary>Its start lies ahead.</summary>
    NotStarted,

    /// <summary>It runs.</summary>
    Active,

    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>The names of <see cref="SubscriptionStatus"/>.</summary>
public static class SubscriptionStatusNames
{
    /// <summary>Both ways.</summary>
    public static readonly WireNames<SubscriptionStatus> Names = new(
        ("not_started", SubscriptionStatus.NotStarted),
        ("active", SubscriptionStatus.Active),
        ("ended", SubscriptionStatus.Ended)
    );
}
