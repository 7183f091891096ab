namespace Drawdown.Domain.Ids;

/// <summary>Reads ids of any kind.</summary>
public static class RoutedId
{
    /// <summary>Reads an id; false when it is malformed or of another kind.</summary>
    public static bool TryParse<TId>(string? text, out TId id)
        where TId : struct, IRoutedId<TId>
    {
        id = default;
        var digits = AfterPrefix<TId>(text);
        if (digits is null || !RoutedHex.TryParse(digits, out var hex))
            return false;
        id = TId.From(hex);
        return true;
    }

    /// <summary>Reads an id that was stored.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static TId Parse<TId>(string text)
        where TId : struct, IRoutedId<TId> =>
        TryParse<TId>(text, out var id) ? id : throw new FormatException($"Not an id with the prefix {TId.Prefix}.");

    private static string? AfterPrefix<TId>(string? text)
        where TId : struct, IRoutedId<TId>
    {
        if (text is null)
            return null;
        if (text.StartsWith(TId.Prefix, StringComparison.Ordinal))
            return text[TId.Prefix.Length..];
        return TId.AcceptedPrefix is { } accepted && text.StartsWith(accepted, StringComparison.Ordinal)
            ? text[accepted.Length..]
            : null;
    }
}
