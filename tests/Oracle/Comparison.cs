using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Drawdown.Oracle;

/// <summary>Compares what was answered with what must be.</summary>
public static class Comparison
{
    /// <summary>The first difference; null when everything expected is there. An object may have more fields than expected.</summary>
    public static string? Difference(JsonNode? expected, JsonElement actual, string path = "$")
    {
        switch (expected)
        {
            case null:
                return actual.ValueKind is JsonValueKind.Null ? null : $"{path} is {actual}, not null";
            case JsonObject fields:
                if (actual.ValueKind is not JsonValueKind.Object)
                    return $"{path} is {actual}, not an object";
                foreach (var (name, value) in fields)
                {
                    if (!actual.TryGetProperty(name, out var field))
                        return $"{path}.{name} is missing";
                    if (Difference(value, field, $"{path}.{name}") is { } difference)
                        return difference;
                }
                return null;
            case JsonArray items:
                if (actual.ValueKind is not JsonValueKind.Array)
                    return $"{path} is {actual}, not an array";
                if (actual.GetArrayLength() != items.Count)
                    return $"{path} has {actual.GetArrayLength()} items, not {items.Count}: {actual}";
                for (var index = 0; index < items.Count; index++)
                    if (Difference(items[index], actual[index], $"{path}[{index}]") is { } difference)
                        return difference;
                return null;
            case JsonValue value:
                return Same(value, actual) ? null : $"{path} is {actual}, not {value}";
            default:
                throw new ArgumentOutOfRangeException(nameof(expected), expected, "Not JSON.");
        }
    }

    private static bool Same(JsonValue expected, JsonElement actual) =>
        actual.ValueKind switch
        {
            JsonValueKind.String => expected.TryGetValue<string>(out var text) && text == actual.GetString(),
            JsonValueKind.Number => decimal.TryParse(
                expected.ToString(),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var number
            )
                && number == actual.GetDecimal(),
            JsonValueKind.True => expected.TryGetValue<bool>(out var yes) && yes,
            JsonValueKind.False => expected.TryGetValue<bool>(out var no) && !no,
            _ => false,
        };
}
