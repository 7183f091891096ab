using System.Collections.Concurrent;
using Azure.Bicep.Types;
using Azure.Bicep.Types.Az;
using Azure.Bicep.Types.Concrete;

namespace Drawdown.Infrastructure.Tests.Bicep;

/// <summary>
/// Holds resources to the type definitions that the Bicep compiler itself uses: type, version, property names, required and
/// read-only properties, kinds of values and enumerations. What it cannot know (the value of a call, say) it lets pass.
/// </summary>
public sealed class TypeCheck
{
    // Resources have these on top of their types' own properties.
    private static readonly string[] Language = ["scope", "parent", "dependsOn"];

    private static readonly AzTypeLoader Loader = new();
    private static readonly IReadOnlyDictionary<string, CrossFileTypeReference> Index = Loader
        .LoadTypeIndex()
        .Resources;

    private readonly List<string> _findings = [];

    private static readonly ConcurrentDictionary<string, Lazy<TypeBase?>> Bodies = new(StringComparer.Ordinal);

    /// <summary>The type of a resource's body, or null when there is no such type.</summary>
    public static TypeBase? BodyOf(string fullType) =>
        Bodies.GetOrAdd(fullType, static type => new(() => Load(type))).Value;

    /// <summary>What is wrong with the resources of a file.</summary>
    public static IReadOnlyList<string> Of(BicepFile file)
    {
        var check = new TypeCheck();
        foreach (var resource in file.Of("resource"))
            check.Check(resource);
        return check._findings;
    }

    private static TypeBase? Load(string fullType)
    {
        if (!Index.TryGetValue(fullType, out var reference))
            return null;
        lock (Loader)
            return Loader.LoadResourceType(reference).Body.Type;
    }

    private void Check(Declaration resource)
    {
        if (BodyOf(resource.FullType) is not { } type)
            Add(resource.Node, $"there is no resource type {resource.FullType}");
        else if (resource.Body is not { Type: "object" } body)
            Add(resource.Node, $"the resource {resource.Name} has no body");
        else
            CheckObject(body, type, resource.Name, resource.IsExisting, Language);
    }

    private void Check(Node value, TypeBase type, string path)
    {
        switch (value.Type)
        {
            case "ternary_expression":
                Check(value.In("consequence")!, type, path);
                Check(value.In("alternative")!, type, path);
                return;
            case "parenthesized_expression":
                Check(value.Named.Single(), type, path);
                return;
            case "identifier" when value.File.Find(value.Text) is { Kind: "var", Value: { } known }:
                Check(known, type, path);
                return;
            case "identifier" when value.File.Find(value.Text) is { Kind: "param" } parameter:
                CheckParameter(value, parameter, type, path);
                return;
            case "call_expression" when value.In("function")?.Text == "union":
                foreach (var part in value.In("arguments")!.Named.Where(part => part.Type == "object"))
                    CheckObject(part, type, path, isPartial: true, []);
                return;
        }
        switch (type)
        {
            case ObjectType or DiscriminatedObjectType when value.Type == "object":
                CheckObject(value, type, path, isPartial: false, []);
                break;
            case ArrayType array when value.Type is "array" or "for_statement":
                var items = value.Type == "array" ? value.Named : [value.In("body")!];
                foreach (var (i, item) in items.Index())
                    Check(item, array.ItemType.Type, $"{path}[{i}]");
                break;
            case UnionType or StringLiteralType when value.Literal is { } text:
                if (!Allows(type, text))
                    Add(value, $"{path} must be one of {string.Join(", ", Literals(type))}, not '{text}'");
                break;
            default:
                if (KindOf(value) is { } kind && !Takes(type, kind))
                    Add(value, $"{path} must not be of the kind {kind}");
                break;
        }
    }

    private void CheckParameter(Node value, Declaration parameter, TypeBase type, string path)
    {
        if (parameter.Decorator("allowed") is [{ Type: "array" } allowed])
            foreach (var one in allowed.Named)
                Check(one, type, path);
        else if (!Takes(type, parameter.Type.EndsWith("[]", StringComparison.Ordinal) ? "array" : parameter.Type))
            Add(value, $"{path} must not be of the kind {parameter.Type}");
    }

    private void CheckObject(Node value, TypeBase type, string path, bool isPartial, string[] alsoAllowed)
    {
        if (type is DiscriminatedObjectType choice)
        {
            if (
                value.At(choice.Discriminator)?.Literal is not { } chosen
                || !choice.Elements.TryGetValue(chosen, out var element)
            )
            {
                Add(
                    value,
                    $"{path}.{choice.Discriminator} must be one of {string.Join(", ", choice.Elements.Keys.Order())}"
                );
                return;
            }
            CheckProperties(
                value,
                choice
                    .BaseProperties.Concat(((ObjectType)element.Type).Properties)
                    .DistinctBy(one => one.Key)
                    .ToDictionary(),
                ((ObjectType)element.Type).AdditionalProperties?.Type
            );
        }
        else if (type is ObjectType plain)
            CheckProperties(value, plain.Properties, plain.AdditionalProperties?.Type);
        else if (!Takes(type, "object"))
            Add(value, $"{path} must not be of the kind object");

        void CheckProperties(Node value, IReadOnlyDictionary<string, ObjectTypeProperty> known, TypeBase? others)
        {
            var given = value.Properties.ToList();
            foreach (var (name, content) in given)
            {
                if (alsoAllowed.Contains(name, StringComparer.Ordinal))
                    continue;
                if (known.TryGetValue(name, out var property))
                {
                    if (property.Flags.HasFlag(ObjectTypePropertyFlags.ReadOnly))
                        Add(content, $"{path}.{name} is read-only");
                    Check(content, property.Type.Type, $"{path}.{name}");
                }
                else if (others is not null)
                    Check(content, others, $"{path}.{name}");
                else
                    Add(content, $"{path} has no property {name}");
            }
            foreach (var twice in given.GroupBy(one => one.Name).Where(one => one.Count() > 1))
                Add(value, $"{path}.{twice.Key} is there twice");
            if (isPartial)
                return;
            foreach (var (name, property) in known)
                if (
                    property.Flags.HasFlag(ObjectTypePropertyFlags.Required)
                    && !property.Flags.HasFlag(ObjectTypePropertyFlags.ReadOnly)
                    && !given.Exists(one => one.Name == name)
                )
                    Add(value, $"{path} lacks the property {name}");
        }
    }

    /// <summary>The type at the end of a path of properties, or null with the name of the one that is not there.</summary>
    public static (TypeBase? Type, string? Missing) Walk(TypeBase type, IEnumerable<string> path)
    {
        foreach (var name in path)
        {
            var known = type switch
            {
                ObjectType plain => plain.Properties,
                DiscriminatedObjectType choice => choice.BaseProperties,
                _ => null,
            };
            if (known is null)
                return (null, null);
            if (!known.TryGetValue(name, out var property))
                return (null, type is ObjectType { AdditionalProperties: not null } ? null : name);
            type = property.Type.Type;
        }
        return (type, null);
    }

    private static string? KindOf(Node value) =>
        value.Type switch
        {
            "string" => "string",
            "number" => "int",
            "unary_expression" when value.In("argument")?.Type == "number" => "int",
            "boolean" => "bool",
            "object" => "object",
            "array" or "for_statement" => "array",
            _ => null,
        };

    private static bool Takes(TypeBase type, string kind) =>
        type switch
        {
            StringType or StringLiteralType => kind == "string",
            IntegerType => kind == "int",
            BooleanType => kind == "bool",
            ArrayType => kind == "array",
            ObjectType or DiscriminatedObjectType => kind == "object",
            UnionType union => union.Elements.Any(one => Takes(one.Type, kind)),
            _ => true,
        };

    private static bool Allows(TypeBase type, string text) =>
        type switch
        {
            StringLiteralType literal => literal.Value == text,
            // Most enumerations also allow any other text, for the values of later versions. A template does not get to use that.
            UnionType union when Literals(union).Any() => Literals(union).Contains(text, StringComparer.Ordinal),
            UnionType union => union.Elements.Any(one => Allows(one.Type, text)),
            StringType or AnyType => true,
            _ => false,
        };

    private static IEnumerable<string> Literals(TypeBase type) =>
        type switch
        {
            StringLiteralType literal => [literal.Value],
            UnionType union => union.Elements.SelectMany(one => Literals(one.Type)),
            _ => [],
        };

    private void Add(Node node, string what) => _findings.Add($"{node.Place}: {what}");
}
