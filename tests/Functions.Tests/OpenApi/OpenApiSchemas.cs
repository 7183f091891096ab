using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Drawdown.Functions.Service;

namespace Drawdown.Functions.Tests.OpenApi;

/// <summary>
/// Checks JSON against the schemas of an OpenAPI document: the part of JSON Schema 2020-12 that ours uses. An object whose
/// schema says nothing of <c>additionalProperties</c> is closed here: readers shall bear with new fields, but the document
/// has to name them.
/// </summary>
public sealed class OpenApiSchemas(JsonElement document)
{
    /// <summary>
    /// Keywords that never find a fault, or not in a value of another type. Any other keyword that is not checked is refused,
    /// so that no rule of the document is taken for checked when it is not.
    /// </summary>
    private static readonly FrozenSet<string> Silent = (
        "format description default properties required additionalProperties items minItems maxItems "
        + "minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum"
    )
        .Split(' ')
        .ToFrozenSet(StringComparer.Ordinal);

    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The document of this service.</summary>
    public static OpenApiSchemas Ours { get; } = new(JsonDocument.Parse(OpenApiDocument.Json).RootElement);

    /// <summary>The whole document.</summary>
    public JsonElement Root => document;

    /// <summary>What a reference such as <c>#/components/schemas/Credit</c> leads to.</summary>
    /// <exception cref="KeyNotFoundException">It leads nowhere.</exception>
    public JsonElement At(string reference)
    {
        var at = document;
        foreach (var step in reference.Split('/').Skip(1))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(name, out at))
                throw new KeyNotFoundException($"{reference} leads nowhere.");
        }
        return at;
    }

    /// <summary>What an element is, or what it refers to: for parameters, headers, responses and examples.</summary>
    public JsonElement Resolve(JsonElement element) =>
        element.TryGetProperty("$ref", out var reference) ? Resolve(At(reference.GetString()!)) : element;

    /// <summary>What is wrong with a value, in sentences; nothing when it is as the schema says.</summary>
    /// <param name="schema">The name of one of the document's schemas, such as <c>Credit</c>.</param>
    public IReadOnlyList<string> Faults(JsonElement value, string schema) =>
        Faults(value, At($"#/components/schemas/{schema}"));

    /// <inheritdoc cref="Faults(JsonElement, string)"/>
    public IReadOnlyList<string> Faults(JsonElement value, JsonElement schema) => [.. Check(value, schema, "$")];

    private IEnumerable<string> Check(JsonElement value, JsonElement schema, string path) =>
        schema
            .EnumerateObject()
            .SelectMany(keyword => Check(value, keyword.Name, keyword.Value, path))
            .Concat(Unnamed(value, schema).Select(name => $"{path}.{name} is not in the document."));

    private IEnumerable<string> Check(JsonElement value, string keyword, JsonElement rule, string path) =>
        (keyword, value.ValueKind) switch
        {
            ("$ref", _) => Check(value, At(rule.GetString()!), path),
            ("anyOf", _) => AnyOf(value, rule, path),
            ("type", _) => Unless(
                Types(rule).Any(type => Is(value, type)),
                $"{path} is {value.ValueKind}, not {rule}."
            ),
            ("const", _) => Unless(JsonElement.DeepEquals(rule, value), $"{path} is {value}, not {rule}."),
            ("enum", _) => Unless(
                rule.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value)),
                $"{path} is {value}, none of the choices."
            ),
            ("properties", JsonValueKind.Object) => rule.EnumerateObject()
                .Where(property => value.TryGetProperty(property.Name, out _))
                .SelectMany(property =>
                    Check(value.GetProperty(property.Name), property.Value, $"{path}.{property.Name}")
                ),
            ("required", JsonValueKind.Object) => rule.EnumerateArray()
                .Where(name => !value.TryGetProperty(name.GetString()!, out _))
                .Select(name => $"{path}.{name} is missing."),
            ("items", JsonValueKind.Array) => value
                .EnumerateArray()
                .Index()
                .SelectMany(item => Check(item.Item, rule, $"{path}[{item.Index}]")),
            ("minItems", JsonValueKind.Array) => AtLeast(value.GetArrayLength(), rule, $"{path} has items:"),
            ("maxItems", JsonValueKind.Array) => AtMost(value.GetArrayLength(), rule, $"{path} has items:"),
            ("minLength", JsonValueKind.String) => AtLeast(value.GetString()!.Length, rule, $"{path} has characters:"),
            ("maxLength", JsonValueKind.String) => AtMost(value.GetString()!.Length, rule, $"{path} has characters:"),
            ("pattern", JsonValueKind.String) => Unless(
                Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.None, MatchTimeout),
                $"{path} is {value}, which does not match {rule}."
            ),
            ("minimum", JsonValueKind.Number) => AtLeast(Number(value), rule, $"{path} is"),
            ("maximum", JsonValueKind.Number) => AtMost(Number(value), rule, $"{path} is"),
            ("exclusiveMinimum", JsonValueKind.Number) => Unless(
                Number(value) > Number(rule),
                $"{path} is {value}, not more than {rule}."
            ),
            ("exclusiveMaximum", JsonValueKind.Number) => Unless(
                Number(value) < Number(rule),
                $"{path} is {value}, not less than {rule}."
            ),
            _ when Silent.Contains(keyword) => [],
            _ => throw new NotSupportedException($"The keyword {keyword}, at {path}, is not checked here."),
        };

    private IEnumerable<string> AnyOf(JsonElement value, JsonElement choices, string path)
    {
        var attempts = choices.EnumerateArray().Select(choice => Check(value, choice, path).ToList()).ToList();
        return attempts.Exists(attempt => attempt.Count == 0)
            ? []
            : [$"{path} is none of these: {string.Join(" / ", attempts.Select(attempt => attempt[0]))}"];
    }

    /// <summary>The properties of an object that its closed schema does not name.</summary>
    private static IEnumerable<string> Unnamed(JsonElement value, JsonElement schema)
    {
        var isOpen =
            value.ValueKind is not JsonValueKind.Object
            || !schema.TryGetProperty("type", out _)
            || (schema.TryGetProperty("additionalProperties", out var others) && others.GetBoolean());
        if (isOpen)
            return [];
        var isNamed = (string name) =>
            schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out _);
        return value.EnumerateObject().Select(property => property.Name).Where(name => !isNamed(name));
    }

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind is JsonValueKind.Array
            ? type.EnumerateArray().Select(one => one.GetString()!)
            : [type.GetString()!];

    private static bool Is(JsonElement value, string type) =>
        type switch
        {
            "object" => value.ValueKind is JsonValueKind.Object,
            "array" => value.ValueKind is JsonValueKind.Array,
            "string" => value.ValueKind is JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind is JsonValueKind.Null,
            "number" => value.ValueKind is JsonValueKind.Number,
            "integer" => value.ValueKind is JsonValueKind.Number && decimal.IsInteger(Number(value)),
            _ => throw new NotSupportedException($"The type {type} is not checked here."),
        };

    private static decimal Number(JsonElement value) =>
        decimal.Parse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static IEnumerable<string> AtLeast(decimal value, JsonElement bound, string what) =>
        Unless(value >= Number(bound), $"{what} {value}, less than {bound}.");

    private static IEnumerable<string> AtMost(decimal value, JsonElement bound, string what) =>
        Unless(value <= Number(bound), $"{what} {value}, more than {bound}.");

    private static IEnumerable<string> Unless(bool holds, string fault) => holds ? [] : [fault];
}
