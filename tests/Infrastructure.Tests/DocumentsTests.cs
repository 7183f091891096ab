using System.Text.RegularExpressions;
using Drawdown.Testing;

namespace Drawdown.Infrastructure.Tests;

/// <summary>What the documents point at is there.</summary>
public sealed partial class DocumentsTests
{
    private static readonly Lazy<string> Tests = new(() =>
        string.Concat(
            Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
                .Where(file =>
                    !file.Contains(
                        $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
                        StringComparison.Ordinal
                    )
                )
                .Select(File.ReadAllText)
        )
    );

    public static TheoryData<string> Documents =>
        [
            "README.md",
            "SECURITY.md",
            "CONTRIBUTING.md",
            "docs/operations.md",
            "docs/architecture.md",
            "docs/correctness.md",
        ];

    [Fact]
    public void The_tests_that_the_threat_model_names_exist()
    {
        var named = Checks()
            .Matches(Read("SECURITY.md"))
            .SelectMany(match => match.Value.Trim('`').Split('.', '…'))
            .Distinct();

        Assert.All(
            named.Where(name => name.Length > 0),
            name => Assert.Matches($@"(class|Task|void) \w*{Regex.Escape(name)}", Tests.Value)
        );
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_within_the_repository_lead_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;

        foreach (Match link in Link().Matches(Read(document)))
        {
            var (path, anchor) = (link.Groups["path"].Value, link.Groups["anchor"].Value);
            if (path.Contains("://", StringComparison.Ordinal))
                continue;
            var target = path.Length == 0 ? Path.Combine(Repository.Root, document) : Path.Combine(folder, path);
            Assert.True(Path.Exists(target), $"{document} links to {path}.");
            if (anchor.Length > 0)
                Assert.Contains(anchor, Heading().Matches(File.ReadAllText(target)).Select(Anchor));
        }
    }

    private static string Read(string document) => File.ReadAllText(Path.Combine(Repository.Root, document));

    // As GitHub makes it.
    private static string Anchor(Match heading) =>
        NotInAnchor().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(
        "`(…?[A-Z]\\w+|\\w*Tests)(\\.\\w+)?`",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Checks();

    [GeneratedRegex(
        @"\]\((?<path>[^)#\s]*)(#(?<anchor>[^)]+))?\)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Link();

    [GeneratedRegex(
        "^#+ (?<text>.+)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w -]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotInAnchor();
}
