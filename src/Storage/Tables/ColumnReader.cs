using Drawdown.Domain.Money;

namespace Drawdown.Storage.Tables;

/// <summary>Reads the typed columns of a row that <see cref="ColumnWriter"/> wrote.</summary>
/// <remarks>A missing or mistyped column is a <see cref="FormatException"/>: somebody changed the table by hand.</remarks>
public readonly record struct ColumnReader(TableRow Row)
{
    /// <summary>A text that is always there.</summary>
    public string Text(string name) => OptionalText(name) ?? throw Missing(name);

    /// <summary>A text, or null.</summary>
    public string? OptionalText(string name) => Reference<string>(name);

    /// <summary>A text that <see cref="ColumnWriter.LongText"/> wrote.</summary>
    public string LongText(string name)
    {
        var text = new System.Text.StringBuilder(Text($"{name}0"));
        for (var part = 1; OptionalText($"{name}{part}") is { } more; part++)
            text.Append(more);
        return text.ToString();
    }

    /// <summary>A whole number.</summary>
    public long Number(string name) => OptionalNumber(name) ?? throw Missing(name);

    /// <summary>A whole number, or null.</summary>
    public long? OptionalNumber(string name) => Value<long>(name);

    /// <summary>A truth value.</summary>
    public bool Flag(string name) => Value<bool>(name) ?? throw Missing(name);

    /// <summary>An instant that is always there.</summary>
    public DateTimeOffset Instant(string name) => OptionalInstant(name) ?? throw Missing(name);

    /// <summary>An instant, or null.</summary>
    public DateTimeOffset? OptionalInstant(string name) => Value<DateTimeOffset>(name);

    /// <summary>An exact decimal that is always there.</summary>
    public decimal Money(string name) => ExactDecimal.Parse(Text(name));

    /// <summary>An exact decimal, or null.</summary>
    public decimal? OptionalMoney(string name) => OptionalText(name) is { } text ? ExactDecimal.Parse(text) : null;

    /// <summary>Bytes, or null.</summary>
    public byte[]? OptionalBytes(string name) => Reference<byte[]>(name);

    private T? Reference<T>(string name)
        where T : class => Row.Columns.TryGetValue(name, out var value) ? value as T ?? throw Missing(name) : null;

    private T? Value<T>(string name)
        where T : struct =>
        Row.Columns.TryGetValue(name, out var value)
            ? value is T typed
                ? typed
                : throw Missing(name)
            : null;

    private FormatException Missing(string name) =>
        new($"Row {Row.Row} of partition {Row.Partition} has no valid column {name}.");
}
