using System.Text.RegularExpressions;
using Drawdown.Testing;

namespace Drawdown.Infrastructure.Tests.Bicep;

/// <summary>The files of <c>infra/</c>, as they are or with a mistake in them.</summary>
public sealed partial class Template
{
    private static readonly Lazy<Dictionary<string, BicepFile>> Whole = new(() => Parse(Texts()));

    private Template(IReadOnlyDictionary<string, BicepFile> files) => Files = files;

    /// <summary>By path below <c>infra/</c>.</summary>
    public IReadOnlyDictionary<string, BicepFile> Files { get; }

    /// <summary>The template that is deployed.</summary>
    public BicepFile Main => Files["main.bicep"];

    /// <summary>Reads the files as they are.</summary>
    public static Template Read() => new(Whole.Value);

    /// <summary>The files with a text replaced in one of them, in all places; one template for each change.</summary>
    public static Dictionary<(string File, string Text, string By), Template> Broken(
        IReadOnlyList<(string File, string Text, string By)> changes
    )
    {
        var texts = Texts();
        // A file's name begins with its number, which Parse takes off again.
        var broken = Parse(
            changes
                .Index()
                .ToDictionary(
                    change => $"{change.Index}|{change.Item.File}",
                    change =>
                        texts[change.Item.File].Contains(change.Item.Text, StringComparison.Ordinal)
                            ? texts[change.Item.File]
                                .Replace(change.Item.Text, change.Item.By, StringComparison.Ordinal)
                            : throw new InvalidOperationException($"{change.Item.File} has no {change.Item.Text}."),
                    StringComparer.Ordinal
                )
        );
        return changes
            .Index()
            .ToDictionary(
                change => change.Item,
                change => new Template(
                    new Dictionary<string, BicepFile>(Whole.Value, StringComparer.Ordinal)
                    {
                        [change.Item.File] = broken[$"{change.Index}|{change.Item.File}"],
                    }
                )
            );
    }

    /// <summary>Whether it is a parameter file.</summary>
    public static bool IsParameters(string file) => file.EndsWith(".bicepparam", StringComparison.Ordinal);

    /// <summary>The resources of a type, in all files.</summary>
    public IEnumerable<Declaration> Resources(string type) =>
        Files
            .Values.SelectMany(file => file.Of("resource"))
            .Where(one => !one.IsExisting && one.FullType.Split('@')[0] == type);

    // The grammar knows parameters of templates only. A parameter file's are written like variables.
    private static Dictionary<string, BicepFile> Parse(IReadOnlyDictionary<string, string> texts) =>
        Parser.Parse(
            texts.ToDictionary(
                file => file.Key,
                file => IsParameters(file.Key) ? Assignment().Replace(file.Value, "var ") : file.Value,
                StringComparer.Ordinal
            )
        );

    private static Dictionary<string, string> Texts()
    {
        var folder = Path.Combine(Repository.Root, "infra");
        return Directory
            .EnumerateFiles(folder, "*.bicep*", SearchOption.AllDirectories)
            .ToDictionary(
                file => Path.GetRelativePath(folder, file).Replace('\\', '/'),
                File.ReadAllText,
                StringComparer.Ordinal
            );
    }

    [GeneratedRegex("^param ", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Assignment();
}
