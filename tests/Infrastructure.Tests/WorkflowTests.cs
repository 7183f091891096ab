using System.Text.RegularExpressions;
using Drawdown.Infrastructure.Tests.Bicep;
using Drawdown.Testing;
using YamlDotNet.Serialization;

namespace Drawdown.Infrastructure.Tests;

/// <summary>What deploys, and what may deploy.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, ".github", "workflows"))
                .Select(file => Path.GetFileName(file)),
        ];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_pinned_by_its_commit_and_says_its_version(string workflow)
    {
        var uses = Read(workflow).Split('\n').Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(uses);
        Assert.All(uses, line => Assert.Matches(Pinned(), line));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void No_workflow_uses_a_stored_secret_or_may_write(string workflow)
    {
        var text = Read(workflow);
        var top = (Dictionary<object, object>)Parse(text)["permissions"];

        Assert.DoesNotContain("secrets.", text, StringComparison.Ordinal);
        Assert.Equal([("contents", "read")], top.Select(one => ((string)one.Key, (string)one.Value)));
        // What somebody types must not become a part of a script.
        Assert.DoesNotMatch(ScriptWithExpression(), text);
    }

    [Fact]
    public void CI_runs_what_everybody_runs()
    {
        Assert.Contains("- run: ./test\n", Read("ci.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_deployment_may_ask_for_a_token()
    {
        Assert.Contains("id-token: write", Read("deploy.yml"), StringComparison.Ordinal);
        Assert.DoesNotContain("id-token", Read("ci.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_parameter_that_is_read_from_the_environment_has_a_value_in_the_deployment_or_a_default()
    {
        var parameters = Template.Read().Files["main.bicepparam"];
        var calls = parameters.Root.All.Where(node => node.Type == "call_expression");
        var needed = calls
            .Select(call => call.In("arguments")!.Named.ToList())
            .Where(arguments => arguments.Count == 1)
            .Select(arguments => arguments[0].Literal!);

        Assert.All(needed, name => Assert.Contains($"      {name}: ", Read("deploy.yml"), StringComparison.Ordinal));
    }

    [Fact]
    public void Azd_finds_the_template_the_project_and_the_app()
    {
        var azd = Parse(File.ReadAllText(Path.Combine(Repository.Root, "azure.yaml")));
        var infra = (Dictionary<object, object>)azd["infra"];
        var service = Assert.Single((Dictionary<object, object>)azd["services"]);
        var project = (Dictionary<object, object>)service.Value;
        var app = Assert.Single(Template.Read().Resources("Microsoft.Web/sites"));

        Assert.True(File.Exists(Path.Combine(Repository.Root, $"{infra["path"]}", $"{infra["module"]}.bicep")));
        Assert.True(File.Exists(Path.Combine(Repository.Root, $"{project["project"]}", "Functions.csproj")));
        Assert.Contains($"'azd-service-name': '{service.Key}'", app.Body!.At("tags")!.Text, StringComparison.Ordinal);
    }

    private static string Read(string workflow) =>
        File.ReadAllText(Path.Combine(Repository.Root, ".github", "workflows", workflow));

    private static Dictionary<object, object> Parse(string yaml) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(yaml);

    [GeneratedRegex(
        "uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9.]+$",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Pinned();

    [GeneratedRegex(
        @"run: [^\n]*\$\{\{|^          [^\n]*\$\{\{ (inputs|github\.event)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex ScriptWithExpression();
}
