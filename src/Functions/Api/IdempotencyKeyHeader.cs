using Drawdown.Domain;
using Drawdown.Storage.Idempotency;
using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api;

/// <summary>Reads the <c>Idempotency-Key</c> header.</summary>
public static class IdempotencyKeyHeader
{
    private const string Name = "Idempotency-Key";

    /// <summary>The key, or null when none is given or it is faulty.</summary>
    public static string? Read(HttpRequest request, Faults faults)
    {
        if (!request.Headers.TryGetValue(Name, out var values))
            return null;
        if (values is [{ Length: > 0 and <= IdempotencyKey.MaxLength } key])
            return key;
        faults.Add(FaultCode.Invalid, $"Expected one key of 1 to {IdempotencyKey.MaxLength} characters.", Name);
        return null;
    }
}
