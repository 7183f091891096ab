using System.Globalization;

namespace Drawdown.Storage.Directory;

/// <summary>Row keys that sort the newest first: a table only reads forwards.</summary>
internal sealed record NewestFirst(string Prefix)
{
    private const long LastMillisecond = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z

    /// <summary>The key of something that came at an instant.</summary>
    public string Of(DateTimeOffset at, string name) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{LastMillisecond - at.ToUnixTimeMilliseconds():d15}.{name}"
        );

    /// <summary>The range of all keys after one, or of all.</summary>
    /// <remarks>A key ends in a hex digit, so the next possible key after it begins with it and a blank.</remarks>
    public (string From, string Before) After(string? key) =>
        (key is null ? Prefix : key + " ", Prefix[..^1] + (char)(Prefix[^1] + 1));
}
