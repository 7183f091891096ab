using System.Globalization;
using Drawdown.Domain;
using Drawdown.Domain.Ids;
using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api;

/// <summary>
/// The parameters of a query, read one by one. An unknown one is a fault: a mistyped filter would silently answer
/// everything.
/// </summary>
public sealed class Query(HttpRequest request, Faults faults)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string name)
    {
        if (OptionalText(name) is { } text)
            return text;
        if (!request.Query.ContainsKey(name))
            faults.Add(FaultCode.Required, "This parameter is required.", name);
        return "";
    }

    /// <summary>A text, or null.</summary>
    public string? OptionalText(string name)
    {
        _asked.Add(name);
        var values = request.Query[name];
        if (values.Count == 0)
            return null;
        var text = values[0] ?? "";
        var fault =
            values.Count > 1
                ? (FaultCode.Invalid, "This parameter may be given once.")
                : TextRules.FaultOf(text, TextRules.NameLength);
        if (fault is not { } found)
            return text;
        faults.Add(found.Item1, found.Item2, name);
        return null;
    }

    /// <summary>The values of an array: <c>status=a&amp;status=b</c> and <c>status[]=a</c> alike. Empty when not given.</summary>
    public IReadOnlySet<string> Choices(string name, params string[] choices)
    {
        _asked.Add(name);
        _asked.Add(name + "[]");
        var given = request
            .Query[name]
            .Concat(request.Query[name + "[]"])
            .Select(value => value ?? "")
            .ToHashSet(StringComparer.Ordinal);
        foreach (var value in given.Where(value => !choices.Contains(value, StringComparer.Ordinal)))
            faults.Add(FaultCode.InvalidChoice, $"\"{value}\" is not a valid choice.", name);
        return given;
    }

    /// <summary>An instant, or null.</summary>
    public DateTimeOffset? OptionalInstant(string name)
    {
        if (OptionalText(name) is not { } text)
            return null;
        // A plus sign that was not encoded arrives as a blank; in an instant it can only have been the offset's.
        var restored = text.Length > 19 ? text[..19] + text[19..].Replace(' ', '+') : text;
        if (InstantText.TryParse(restored, out var instant))
            return instant;
        faults.Add(FaultCode.Invalid, InstantText.Expected, name);
        return null;
    }

    /// <summary>An id of this service, or null.</summary>
    public TId? OptionalId<TId>(string name)
        where TId : struct, IRoutedId<TId>
    {
        if (OptionalText(name) is not { } text)
            return null;
        if (RoutedId.TryParse<TId>(text, out var id))
            return id;
        faults.Add(FaultCode.Invalid, $"Not an id of the form {TId.Prefix} and 32 hex digits.", name);
        return null;
    }

    /// <summary>The code of a currency, or null.</summary>
    public string? OptionalCurrency(string name)
    {
        if (OptionalText(name) is not { } code || Domain.Money.Currency.Find(code) is not null)
            return request.Query[name];
        faults.Add(FaultCode.InvalidChoice, $"\"{code}\" is not an ISO 4217 currency code.", name);
        return null;
    }

    /// <summary>One of a few texts that must be there.</summary>
    public string RequiredChoice(string name, IEnumerable<string> choices)
    {
        var text = RequiredText(name);
        if (text.Length > 0 && !choices.Contains(text, StringComparer.Ordinal))
            faults.Add(FaultCode.InvalidChoice, $"\"{text}\" is not a valid choice.", name);
        return text;
    }

    /// <summary>A UUID, or null.</summary>
    public TId? OptionalUuid<TId>(string name)
        where TId : struct, IRoutedUuid<TId>
    {
        if (OptionalText(name) is not { } text)
            return null;
        if (RoutedUuid.TryParse(text, out var uuid))
            return TId.From(uuid);
        faults.Add(FaultCode.Invalid, "Not a UUID.", name);
        return null;
    }

    /// <summary>The number of a page, from 1; null when it is not given, or faulty.</summary>
    public int? PageNumber()
    {
        if (OptionalText("page") is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page > 0)
            return page;
        faults.Add(FaultCode.Invalid, "Expected a whole number from 1.", "page");
        return null;
    }

    /// <summary>Items per page: 1 to 1000, by default 1000.</summary>
    public int Limit()
    {
        if (OptionalText("limit") is not { } text)
            return Page.MaxLimit;
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is > 0 and <= Page.MaxLimit
        )
            return limit;
        faults.Add(FaultCode.Invalid, $"Expected a whole number from 1 to {Page.MaxLimit}.", "limit");
        return Page.MaxLimit;
    }

    /// <summary>Makes faults of all parameters that were never asked for.</summary>
    public void RefuseUnknown()
    {
        foreach (var name in request.Query.Keys.Where(name => !_asked.Contains(name)))
            faults.Add(FaultCode.UnknownField, "This parameter is not known.", name);
    }
}
