using System.Collections.Immutable;
using Drawdown.Domain.Invoicing;

namespace Drawdown.Domain.Subscriptions;

/// <summary>
/// One step of a subscription's life: the first period begins, a period is followed by the next, or it ends. A step at the
/// end of a period that changes nothing but what waits bills charges for which the next step's invoice has no room.
/// </summary>
/// <param name="After">The subscription after the step.</param>
/// <param name="Lines">What the step bills, waiting charges not included.</param>
public sealed record LifecycleStep(Subscription After, ImmutableArray<ChargeLine> Lines);
