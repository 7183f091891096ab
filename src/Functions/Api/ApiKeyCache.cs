using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Drawdown.Storage.ApiKeys;

namespace Drawdown.Functions.Api;

/// <summary>Remembers valid API keys for a minute, so that most requests cost no call for theirs.</summary>
/// <remarks>A revoked key works for up to <see cref="Lifetime"/> longer. Keys are remembered by their hash only.</remarks>
public sealed class ApiKeyCache(ApiKeyStore keys, TimeProvider clock)
{
    /// <summary>How long a key is taken for valid without asking again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    // Only valid keys are remembered, so this is the number of an installation's keys, not of guesses.
    private readonly ConcurrentDictionary<string, (ApiKey Key, long At)> _known = new(StringComparer.Ordinal);

    /// <summary>The key of a secret, or null when it is not valid.</summary>
    public async Task<ApiKey?> Find(string secret, CancellationToken cancellation)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        if (_known.TryGetValue(hash, out var known) && clock.GetElapsedTime(known.At) < Lifetime)
            return known.Key;
        var found = await keys.Find(secret, cancellation);
        if (found is null)
            _known.TryRemove(hash, out _);
        else
            _known[hash] = (found, clock.GetTimestamp());
        return found;
    }
}
