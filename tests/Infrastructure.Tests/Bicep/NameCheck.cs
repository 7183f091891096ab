namespace Drawdown.Infrastructure.Tests.Bicep;

/// <summary>
/// Holds names together: whatever is named is declared, whatever is declared is used and described, modules get the parameters
/// that they have and give the outputs that are asked of them.
/// </summary>
public static class NameCheck
{
    // The functions of Bicep that the templates use. Another one is added here, with a look at its documentation.
    private static readonly string[] Functions =
    [
        "empty",
        "guid",
        "readEnvironmentVariable",
        "subscription",
        "subscriptionResourceId",
        "union",
        "uniqueString",
    ];

    /// <summary>What is wrong with a file.</summary>
    public static IEnumerable<string> Of(BicepFile file, IReadOnlyDictionary<string, BicepFile> files) =>
        Template.IsParameters(file.Name)
            ? Given(file.Root, files["main.bicep"], file.Of("var").Select(one => (one.Name, one.Node, one.Value)))
            :
            [
                .. Undeclared(file),
                .. Unused(file),
                .. Undescribed(file),
                .. Modules(file, files),
                .. Members(file, files),
            ];

    /// <summary>Syntax errors.</summary>
    public static IEnumerable<string> Syntax(BicepFile file) =>
        file
            .Root.All.Where(node => node.Type == "ERROR" || node.Missing)
            .Select(node => $"{node.Place}: the syntax is wrong at {node.Text.Split('\n')[0]}");

    private static IEnumerable<string> Undeclared(BicepFile file)
    {
        foreach (var (name, isCall) in Uses(file.Root, []))
        {
            if (isCall ? !Functions.Contains(name.Text, StringComparer.Ordinal) : file.Find(name.Text) is null)
                yield return $"{name.Place}: {name.Text} is not declared";
        }
    }

    private static IEnumerable<string> Unused(BicepFile file)
    {
        var used = Uses(file.Root, []).Select(use => use.Name.Text).ToHashSet(StringComparer.Ordinal);
        return file
            .Declarations.Where(one => one.Kind is "param" or "var" && !used.Contains(one.Name))
            .Select(one => $"{one.Node.Place}: {one.Name} is not used");
    }

    private static IEnumerable<string> Undescribed(BicepFile file) =>
        file
            .Declarations.Where(one => one.Kind is "param" or "output")
            .Where(one => one.Decorator("description") is not [{ Literal.Length: > 10 }])
            .Select(one => $"{one.Node.Place}: {one.Name} has no description");

    private static IEnumerable<string> Modules(BicepFile file, IReadOnlyDictionary<string, BicepFile> files) =>
        file.Of("module")
            .SelectMany(module =>
                files.TryGetValue(module.Type, out var template)
                    ? Given(
                        module.Node,
                        template,
                        (module.Body?.At("params")?.Properties ?? []).Select(one =>
                            (one.Name, one.Value, (Node?)one.Value)
                        )
                    )
                    : [$"{module.Node.Place}: there is no file {module.Type}"]
            );

    private static IEnumerable<string> Given(
        Node place,
        BicepFile template,
        IEnumerable<(string Name, Node Node, Node? Value)> given
    )
    {
        var parameters = template.Of("param").ToDictionary(one => one.Name, StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, node, value) in given)
        {
            names.Add(name);
            if (!parameters.TryGetValue(name, out var parameter))
                yield return $"{node.Place}: {template.Name} has no parameter {name}";
            else if (
                value is not null
                && KindOf(value) is { } kind
                && kind != parameter.Type.Replace("string[]", "array")
            )
                yield return $"{node.Place}: {name} must be of the kind {parameter.Type}, not {kind}";
        }
        foreach (var missing in parameters.Values.Where(one => one.Value is null && !names.Contains(one.Name)))
            yield return $"{place.Place}: {template.Name} needs the parameter {missing.Name}";
    }

    // What is asked of modules and resources exists there.
    private static IEnumerable<string> Members(BicepFile file, IReadOnlyDictionary<string, BicepFile> files)
    {
        foreach (var member in file.Root.All.Where(node => node.Type == "member_expression"))
        {
            if (Path(member) is not var (root, path) || file.Find(root) is not { } symbol)
                continue;
            if (symbol.Kind == "module" && files.TryGetValue(symbol.Type, out var module))
            {
                if (path is ["outputs", var output, ..] && module.Of("output").All(one => one.Name != output))
                    yield return $"{member.Place}: {symbol.Type} has no output {output}";
            }
            else if (symbol.Kind == "resource" && TypeCheck.BodyOf(symbol.FullType) is { } type)
            {
                if (TypeCheck.Walk(type, path).Missing is { } missing)
                    yield return $"{member.Place}: {symbol.FullType} has no {missing} in {member.Text}";
            }
        }
    }

    private static (string Root, List<string> Path)? Path(Node member)
    {
        List<string> path = [];
        var at = member;
        while (at.Type == "member_expression")
        {
            path.Insert(0, at.In("property")!.Text);
            at = at.In("object")!;
        }
        return at.Type == "identifier" ? (at.Text, path) : null;
    }

    private static IEnumerable<(Node Name, bool IsCall)> Uses(Node node, IReadOnlyList<string> loop)
    {
        var children = node.Named;
        switch (node.Type)
        {
            case "identifier":
                if (!loop.Contains(node.Text, StringComparer.Ordinal))
                    yield return (node, false);
                yield break;
            case "call_expression" when node.In("function") is { Type: "identifier" } function:
                yield return (function, true);
                children = [node.In("arguments")!];
                break;
            case "for_statement":
                loop = [.. loop, node.In("initializer")!.Text];
                children = children.Where(child => child.Field != "initializer");
                break;
            case "decorators" or "type" or "target_scope_assignment" or "using_statement":
                yield break;
            case "object_property" when node.Named.Count() == 2:
                children = node.Named.First() is { Type: "identifier" } ? node.Named.Skip(1) : node.Named;
                break;
            case var declaration when declaration.EndsWith("_declaration", StringComparison.Ordinal):
                children = node.Named.Skip(1);
                break;
        }
        foreach (var use in children.SelectMany(child => Uses(child, loop)))
            yield return use;
    }

    private static string? KindOf(Node value) =>
        value.Type switch
        {
            "string" => "string",
            "number" => "int",
            "boolean" => "bool",
            "object" => "object",
            "array" => "array",
            "identifier" when value.File.Find(value.Text) is { Kind: "param" } parameter => parameter.Type,
            "identifier" when value.File.Find(value.Text) is { Kind: "var", Value: { } known } => KindOf(known),
            _ => null,
        };
}
