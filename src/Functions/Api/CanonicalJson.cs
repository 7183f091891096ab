using System.Text;
using System.Text.Json;
using Drawdown.Domain.Ledger;
using Drawdown.Domain.Money;

namespace Drawdown.Functions.Api;

/// <summary>
/// The hash of a JSON value that does not depend on white space, on the order of its properties or on how a number is
/// written: a client that serializes the same request anew sends the same request.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The hash, as lower-case hex.</summary>
    /// <exception cref="InvalidOperationException">A text holds half of a surrogate pair.</exception>
    public static string Hash(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return LedgerHash.Digest(text.ToString());
    }

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (
                    var property in value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal)
                )
                {
                    Append(text, property.Name);
                    Append(text, property.Value);
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                    Append(text, item);
                text.Append(']');
                break;
            case JsonValueKind.String:
                Append(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append('#')
                    .Append(
                        DecimalText.TryRead(value.GetRawText(), out var exact)
                            ? ExactDecimal.Format(exact)
                            : value.GetRawText()
                    )
                    .Append(';');
                break;
            default:
                text.Append(value.ValueKind).Append(';');
                break;
        }
    }

    private static void Append(StringBuilder text, string value) =>
        text.Append('"').Append(value.Length).Append(':').Append(value);
}
