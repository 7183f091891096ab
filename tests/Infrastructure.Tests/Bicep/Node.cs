using System.Text.Json.Serialization;

namespace Drawdown.Infrastructure.Tests.Bicep;

/// <summary>A node of a syntax tree, as <c>eng/infrastructure/parse.cjs</c> gives it.</summary>
public sealed record Node(string Type, int Start, int End, int Line, string? Field, bool Missing, Node[] Children)
{
    /// <summary>The file that it is of.</summary>
    [JsonIgnore]
    public BicepFile File { get; private set; } = null!;

    /// <summary>The source text.</summary>
    [JsonIgnore]
    public string Text => File.Source[Start..End];

    /// <summary>Where it is, for a finding.</summary>
    [JsonIgnore]
    public string Place => $"{File.Name}:{Line}";

    /// <summary>The children that are not punctuation.</summary>
    [JsonIgnore]
    public IEnumerable<Node> Named => Children.Where(child => char.IsLetter(child.Type[0]) && !IsKeyword(child.Type));

    /// <summary>This node and everything below it.</summary>
    [JsonIgnore]
    public IEnumerable<Node> All => Children.SelectMany(child => child.All).Prepend(this);

    /// <summary>The text of a string without interpolations, or null.</summary>
    [JsonIgnore]
    public string? Literal =>
        Type is "string" && !Children.Any(child => child.Type == "interpolation")
            ? string.Concat(
                Children
                    .Where(child => child.Type is "string_content" or "escape_sequence")
                    .Select(child => child.Type == "escape_sequence" ? child.Text[1..] : child.Text)
            )
            : null;

    /// <summary>The properties of an object that have plain names, and nothing else of it.</summary>
    [JsonIgnore]
    public IEnumerable<(string Name, Node Value)> Properties =>
        Children
            .Where(child => child.Type == "object_property" && child.Named.Count() == 2)
            .Select(property => (Key(property.Named.First()), property.Named.Last()))
            .Where(property => property.Item1 is not null)!;

    /// <summary>The child in a field of the grammar.</summary>
    public Node? In(string field) => Array.Find(Children, child => child.Field == field);

    /// <summary>The value at a path of an object, or null.</summary>
    public Node? At(params ReadOnlySpan<string> path)
    {
        var at = this;
        foreach (var name in path)
        {
            at = at.Properties.FirstOrDefault(property => property.Name == name).Value;
            if (at is null)
                return null;
        }
        return at;
    }

    internal Node Of(BicepFile file)
    {
        File = file;
        foreach (var child in Children)
            child.Of(file);
        return this;
    }

    private static string? Key(Node key) => key.Type == "identifier" ? key.Text : key.Literal;

    private static bool IsKeyword(string type) =>
        type
            is "param"
                or "var"
                or "resource"
                or "module"
                or "output"
                or "existing"
                or "for"
                or "in"
                or "if"
                or "using";
}
