namespace Drawdown.Domain.Ids;

/// <summary>Reads UUIDs as they are written, and nothing else.</summary>
internal static class UuidText
{
    /// <summary>Reads a UUID in either case, with its hyphens. An id must have one spelling but for its case.</summary>
    public static bool TryParse(string? text, out Guid value)
    {
        // The parser also lets white space around a UUID pass, and signs and "0x" within.
        if (
            Guid.TryParseExact(text, "D", out value)
            && string.Equals(text, value.ToString("D"), StringComparison.OrdinalIgnoreCase)
        )
            return true;
        value = default;
        return false;
    }
}
