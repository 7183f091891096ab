using Azure.Core;
using Azure.Identity;

namespace Drawdown.Storage.Azure;

/// <summary>As whom the app sends its telemetry where Application Insights takes no instrumentation key for an answer.</summary>
public static class TelemetryIdentity
{
    private const string ClientId = "ClientId=";

    /// <summary>
    /// The identity that <c>APPLICATIONINSIGHTS_AUTHENTICATION_STRING</c> names, or null when it names none. The Functions host
    /// reads that setting itself; the worker's exporter does not, and would send without an identity, to be refused.
    /// </summary>
    /// <param name="authentication"><c>Authorization=AAD</c>, with <c>;ClientId=…</c> for a user-assigned identity.</param>
    public static TokenCredential? From(string? authentication)
    {
        var parts = (authentication ?? "").Split(
            ';',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        if (!parts.Contains("Authorization=AAD", StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        var client = Array.Find(parts, part => part.StartsWith(ClientId, StringComparison.OrdinalIgnoreCase));
        return new ManagedIdentityCredential(
            client is null
                ? ManagedIdentityId.SystemAssigned
                : ManagedIdentityId.FromUserAssignedClientId(client[ClientId.Length..])
        );
    }
}
