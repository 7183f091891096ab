using Drawdown.Domain.Ledger;

namespace Drawdown.Storage.Idempotency;

/// <summary>A caller's idempotency key, bound to an organization's route and to one request.</summary>
/// <param name="Hash">The hash of route and key: what the key is stored under.</param>
/// <param name="RequestHash">The hash of the whole request: another one under the same key is a mismatch.</param>
public sealed record IdempotencyKey(string Hash, string RequestHash)
{
    /// <summary>How long a key is remembered. After that it may be used anew.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>
    /// When its rows are removed: an hour later, so that a claim serves all requests of an hour and still outlives each of
    /// them by a lifetime.
    /// </summary>
    public static readonly TimeSpan Kept = Lifetime + TimeSpan.FromHours(1);

    /// <summary>Characters that a key may have.</summary>
    public const int MaxLength = 255;

    /// <summary>The key of a request.</summary>
    /// <param name="route">The method and the route's template: keys of different routes are different keys.</param>
    public static IdempotencyKey Of(string route, string key, string requestHash) =>
        new(LedgerHash.Digest("idempotency", route, key), requestHash);
}
