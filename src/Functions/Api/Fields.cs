using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Drawdown.Domain;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Money;

namespace Drawdown.Functions.Api;

/// <summary>
/// The fields of a JSON object, read one by one. Every fault is collected; a faulty field reads as its default, and the
/// caller stops before using it. What was never asked for is unknown.
/// </summary>
public sealed class Fields(JsonElement source, Faults faults, string path = "")
{
    // Text of other scripts as it is, not as escapes of six bytes a letter.
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string name, int maxLength) =>
        Required(name) ? Text(name, Value(name), maxLength) ?? "" : "";

    /// <summary>A text, or null.</summary>
    public string? OptionalText(string name, int maxLength) =>
        IsGiven(name) ? Text(name, Value(name), maxLength) : null;

    /// <summary>A text that may be left, set or cleared.</summary>
    public Change<string> TextChange(string name, int maxLength) =>
        IsAsked(name) ? Change<string>.To(OptionalText(name, maxLength)) : default;

    /// <summary>One of a few texts that must be there.</summary>
    public string RequiredChoice(string name, params string[] choices) =>
        Required(name) ? OptionalChoice(name, choices) ?? "" : "";

    /// <summary>One of a few texts, or null.</summary>
    public string? OptionalChoice(string name, params string[] choices)
    {
        var text = OptionalText(name, TextRules.NameLength);
        if (text is null || choices.Contains(text, StringComparer.Ordinal))
            return text;
        Fault(FaultCode.InvalidChoice, $"\"{text}\" is not a valid choice.", name);
        return null;
    }

    /// <summary>An amount of money or units that must be there.</summary>
    public decimal RequiredAmount(string name, decimal minimum, bool exclusive = false) =>
        Required(name) ? Amount(name, Value(name), minimum, exclusive) ?? 0m : 0m;

    /// <summary>An amount of money or units, or null.</summary>
    public decimal? OptionalAmount(string name, decimal minimum) =>
        IsGiven(name) ? Amount(name, Value(name), minimum, exclusive: false) : null;

    /// <summary>A whole number that must be there.</summary>
    /// <param name="outside">The code of the fault of a number that is not whole, or out of range.</param>
    public long RequiredInteger(string name, long minimum, long maximum, string outside) =>
        Required(name) ? Integer(name, minimum, maximum, outside) ?? minimum : minimum;

    /// <summary>A whole number that may be absent but not null; null when it is absent.</summary>
    public long? IntegerUnlessAbsent(string name, long minimum, long maximum, string outside) =>
        IsAsked(name) && Required(name) ? Integer(name, minimum, maximum, outside) : null;

    /// <summary>A whole number, or null.</summary>
    public long? OptionalInteger(string name, long minimum, long maximum, string outside) =>
        IsGiven(name) ? Integer(name, minimum, maximum, outside) : null;

    /// <summary>A list of texts; empty when there is none.</summary>
    /// <param name="faultOf">What else may be wrong with a text, or null.</param>
    public ImmutableArray<string> OptionalTexts(string name, int max, Func<string, string?> faultOf)
    {
        if (!IsGiven(name))
            return [];
        var value = Value(name);
        if (value.ValueKind is not JsonValueKind.Array)
        {
            Fault(FaultCode.Invalid, "Expected a list.", name);
            return [];
        }
        if (value.GetArrayLength() > max)
            Fault(FaultCode.MaxLength, $"Expected {max} items at most.", name);
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var (index, item) in value.EnumerateArray().Take(max).Index())
        {
            if (Text($"{name}[{index}]", item, TextRules.NameLength) is not { } text)
                continue;
            if (faultOf(text) is { } fault)
                Fault(FaultCode.Invalid, fault, $"{name}[{index}]");
            texts.Add(text);
        }
        return texts.ToImmutable();
    }

    /// <summary>A UUID, or null.</summary>
    public TId? OptionalUuid<TId>(string name)
        where TId : struct, IRoutedUuid<TId>
    {
        if (!IsGiven(name))
            return null;
        if (
            Value(name) is { ValueKind: JsonValueKind.String } text
            && RoutedUuid.TryParse(text.GetString(), out var id)
        )
            return TId.From(id);
        Fault(FaultCode.Invalid, "Not a UUID.", name);
        return null;
    }

    /// <summary>The code of a currency that must be there.</summary>
    public string RequiredCurrency(string name) => Required(name) ? Currency(name) ?? "" : "";

    /// <summary>The code of a currency, or null.</summary>
    public string? OptionalCurrency(string name) => IsGiven(name) ? Currency(name) : null;

    /// <summary>An instant, or null.</summary>
    public DateTimeOffset? OptionalInstant(string name) => IsGiven(name) ? Instant(name, Value(name)) : null;

    /// <summary>An instant that may be left, set or cleared.</summary>
    public Change<DateTimeOffset?> InstantChange(string name) =>
        IsAsked(name) ? Change<DateTimeOffset?>.To(OptionalInstant(name)) : default;

    /// <summary>An id of this service, or null.</summary>
    public TId? OptionalId<TId>(string name)
        where TId : struct, IRoutedId<TId>
    {
        if (!IsGiven(name))
            return null;
        if (
            Value(name) is { ValueKind: JsonValueKind.String } text
            && RoutedId.TryParse<TId>(text.GetString(), out var id)
        )
            return id;
        Fault(FaultCode.Invalid, $"Not an id of the form {TId.Prefix} and 32 hex digits.", name);
        return null;
    }

    /// <summary>A JSON object of the caller's own, as text; <c>{}</c> when there is none.</summary>
    public string Metadata(string name)
    {
        if (!IsGiven(name))
            return "{}";
        var value = Value(name);
        if (value.ValueKind is not JsonValueKind.Object)
        {
            Fault(FaultCode.Invalid, "Expected an object.", name);
            return "{}";
        }
        var text = JsonSerializer.Serialize(value, Plain);
        if (Encoding.UTF8.GetByteCount(text) > TextRules.MetadataBytes)
            Fault(FaultCode.MaxLength, $"Ensure this object has no more than {TextRules.MetadataBytes} bytes.", name);
        return text;
    }

    /// <summary>An object with fields of its own, or null. Its unknown fields are faults as well.</summary>
    public T? OptionalObject<T>(string name, Func<Fields, T> read)
        where T : class
    {
        if (!IsGiven(name))
            return null;
        if (Value(name) is not { ValueKind: JsonValueKind.Object } value)
        {
            Fault(FaultCode.Invalid, "Expected an object.", name);
            return null;
        }
        var fields = new Fields(value, faults, Path(name) + ".");
        var result = read(fields);
        fields.RefuseUnknown();
        return result;
    }

    /// <summary>A list of objects that must be there.</summary>
    public ImmutableArray<T> RequiredObjects<T>(string name, int max, Func<Fields, T> read) =>
        Required(name) ? Objects(name, 1, max, read) : [];

    /// <summary>A list of objects; empty when there is none.</summary>
    public ImmutableArray<T> OptionalObjects<T>(string name, int max, Func<Fields, T> read) =>
        IsGiven(name) ? Objects(name, 0, max, read) : [];

    /// <summary>An object with fields of its own that must be there.</summary>
    public T? RequiredObject<T>(string name, Func<Fields, T> read)
        where T : class => Required(name) ? OptionalObject(name, read) : null;

    /// <summary>A truth value, or null.</summary>
    public bool? OptionalFlag(string name)
    {
        if (!IsGiven(name))
            return null;
        if (Value(name).ValueKind is JsonValueKind.True or JsonValueKind.False)
            return Value(name).GetBoolean();
        Fault(FaultCode.Invalid, "Must be a valid boolean.", name);
        return null;
    }

    /// <summary>A value by its name that must be there.</summary>
    public TEnum RequiredChoice<TEnum>(string name, WireNames<TEnum> names)
        where TEnum : struct, Enum => Required(name) ? Choice(name, names) ?? default : default;

    /// <summary>A value by its name, or null.</summary>
    public TEnum? OptionalChoice<TEnum>(string name, WireNames<TEnum> names)
        where TEnum : struct, Enum => IsGiven(name) ? Choice(name, names) : null;

    /// <summary>An instant that must be there.</summary>
    public DateTimeOffset RequiredInstant(string name) =>
        Required(name) ? Instant(name, Value(name)) ?? default : default;

    /// <summary>An id of this service that must be there.</summary>
    public TId RequiredId<TId>(string name)
        where TId : struct, IRoutedId<TId> => Required(name) ? OptionalId<TId>(name) ?? default : default;

    /// <summary>Accepts a field that repeats a path parameter with the same value: Lotus's SDKs send those.</summary>
    public void Repeats(string name, string pathValue)
    {
        if (
            IsGiven(name)
            && (Value(name) is not { ValueKind: JsonValueKind.String } value || value.GetString() != pathValue)
        )
            Fault(FaultCode.Invalid, "This field repeats a path parameter with another value.", name);
    }

    /// <summary>Adds a fault of a field.</summary>
    public void Fault(string code, string detail, string name) => faults.Add(code, detail, Path(name));

    /// <summary>Makes faults of all fields that were never asked for.</summary>
    public void RefuseUnknown()
    {
        foreach (var property in source.EnumerateObject())
            if (!_asked.Contains(property.Name))
                Fault(FaultCode.UnknownField, "This field is not known.", property.Name);
    }

    private string Path(string name) => path + name;

    private JsonElement Value(string name) => source.GetProperty(name);

    /// <summary>Whether the field is there, be it null.</summary>
    private bool IsAsked(string name)
    {
        _asked.Add(name);
        return source.TryGetProperty(name, out _);
    }

    /// <summary>Whether the field is there and not null.</summary>
    private bool IsGiven(string name) => IsAsked(name) && Value(name).ValueKind is not JsonValueKind.Null;

    private bool Required(string name)
    {
        if (!IsAsked(name))
            Fault(FaultCode.Required, "This field is required.", name);
        else if (Value(name).ValueKind is JsonValueKind.Null)
            Fault(FaultCode.Null, "This field may not be null.", name);
        else
            return true;
        return false;
    }

    private string? Text(string name, JsonElement value, int maxLength)
    {
        if (value.ValueKind is not JsonValueKind.String)
        {
            Fault(FaultCode.Invalid, "Not a valid string.", name);
            return null;
        }
        var text = value.GetString()!;
        if (TextRules.FaultOf(text, maxLength) is not { } fault)
            return text;
        Fault(fault.Code, fault.Detail, name);
        return null;
    }

    private TEnum? Choice<TEnum>(string name, WireNames<TEnum> names)
        where TEnum : struct, Enum
    {
        if (Text(name, Value(name), TextRules.NameLength) is not { } text)
            return null;
        if (names.Find(text) is { } value)
            return value;
        Fault(FaultCode.InvalidChoice, $"\"{text}\" is not a valid choice.", name);
        return null;
    }

    private ImmutableArray<T> Objects<T>(string name, int min, int max, Func<Fields, T> read)
    {
        var value = Value(name);
        if (value.ValueKind is not JsonValueKind.Array)
        {
            Fault(FaultCode.Invalid, "Expected a list.", name);
            return [];
        }
        var count = value.GetArrayLength();
        if (count < min || count > max)
        {
            Fault(count < min ? FaultCode.Required : FaultCode.MaxLength, $"Expected {min} to {max} items.", name);
            return [];
        }
        var items = ImmutableArray.CreateBuilder<T>();
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            var place = $"{name}[{index}]";
            if (item.ValueKind is not JsonValueKind.Object)
            {
                Fault(FaultCode.Invalid, "Expected an object.", place);
                continue;
            }
            var fields = new Fields(item, faults, Path(place) + ".");
            items.Add(read(fields));
            fields.RefuseUnknown();
        }
        return items.ToImmutable();
    }

    private string? Currency(string name)
    {
        if (Text(name, Value(name), TextRules.NameLength) is not { } code)
            return null;
        if (Domain.Money.Currency.Find(code) is not null)
            return code;
        Fault(FaultCode.InvalidChoice, $"\"{code}\" is not an ISO 4217 currency code.", name);
        return null;
    }

    private DateTimeOffset? Instant(string name, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.String && InstantText.TryParse(value.GetString()!, out var instant))
            return instant;
        Fault(FaultCode.Invalid, InstantText.Expected, name);
        return null;
    }

    private long? Integer(string name, long minimum, long maximum, string outside)
    {
        if (Value(name) is not { ValueKind: JsonValueKind.Number } value)
        {
            Fault(FaultCode.Invalid, "A whole number is required.", name);
            return null;
        }
        var text = value.GetRawText();
        if (
            DecimalText.Digits(text).Places == 0
            && DecimalText.TryRead(text, out var number)
            && number >= minimum
            && number <= maximum
        )
            return (long)number;
        Fault(outside, $"Expected a whole number from {minimum} to {maximum}.", name);
        return null;
    }

    private decimal? Amount(string name, JsonElement value, decimal minimum, bool exclusive)
    {
        if (value.ValueKind is not JsonValueKind.Number)
        {
            Fault(FaultCode.Invalid, "A valid number is required.", name);
            return null;
        }
        var (whole, places) = DecimalText.Digits(value.GetRawText());
        if (whole > ExactDecimal.MaxWholeDigits)
            Fault(
                FaultCode.MaxWholeDigits,
                $"Ensure that there are no more than {ExactDecimal.MaxWholeDigits} digits before the decimal point.",
                name
            );
        if (places > ExactDecimal.MaxDecimalPlaces)
            Fault(
                FaultCode.MaxDecimalPlaces,
                $"Ensure that there are no more than {ExactDecimal.MaxDecimalPlaces} decimal places.",
                name
            );
        if (whole > ExactDecimal.MaxWholeDigits || places > ExactDecimal.MaxDecimalPlaces)
            return null;
        if (
            DecimalText.TryRead(value.GetRawText(), out var amount)
            && (exclusive ? amount > minimum : amount >= minimum)
        )
            return amount;
        var detail = exclusive
            ? $"Amount must be greater than {ExactDecimal.Format(minimum)}"
            : $"Ensure this value is greater than or equal to {ExactDecimal.Format(minimum)}.";
        Fault(FaultCode.MinValue, detail, name);
        return null;
    }
}
