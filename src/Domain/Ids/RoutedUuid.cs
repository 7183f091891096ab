using System.Globalization;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Ids;

/// <summary>
/// An id of the Incoming side: a UUID of version 8 (RFC 9562) that carries the 60 bits of <see cref="AccountRoute"/> in its
/// free bits before the variant, and 62 bits after it that are unique within the account: 42 bits of Unix milliseconds and
/// 20 random bits. Ids of one account therefore sort by creation (until the year 2109).
/// </summary>
public readonly record struct RoutedUuid
{
    private const ulong Variant = 1UL << 63;
    private const int RandomBits = 20;

    private readonly Guid _value;

    private RoutedUuid(Guid value) => _value = value;

    /// <summary>The account that the id leads to. Any UUID leads somewhere; one that is not ours to an empty partition.</summary>
    public AccountRoute Account
    {
        get
        {
            var digits = _value.ToString("N");
            return AccountRoute.Parse(digits[..12] + digits[13..16]);
        }
    }

    /// <summary>A new id.</summary>
    /// <param name="random">Random bits, of which the low 20 are used.</param>
    public static RoutedUuid Mint(AccountRoute account, DateTimeOffset now, int random)
    {
        var milliseconds = (ulong)now.ToUnixTimeMilliseconds() & 0x3FF_FFFF_FFFF;
        return Of(account, (milliseconds << RandomBits) | (uint)(random & 0xFFFFF));
    }

    /// <summary>An id that follows from other facts, so that whoever derives it again gets the same one.</summary>
    public static RoutedUuid Derive(AccountRoute account, params ReadOnlySpan<string?> facts)
    {
        var digest = LedgerHash.Digest(facts);
        var bits = ulong.Parse(digest[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return Of(account, bits & ((Variant >> 1) - 1));
    }

    /// <summary>Reads a UUID of any version, in either case, with its hyphens.</summary>
    public static bool TryParse(string? text, out RoutedUuid id)
    {
        var valid = UuidText.TryParse(text, out var value);
        id = new(value);
        return valid;
    }

    /// <summary>The UUID in lower case.</summary>
    public override string ToString() => _value.ToString("D");

    private static RoutedUuid Of(AccountRoute account, ulong low)
    {
        var route = account.ToString();
        return new(
            Guid.ParseExact(
                string.Create(CultureInfo.InvariantCulture, $"{route[..12]}8{route[12..]}{Variant | low:x16}"),
                "N"
            )
        );
    }
}
