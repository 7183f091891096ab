using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Drawdown.Simulation;

/// <summary>
/// The hash of a ledger entry, computed anew from what is stored: SHA-256 over the fields, each preceded by its length. That is
/// what the documentation promises that anyone can check.
/// </summary>
public static class HashChain
{
    private static readonly string[] Fields =
    [
        "PreviousHash",
        "Seq",
        "Type",
        "Credit",
        "Currency",
        "Ordinal",
        "Amount",
        "BalanceAfter",
        "EffectiveAt",
        "RecordedAt",
        "Actor",
        "Reason",
        "RequestId",
        "Drawdown",
    ];

    /// <summary>The hash that an entry with these columns must have.</summary>
    public static string Of(IReadOnlyDictionary<string, object> columns) =>
        Digest(["drawdown-ledger-1", .. Fields.Select(field => Text(columns.GetValueOrDefault(field)))]);

    /// <summary>A column's value as it is hashed.</summary>
    public static string? Text(object? value) =>
        value switch
        {
            null => null,
            DateTimeOffset at => at.UtcTicks.ToString(CultureInfo.InvariantCulture),
            long number => number.ToString(CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

    /// <summary>SHA-256 over some fields.</summary>
    public static string Digest(IEnumerable<string?> fields)
    {
        var text = new StringBuilder();
        foreach (var value in fields)
            _ = value is null ? text.Append("-:") : text.Append(value.Length).Append(':').Append(value);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
