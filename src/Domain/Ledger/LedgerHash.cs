using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Drawdown.Domain.Money;

namespace Drawdown.Domain.Ledger;

/// <summary>
/// The hash chain: SHA-256 over an entry's fields and the hash before it, as lower-case hex. Changing, removing,
/// inserting or reordering an entry breaks it.
/// </summary>
public static class LedgerHash
{
    /// <summary>What the first entry of an account follows: 64 zeros.</summary>
    public const string Genesis = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>The hash that an entry must have. The field order is part of the format: it must never change.</summary>
    public static string Of(LedgerEntry entry) =>
        Digest(
            "drawdown-ledger-1",
            entry.PreviousHash,
            Number(entry.Seq),
            entry.Type.Name(),
            entry.Credit.ToString(),
            entry.Currency,
            Number(entry.Ordinal),
            ExactDecimal.Format(entry.Amount),
            ExactDecimal.Format(entry.BalanceAfter),
            Instant(entry.EffectiveAt),
            Instant(entry.RecordedAt),
            entry.Actor,
            entry.Reason,
            entry.RequestId,
            entry.Drawdown?.ToString()
        );

    /// <summary>
    /// SHA-256 over the fields, each preceded by its length in UTF-16 units, so that no two lists of fields share one text. A null field
    /// differs from an empty one.
    /// </summary>
    public static string Digest(params ReadOnlySpan<string?> fields)
    {
        var text = new StringBuilder();
        foreach (var field in fields)
            _ = field is null ? text.Append("-:") : text.Append(Number(field.Length)).Append(':').Append(field);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Instant(DateTimeOffset value) => Number(value.UtcTicks);
}
