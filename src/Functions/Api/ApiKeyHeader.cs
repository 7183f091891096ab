using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api;

/// <summary>
/// Where a request carries its API key: <c>X-API-KEY: key</c> (Lotus's SDKs), <c>Authorization: Token key</c> (Lotus) or
/// <c>Authorization: Bearer key</c> (Thought Industries).
/// </summary>
public static class ApiKeyHeader
{
    private static readonly string[] Schemes = ["Token ", "Bearer "];

    /// <summary>
    /// The key, or null. <c>X-API-KEY</c> decides where it is given: Lotus's own examples send both headers, with a key only
    /// in this one.
    /// </summary>
    public static string? Read(HttpRequest request)
    {
        if (request.Headers.TryGetValue("X-API-KEY", out var keys))
            return keys is [{ Length: > 0 } only] ? only : null;
        if (request.Headers.Authorization is not [{ } authorization])
            return null;
        var scheme = Array.Find(
            Schemes,
            scheme => authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
        );
        return scheme is null ? null
            : authorization[scheme.Length..].Trim() is { Length: > 0 } key ? key
            : null;
    }
}
