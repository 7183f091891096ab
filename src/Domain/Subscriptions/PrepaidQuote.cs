using Drawdown.Domain.Invoicing;

namespace Drawdown.Domain.Subscriptions;

/// <summary>What a change of prepaid units comes to.</summary>
/// <param name="Subscription">The subscription after it.</param>
/// <param name="Delta">What is charged (positive) or credited (negative).</param>
/// <param name="Line">The line that says it; null when nothing changes.</param>
public sealed record PrepaidQuote(Subscription Subscription, decimal Delta, ChargeLine? Line);
