using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Drawdown.Domain.Money;

namespace Drawdown.Functions.Api;

/// <summary>Writes JSON the one way in which this API writes it.</summary>
public static class JsonText
{
    // Answers are sent as application/json with nosniff, never inside a page: nothing needs escaping for HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The UTF-8 text of what <paramref name="write"/> writes.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An exact decimal as a JSON number.</summary>
    public static void Money(this Utf8JsonWriter json, string name, decimal value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(ExactDecimal.Format(value), skipInputValidation: true);
    }

    /// <summary>An exact decimal, or null.</summary>
    public static void Money(this Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } exact)
            json.Money(name, exact);
        else
            json.WriteNull(name);
    }

    /// <summary>A whole number, or null.</summary>
    public static void Number(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    /// <summary>A text, or null.</summary>
    public static void Text(this Utf8JsonWriter json, string name, string? value) => json.WriteString(name, value);

    /// <summary>An instant in UTC, <c>2027-01-01T00:00:00Z</c>, or null.</summary>
    public static void Instant(this Utf8JsonWriter json, string name, DateTimeOffset? value) =>
        json.WriteString(name, value is { } instant ? Instant(instant) : null);

    /// <summary>A stored JSON value.</summary>
    public static void Raw(this Utf8JsonWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }

    /// <summary>An object.</summary>
    public static void Object(this Utf8JsonWriter json, string name, Action write)
    {
        json.WriteStartObject(name);
        write();
        json.WriteEndObject();
    }

    /// <summary>An array with one object per item.</summary>
    public static void Objects<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WritePropertyName(name);
        json.Objects(items, write);
    }

    /// <summary>An array with one object per item, as the value itself.</summary>
    public static void Objects<T>(this Utf8JsonWriter json, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>An array without items.</summary>
    public static void Nothing(this Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }

    /// <summary>An instant's text.</summary>
    public static string Instant(DateTimeOffset value) =>
        value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
