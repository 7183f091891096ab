using System.Buffers;

namespace Drawdown.Storage.Tables;

/// <summary>
/// Refuses, before anything is sent, what the Table service would refuse or would store differently. Every implementation
/// of <see cref="ITableStore"/> calls it, so a test on the in-memory store meets the same limits as production.
/// </summary>
/// <remarks>A broken rule is an <see cref="ArgumentException"/>: a bug of the caller, never an answer to a client.</remarks>
public static class TableRules
{
    // A multipart sub-request around each row: boundary, content type and length, request line with the account's host,
    // If-Match and the data service headers. Measured: about 600 bytes; the keys in its URL are counted apart.
    private const int SubRequestBytes = 1024;

    // '%' and six hexadecimal digits at worst for a UTF-16 unit in a URL, 6 for its \uXXXX in JSON.
    private const int UrlBytesPerCharacter = 9;
    private const int EscapedBytes = 6;

    private static readonly DateTimeOffset EarliestTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly SearchValues<char> KeySeparators = SearchValues.Create("/\\#?");

    // Written as one byte by the SDK's JSON writer; everything else may become \uXXXX.
    private static readonly SearchValues<char> PlainInJson = SearchValues.Create(
        " !#$%()*,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~"
    );

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    );

    private static readonly HashSet<string> ReservedNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "PartitionKey",
        "RowKey",
        "Timestamp",
    };

    /// <summary>Refuses a table name that is not 3 to 63 letters and digits beginning with a letter.</summary>
    public static void CheckTable(string table)
    {
        if (table.Length is < 3 or > 63 || !char.IsAsciiLetter(table[0]) || !table.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException($"'{table}' is not a table name.", nameof(table));
        }
    }

    /// <summary>Refuses a PartitionKey or RowKey that no row can have.</summary>
    /// <param name="key">The key; an empty one is legal.</param>
    /// <param name="argument">The name of the caller's argument, for the message.</param>
    public static void CheckKey(string key, string argument)
    {
        if (key.Length > TableLimits.CharactersPerKey)
        {
            throw new ArgumentException($"A key has {key.Length} characters.", argument);
        }

        if (key.AsSpan().ContainsAny(KeySeparators) || key.Any(char.IsControl))
        {
            throw new ArgumentException($"The key '{key}' has a character that keys cannot hold.", argument);
        }

        CheckText(key, argument);
    }

    /// <summary>Refuses a page size that the service does not offer.</summary>
    public static void CheckPageSize(int pageSize)
    {
        if (pageSize is < 1 or > TableLimits.RowsPerPage)
        {
            throw new ArgumentOutOfRangeException(
                nameof(pageSize),
                pageSize,
                $"A page has 1 to {TableLimits.RowsPerPage} rows."
            );
        }
    }

    /// <summary>Refuses an entity group transaction that the service would refuse for its form or size.</summary>
    /// <exception cref="ArgumentException">It breaks a rule; the message says which.</exception>
    public static void CheckTransaction(string partition, IReadOnlyList<RowChange> changes)
    {
        CheckKey(partition, nameof(partition));
        if (changes.Count is < 1 or > TableLimits.RowsPerTransaction)
        {
            throw new ArgumentException(
                $"A transaction has 1 to {TableLimits.RowsPerTransaction} changes, not {changes.Count}.",
                nameof(changes)
            );
        }

        HashSet<string> rows = new(StringComparer.Ordinal);
        long bodyBytes = 0;
        foreach (RowChange change in changes)
        {
            CheckKey(change.Row, nameof(changes));
            if (!rows.Add(change.Row))
            {
                throw new ArgumentException($"Two changes are for the row '{change.Row}'.", nameof(changes));
            }

            CheckETag(change);
            bodyBytes += CheckRow(partition, change);
        }

        if (bodyBytes > TableLimits.BytesPerTransaction)
        {
            throw new ArgumentException(
                $"The transaction's body has about {bodyBytes} bytes, over {TableLimits.BytesPerTransaction}.",
                nameof(changes)
            );
        }
    }

    private static void CheckETag(RowChange change)
    {
        switch (change)
        {
            // "*" would overwrite whatever is there: a lost update with the look of a conditional one.
            case RowChange.Replace { ETag: "" or "*" }:
                throw new ArgumentException($"The replacement of '{change.Row}' names no version.", nameof(change));
            case RowChange.Delete { ETag: "" }:
                throw new ArgumentException($"The deletion of '{change.Row}' names no version.", nameof(change));
            default:
                break;
        }
    }

    // Returns the estimated size of the change in the request's body, on the high side.
    private static long CheckRow(string partition, RowChange change)
    {
        if (change.Columns.Count > TableLimits.PropertiesPerRow)
        {
            throw new ArgumentException(
                $"The row '{change.Row}' has {change.Columns.Count} properties, over {TableLimits.PropertiesPerRow}.",
                nameof(change)
            );
        }

        // How the service counts a row. Source: "Understanding the Table service data model", and the storage team's
        // formula: 4 + 2 * (PartitionKey + RowKey) + sum(8 + 2 * name + size).
        int keys = partition.Length + change.Row.Length;
        long rowBytes = 4 + (2 * keys);
        long bodyBytes = SubRequestBytes + ((UrlBytesPerCharacter + EscapedBytes) * keys);
        foreach ((string name, object value) in change.Columns)
        {
            CheckColumnName(name);
            (int size, int json) = CheckValue(name, value);
            rowBytes += 8 + (2 * name.Length) + size;
            // "name":…, and "name@odata.type":"Edm.DateTime",
            bodyBytes += json + (2 * name.Length) + 48;
        }

        if (rowBytes > TableLimits.BytesPerRow)
        {
            throw new ArgumentException(
                $"The row '{change.Row}' has {rowBytes} bytes, over {TableLimits.BytesPerRow}.",
                nameof(change)
            );
        }

        return bodyBytes;
    }

    private static void CheckColumnName(string name)
    {
        if (
            name.Length is < 1 or > 255
            || char.IsAsciiDigit(name[0])
            || name.AsSpan().ContainsAnyExcept(NameCharacters)
            || ReservedNames.Contains(name)
        )
        {
            throw new ArgumentException($"'{name}' is not a name for a property.", nameof(name));
        }
    }

    // Returns the size of the value as the service counts it, and in JSON.
    private static (int Size, int Json) CheckValue(string name, object value)
    {
        (int size, int json) = value switch
        {
            string text => (2 * text.Length, JsonBytes(text)),
            byte[] binary => (binary.Length, 2 + (4 * ((binary.Length + 2) / 3))),
            DateTimeOffset => (8, 30),
            long => (8, 22),
            int => (4, 11),
            bool => (1, 5),
            _ => throw new ArgumentException(
                $"The property '{name}' is a {value.GetType().Name}, which is not storable.",
                nameof(value)
            ),
        };
        if (size > TableLimits.BytesPerProperty)
        {
            throw new ArgumentException(
                $"The property '{name}' has {size} bytes, over {TableLimits.BytesPerProperty}.",
                nameof(value)
            );
        }

        switch (value)
        {
            case string text:
                CheckText(text, name);
                return (size + 4, json);
            case byte[]:
                return (size + 4, json);
            case DateTimeOffset time when time < EarliestTime:
                throw new ArgumentException($"The property '{name}' is before the year 1601.", nameof(value));
            default:
                return (size, json);
        }
    }

    private static int JsonBytes(string text)
    {
        int plain = 0;
        foreach (char character in text)
        {
            plain += PlainInJson.Contains(character) ? 1 : 0;
        }

        return 2 + plain + (EscapedBytes * (text.Length - plain));
    }

    // Half a surrogate pair has no UTF-8 form: the SDK would silently store another text.
    private static void CheckText(string text, string argument)
    {
        int index = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (index < 0)
        {
            return;
        }

        for (; index < text.Length; index++)
        {
            if (char.IsSurrogatePair(text, index))
            {
                index++;
            }
            else if (char.IsSurrogate(text[index]))
            {
                throw new ArgumentException("The text has half a surrogate pair.", argument);
            }
        }
    }
}
