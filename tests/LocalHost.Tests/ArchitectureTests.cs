using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Drawdown.Testing;

namespace Drawdown.LocalHost.Tests;

/// <summary>Keeps the direction of the dependencies: LocalHost -> Functions -> Storage -> Domain.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>Every package that src may name. All are published; a new one is a decision, so it is added here too.</summary>
    private static readonly string[] PublishedPackages =
    [
        "Azure.Data.Tables",
        "Azure.Identity",
        "Azure.Monitor.OpenTelemetry.Exporter",
        "Azure.Storage.Queues",
        "Microsoft.Azure.Functions.Worker",
        "Microsoft.Azure.Functions.Worker.Extensions.Http",
        "Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore",
        "Microsoft.Azure.Functions.Worker.Extensions.Storage.Queues",
        "Microsoft.Azure.Functions.Worker.Extensions.Timer",
        "Microsoft.Azure.Functions.Worker.OpenTelemetry",
        "Microsoft.Azure.Functions.Worker.Sdk",
        "NCrontab.Signed",
        "NodaTime",
        "Swashbuckle.AspNetCore.SwaggerUI",
        "System.Memory.Data",
        "YamlDotNet",
    ];

    public static TheoryData<string> Projects => new("Domain", "Storage", "Functions", "LocalHost");

    [Theory]
    [InlineData("Domain", "")]
    [InlineData("Storage", "Domain")]
    [InlineData("Functions", "Storage")]
    [InlineData("LocalHost", "Functions")]
    public void A_project_names_only_the_next_one_as_its_dependency(string project, string dependency)
    {
        var named = Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path));

        Assert.Equal(dependency, string.Join(", ", named));
    }

    [Theory]
    [InlineData("Domain", new string[0])]
    [InlineData("Storage", new[] { "Domain" })]
    [InlineData("Functions", new[] { "Domain", "Storage" })]
    [InlineData("LocalHost", new[] { "Domain", "Storage", "Functions" })]
    public void Compiled_references_point_one_way(string project, string[] allowed)
    {
        var drawdown = References(project)
            .Where(name => name.StartsWith("Drawdown.", StringComparison.Ordinal))
            .Except(["Drawdown.WorkerApi"], StringComparer.Ordinal); // compiled against where the feed lacks the worker

        Assert.Empty(drawdown.Except(allowed.Select(name => $"Drawdown.{name}"), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Domain")]
    [InlineData("Functions")]
    [InlineData("LocalHost")]
    public void Only_Storage_uses_the_Azure_SDK(string project)
    {
        var azure = References(project).Where(name => name.StartsWith("Azure.", StringComparison.Ordinal));

        // The worker's own Program.cs exports telemetry, under an identity; no function sees it.
        Assert.Empty(azure.Except(["Azure.Core", "Azure.Monitor.OpenTelemetry.Exporter"], StringComparer.Ordinal));
    }

    [Fact]
    public void Domain_knows_neither_hosts_nor_frameworks()
    {
        Assert.DoesNotContain(References("Domain"), name => name.StartsWith("Microsoft.", StringComparison.Ordinal));
    }

    [Fact]
    public void Domain_never_uses_binary_floating_point()
    {
        // BannedSymbols.txt catches members of Double; the keywords in signatures and casts are caught here.
        var uses =
            from file in Directory.EnumerateFiles(SourceFolder("Domain"), "*.cs", SearchOption.AllDirectories)
            where
                !file.Contains(
                    $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
                    StringComparison.Ordinal
                )
            from line in File.ReadLines(file).Index()
            where BinaryFloatingPoint().IsMatch(Comment().Replace(line.Item, ""))
            select $"{Path.GetFileName(file)}:{line.Index + 1}: {line.Item.Trim()}";

        Assert.Empty(uses);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_names_published_packages_only(string project)
    {
        Assert.Empty(Items(project, "PackageReference").Except(PublishedPackages, StringComparer.Ordinal));
        Assert.Empty(Items(project, "Reference"));
        Assert.Empty(ProjectFile(project).Descendants("HintPath"));
    }

    private static IEnumerable<string> References(string project) =>
        Assembly.Load($"Drawdown.{project}").GetReferencedAssemblies().Select(name => name.Name!);

    private static IEnumerable<string> Items(string project, string kind) =>
        ProjectFile(project).Descendants(kind).Select(item => item.Attribute("Include")!.Value);

    private static XDocument ProjectFile(string project) =>
        XDocument.Load(Path.Combine(SourceFolder(project), $"{project}.csproj"));

    private static string SourceFolder(string project) => Path.Combine(Repository.Root, "src", project);

    [GeneratedRegex(@"\b(double|float|Half)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BinaryFloatingPoint();

    [GeneratedRegex("//.*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
