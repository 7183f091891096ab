using System.Globalization;

namespace Drawdown.Domain.Ids;

/// <summary>
/// The part of an id after its prefix: 15 hex digits of <see cref="AccountRoute"/>, then 17 that are unique within the
/// account: 48 bits of Unix milliseconds and 20 random bits. Ids of one account therefore sort by creation.
/// </summary>
public readonly record struct RoutedHex
{
    private const int Length = 32;

    private readonly string? _hex;

    private RoutedHex(string hex) => _hex = hex;

    /// <summary>The account that the id leads to.</summary>
    public AccountRoute Account => AccountRoute.Parse(ToString()[..AccountRoute.Length]);

    /// <summary>A new id.</summary>
    /// <param name="random">Random bits, of which the low 20 are used.</param>
    public static RoutedHex Mint(AccountRoute account, DateTimeOffset now, int random)
    {
        var milliseconds = now.ToUnixTimeMilliseconds() & 0xFFFF_FFFF_FFFF;
        return new(string.Create(CultureInfo.InvariantCulture, $"{account}{milliseconds:x12}{random & 0xFFFFF:x5}"));
    }

    /// <summary>An id that follows from another fact, so that whoever derives it again gets the same one.</summary>
    /// <param name="digest">A hash of that fact, as lower-case hex of at least 17 digits.</param>
    public static RoutedHex Derive(AccountRoute account, string digest) =>
        TryParse($"{account}{digest[..(Length - AccountRoute.Length)]}", out var hex)
            ? hex
            : throw new FormatException("Not a lower-case hex digest.");

    /// <summary>Reads the 32 digits; false when they are malformed.</summary>
    public static bool TryParse(string text, out RoutedHex hex)
    {
        var valid = text.Length == Length && Hex.IsLower(text);
        hex = valid ? new(text) : default;
        return valid;
    }

    /// <summary>The 32 hex digits.</summary>
    public override string ToString() => _hex ?? throw new InvalidOperationException("An id was never set.");
}
