namespace Drawdown.Domain.Subscriptions;

/// <summary>Units that were held from an instant on, until the next segment begins or the period ends.</summary>
/// <param name="Units">0 or more.</param>
public sealed record UnitSegment(decimal Units, DateTimeOffset From);
