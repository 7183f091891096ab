using System.Collections.Immutable;
using Drawdown.Domain.Invoicing;

namespace Drawdown.Domain.Subscriptions;

/// <summary>One step of a subscription's life: the first period begins, a period is followed by the next, or it ends.</summary>
/// <param name="After">The subscription after the step.</param>
/// <param name="Lines">What the step bills, waiting charges not included.</param>
public sealed record LifecycleStep(Subscription After, ImmutableArray<ChargeLine> Lines);
