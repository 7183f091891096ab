using Drawdown.Domain.Money;

namespace Drawdown.Storage.Tables;

/// <summary>Builds the typed columns of a row. A null value is an absent column.</summary>
public sealed class ColumnWriter
{
    // A string property is UTF-16 and holds 64 KiB.
    private const int LongTextPart = TableLimits.BytesPerProperty / 2;

    private readonly Dictionary<string, object> _columns = new(StringComparer.Ordinal);

    /// <summary>What was written.</summary>
    public IReadOnlyDictionary<string, object> Columns => _columns;

    /// <summary>A text of at most 32 Ki characters.</summary>
    public ColumnWriter Text(string name, string? value) => Add(name, value);

    /// <summary>A text of any length, in as many columns as it takes.</summary>
    public ColumnWriter LongText(string name, string value)
    {
        for (var part = 0; part * LongTextPart < Math.Max(1, value.Length); part++)
            Add($"{name}{part}", value[(part * LongTextPart)..Math.Min(value.Length, (part + 1) * LongTextPart)]);
        return this;
    }

    /// <summary>A whole number.</summary>
    public ColumnWriter Number(string name, long value) => Add(name, value);

    /// <summary>A truth value.</summary>
    public ColumnWriter Flag(string name, bool value) => Add(name, value);

    /// <summary>An instant, stored in UTC.</summary>
    public ColumnWriter Instant(string name, DateTimeOffset? value) => Add(name, value?.ToUniversalTime());

    /// <summary>An exact decimal, stored as its text: Table Storage has no decimal.</summary>
    public ColumnWriter Money(string name, decimal? value) =>
        Add(name, value is { } exact ? ExactDecimal.Format(exact) : null);

    /// <summary>Bytes, at most 64 KiB.</summary>
    public ColumnWriter Bytes(string name, byte[] value) => Add(name, value);

    private ColumnWriter Add(string name, object? value)
    {
        if (value is not null)
            _columns.Add(name, value);
        return this;
    }
}
