using System.Diagnostics;
using System.Text.Json;
using Drawdown.Testing;

namespace Drawdown.Infrastructure.Tests.Bicep;

/// <summary>Asks <c>eng/infrastructure/parse.cjs</c>.</summary>
public static class Parser
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { MaxDepth = 256 };

    /// <summary>Trees of Bicep texts, by name.</summary>
    public static Dictionary<string, BicepFile> Parse(IReadOnlyDictionary<string, string> texts) =>
        Ask(new { bicep = texts })
            .Bicep.ToDictionary(
                file => file.Key,
                file => new BicepFile(file.Key[(file.Key.IndexOf('|') + 1)..], texts[file.Key], file.Value),
                StringComparer.Ordinal
            );

    /// <summary>What is wrong with Kusto queries, by name.</summary>
    /// <param name="schema">The tables' columns with their types.</param>
    public static Dictionary<string, string[]> Analyze(
        IReadOnlyDictionary<string, string> schema,
        IReadOnlyDictionary<string, string> queries
    ) => Ask(new { kusto = new { schema, queries } }).Kusto;

    private static Answer Ask(object question)
    {
        var start = new ProcessStartInfo("node", ["eng/infrastructure/parse.cjs"])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var node = Process.Start(start)!;
        using (node.StandardInput)
            node.StandardInput.Write(JsonSerializer.Serialize(question));
        var answer = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        return node.ExitCode == 0
            ? JsonSerializer.Deserialize<Answer>(answer, Json)!
            : throw new InvalidOperationException("parse.cjs failed: see the test run's own output.");
    }

    private sealed record Answer(Dictionary<string, Node> Bicep, Dictionary<string, string[]> Kusto);
}
