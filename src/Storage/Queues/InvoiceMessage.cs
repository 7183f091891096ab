using System.Text.Json;
using System.Text.Json.Serialization;
using Drawdown.Domain.Ids;

namespace Drawdown.Storage.Queues;

/// <summary>A message: ids only, never amounts or personal data.</summary>
/// <param name="TraceParent">The W3C trace context of the request that owes it, or null.</param>
public sealed record InvoiceMessage(OrganizationId Organization, ChargeId Charge, string? TraceParent)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The message's text.</summary>
    public string ToText() =>
        JsonSerializer.Serialize(new Wire(Organization.ToString(), Charge.ToString(), TraceParent), Options);

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">It is malformed. It must go to the poison queue, so the caller lets this pass.</exception>
    public static InvoiceMessage Parse(string text)
    {
        try
        {
            if (
                JsonSerializer.Deserialize<Wire>(text, Options) is { } wire
                && OrganizationId.TryParse(wire.Organization, out var organization)
                && RoutedId.TryParse<ChargeId>(wire.Charge, out var charge)
            )
                return new(organization, charge, wire.TraceParent);
        }
        catch (JsonException exception)
        {
            throw new FormatException("Not an invoice message: it is not the JSON that it should be.", exception);
        }
        throw new FormatException("Not an invoice message: it names no organization and charge.");
    }

    private sealed record Wire(
        [property: JsonPropertyName("organization_id")] string? Organization,
        [property: JsonPropertyName("charge_id")] string? Charge,
        [property: JsonPropertyName("traceparent")] string? TraceParent
    );
}
