namespace Drawdown.Domain.Accounts;

/// <summary>Who does something, in which request, and when. It goes into every ledger entry.</summary>
/// <param name="Actor">The id of the API key, or the name of the timer.</param>
/// <param name="RequestId">The server's own id of the request; unique per request.</param>
/// <param name="Now">The instant at which the request is decided, in whole milliseconds.</param>
public sealed record Provenance(string Actor, string RequestId, DateTimeOffset Now);
