using System.Diagnostics.CodeAnalysis;

namespace Drawdown.Infrastructure.Tests.Bicep;

/// <summary>A Bicep file: its text, its tree and what it declares.</summary>
public sealed class BicepFile
{
    public BicepFile(string name, string source, Node root)
    {
        (Name, Source) = (name, source);
        Root = root.Of(this);
        List<Node> decorators = [];
        foreach (var node in Root.Named)
        {
            if (node.Type == "decorators")
            {
                decorators = [.. node.Named];
                continue;
            }
            if (Declaration.Of(node, decorators) is { } declaration)
                Declarations.Add(declaration);
            decorators = [];
        }
        // Resources inside of resources are declared by their parents' properties.
        foreach (var parent in Declarations.Where(one => one.Kind == "resource").ToList())
            Declarations.AddRange(Nested(parent));
    }

    public string Name { get; }

    public string Source { get; }

    public Node Root { get; }

    public List<Declaration> Declarations { get; } = [];

    public IEnumerable<Declaration> Of(string kind) => Declarations.Where(one => one.Kind == kind);

    /// <summary>What a name stands for, or null.</summary>
    public Declaration? Find(string name) => Declarations.Find(one => one.Kind != "output" && one.Name == name);

    private static IEnumerable<Declaration> Nested(Declaration parent) =>
        (parent.Body?.Children ?? [])
            .SelectMany(property => property.Children)
            .Where(node => node.Type == "resource_declaration")
            .Select(node => Declaration.Of(node, [])! with { Parent = parent });
}

/// <summary>A parameter, variable, resource, module or output.</summary>
/// <param name="Kind"><c>param</c>, <c>var</c>, <c>resource</c>, <c>module</c> or <c>output</c>.</param>
/// <param name="Type">A parameter's or output's type, a resource's <c>type@version</c>, a module's path.</param>
/// <param name="Value">The value or default value; the body of a resource or module with its condition or loop.</param>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The words are Bicep's.")]
public sealed record Declaration(
    string Kind,
    string Name,
    string Type,
    Node? Value,
    Node Node,
    IReadOnlyList<Node> Decorators
)
{
    /// <summary>The resource that it is declared in.</summary>
    public Declaration? Parent { get; init; }

    public bool IsExisting => Node.Children.Any(child => child.Type == "existing");

    /// <summary>A resource's or module's object, without its condition or loop.</summary>
    public Node? Body => BodyOf(Value);

    /// <summary>The resource type with its parents' types and its version.</summary>
    public string FullType =>
        Parent is null || Type.Contains('@', StringComparison.Ordinal)
            ? Type
            : $"{Parent.FullType.Split('@')[0]}/{Type}@{Parent.FullType.Split('@')[1]}";

    /// <summary>The arguments of a decorator, or null when there is none of that name.</summary>
    public IReadOnlyList<Node>? Decorator(string name) =>
        Decorators
            .Select(decorator => decorator.Named.Single())
            .Where(call => call.In("function")?.Text == name)
            .Select(call => call.In("arguments")!.Named.ToList())
            .FirstOrDefault();

    public static Declaration? Of(Node node, IReadOnlyList<Node> decorators)
    {
        var parts = node.Named.ToList();
        var value = node.Children.SkipWhile(child => child.Type != "=").Skip(1).FirstOrDefault();
        return node.Type switch
        {
            "parameter_declaration" => new("param", parts[0].Text, TypeOf(parts), value, node, decorators),
            "variable_declaration" => new("var", parts[0].Text, "", value, node, decorators),
            "output_declaration" => new("output", parts[0].Text, TypeOf(parts), value, node, decorators),
            "resource_declaration" => new("resource", parts[0].Text, parts[1].Literal ?? "", value, node, decorators),
            "module_declaration" => new("module", parts[0].Text, parts[1].Literal ?? "", value, node, decorators),
            _ => null,
        };
    }

    private static string TypeOf(List<Node> parts) => parts.Find(part => part.Type == "type")?.Text ?? "";

    private static Node? BodyOf(Node? value) =>
        value?.Type switch
        {
            "if_statement" => value.Named.Last(),
            "for_statement" => BodyOf(value.In("body")),
            _ => value,
        };
}
