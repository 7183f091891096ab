using System.Text.RegularExpressions;
using Drawdown.Functions;
using Drawdown.Infrastructure.Tests.Bicep;
using Drawdown.Storage;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Telemetry;
using Drawdown.Testing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Drawdown.Infrastructure.Tests;

/// <summary>What can be wrong with a template, one check a method. Each returns findings; none means that all is well.</summary>
internal static partial class TemplateChecks
{
    /// <summary>Of the workspace's tables those that the alerts read. Source: Azure Monitor's table reference, "AppMetrics".</summary>
    private static readonly Dictionary<string, string> Workspace = new(StringComparer.Ordinal)
    {
        ["AppMetrics"] =
            "(TimeGenerated: datetime, Name: string, Sum: real, Min: real, Max: real, ItemCount: int, Properties: dynamic)",
    };

    /// <summary>What the code reads and Azure must not have: a connection string has a key in it, the prefix is for tests.</summary>
    private static readonly string[] LocalOnly = ["DrawdownStorage", "DrawdownStorage__prefix"];

    /// <summary>
    /// What the Functions host reads of a connection by identity, for itself and for each trigger. Source: "Identity-based
    /// connections" in the Azure Functions developer guide.
    /// </summary>
    private static readonly string[] HostSettings =
    [
        "AzureWebJobsStorage__blobServiceUri",
        "AzureWebJobsStorage__tableServiceUri",
        "AzureWebJobsStorage__credential",
        "AzureWebJobsStorage__clientId",
    ];

    /// <summary>The ids of built-in roles. Source: "Azure built-in roles", the same in every tenant.</summary>
    private static readonly Dictionary<string, string> BuiltInRoles = new(StringComparer.Ordinal)
    {
        ["storageBlobDataOwner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ["storageTableDataContributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
        ["storageQueueDataContributor"] = "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
        ["monitoringMetricsPublisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
    };

    /// <summary>What every resource of a type must say, as source text.</summary>
    private static readonly (string Type, string[] Path, string Value)[] Guards =
    [
        ("Microsoft.Storage/storageAccounts", ["properties", "allowSharedKeyAccess"], "false"),
        ("Microsoft.Storage/storageAccounts", ["properties", "allowBlobPublicAccess"], "false"),
        ("Microsoft.Storage/storageAccounts", ["properties", "allowCrossTenantReplication"], "false"),
        ("Microsoft.Storage/storageAccounts", ["properties", "supportsHttpsTrafficOnly"], "true"),
        ("Microsoft.Storage/storageAccounts", ["properties", "minimumTlsVersion"], "'TLS1_2'"),
        ("Microsoft.Storage/storageAccounts/blobServices", ["properties", "deleteRetentionPolicy", "enabled"], "true"),
        ("Microsoft.Storage/storageAccounts/blobServices/containers", ["properties", "publicAccess"], "'None'"),
        ("Microsoft.OperationalInsights/workspaces", ["properties", "features", "disableLocalAuth"], "true"),
        ("Microsoft.Insights/components", ["properties", "DisableLocalAuth"], "true"),
        ("Microsoft.Web/sites", ["properties", "httpsOnly"], "true"),
        ("Microsoft.Web/sites", ["properties", "siteConfig", "minTlsVersion"], "'1.2'"),
        ("Microsoft.Web/sites/basicPublishingCredentialsPolicies", ["properties", "allow"], "false"),
    ];

    /// <summary>Syntax, by the real grammar.</summary>
    public static IEnumerable<string> Syntax(Template template) => template.Files.Values.SelectMany(NameCheck.Syntax);

    /// <summary>Resource types, versions and properties, by the compiler's own definitions.</summary>
    public static IEnumerable<string> Types(Template template) =>
        template.Files.Values.Where(file => !Template.IsParameters(file.Name)).SelectMany(TypeCheck.Of);

    /// <summary>Names, descriptions, modules.</summary>
    public static IEnumerable<string> Names(Template template) =>
        template.Files.Values.SelectMany(file => NameCheck.Of(file, template.Files));

    /// <summary>What keeps strangers out.</summary>
    public static IEnumerable<string> Guarded(Template template)
    {
        foreach (var (type, path, value) in Guards)
        {
            var resources = template.Resources(type).ToList();
            if (resources.Count == 0)
                yield return $"there is no {type}";
            foreach (var resource in resources)
                if (resource.Body?.At(path)?.Text != value)
                    yield return $"{resource.Node.Place}: {string.Join('.', path)} must be {value}";
        }
        foreach (var file in template.Files.Values)
        {
            foreach (var call in file.Root.All.Where(node => node.Type == "call_expression"))
                if (SecretFunction().IsMatch(call.In("function")!.Text))
                    yield return $"{call.Place}: {call.Text} hands out a key";
            foreach (var parameter in file.Of("param").Where(one => SecretName().IsMatch(one.Name)))
                if (parameter.Decorator("secure") is null || parameter.Value is not (null or { Literal: "" }))
                    yield return $"{parameter.Node.Place}: {parameter.Name} must be secure and empty";
        }
    }

    /// <summary>Roles by the right ids, and every one for the app's identity.</summary>
    public static IEnumerable<string> Roles(Template template)
    {
        foreach (var assignment in template.Resources("Microsoft.Authorization/roleAssignments"))
        {
            var role = RoleName().Match(assignment.Body!.At("properties", "roleDefinitionId")!.Text).Groups["it"].Value;
            var id = assignment.Node.File.Find("roles")?.Body?.At(role)?.Literal;
            if (!BuiltInRoles.TryGetValue(role, out var known) || known != id)
                yield return $"{assignment.Node.Place}: {role} is not the built-in role {id}";
            if (!assignment.Body.At("name")!.Text.Contains(role, StringComparison.Ordinal))
                yield return $"{assignment.Node.Place}: the name must follow from the role";
        }
    }

    /// <summary>The tables and queues are those of the code.</summary>
    public static IEnumerable<string> Stores(Template template)
    {
        var given = template.Main.Find("dataStorage")!.Body!.At("params")!;
        return Difference("table", StorageTables.All, Texts(given.At("tables")))
            .Concat(Difference("queue", InvoiceQueue.All, Texts(given.At("queues"))));

        static IEnumerable<string> Texts(Node? list) => list!.Named.Select(one => one.Literal!);
    }

    /// <summary>The settings are those that the code and the host read.</summary>
    public static IEnumerable<string> Settings(Template template)
    {
        var settings = template
            .Resources("Microsoft.Web/sites/config")
            .Single(one => one.Body!.At("name")!.Literal == "appsettings");
        return Difference(
            "setting",
            SettingsOfCode().Concat(HostSettings).Concat(SettingsOfTriggers()).Except(LocalOnly).Distinct(),
            settings.Body!.At("properties")!.Properties.Select(one => one.Name)
        );
    }

    /// <summary>The alerts' queries, by Microsoft's own parser.</summary>
    public static IEnumerable<string> Kusto(Template template) =>
        Parser
            .Analyze(Workspace, Queries(template))
            .SelectMany(query => query.Value.Select(fault => $"{query.Key}: {fault}"));

    /// <summary>The alerts' queries name what is measured.</summary>
    public static IEnumerable<string> Alerts(Template template)
    {
        var queries = Queries(template);
        var all = string.Join('\n', queries.Values);
        string[] measured =
        [
            DrawdownMetrics.Requests,
            DrawdownMetrics.AgendaLag,
            DrawdownMetrics.OutboxLag,
            DrawdownMetrics.QueueAge,
            DrawdownMetrics.Poisoned,
        ];
        foreach (var fault in Difference("measurement", measured, Matches(MetricName(), all)))
            yield return fault;
        string[] tags = [DrawdownMetrics.Outcome, DrawdownMetrics.Kind, DrawdownMetrics.Queue];
        foreach (var fault in Difference("tag", tags, Matches(TagName(), all)))
            yield return fault;
        foreach (var fault in Difference("kind of due work", Kinds(), Matches(KindRow(), queries["agenda-lag"])))
            yield return fault;
        foreach (var outcome in Matches(OutcomeValue(), queries["failed-requests"]).Except(Outcomes()))
            yield return $"no request has the outcome {outcome}";
        foreach (var queue in Matches(QueueValue(), queries["outbox-lag"]).Except(InvoiceQueue.All))
            yield return $"there is no queue {queue}";
    }

    /// <summary>The alerts' names with their queries.</summary>
    public static Dictionary<string, string> Queries(Template template) =>
        template
            .Files["modules/alerts.bicep"]
            .Find("rules")!
            .Value!.Named.ToDictionary(
                rule => rule.At("name")!.Literal!,
                rule => rule.At("query")!.Literal!,
                StringComparer.Ordinal
            );

    private static IEnumerable<string> Difference(
        string what,
        IEnumerable<string> expected,
        IEnumerable<string> given
    ) =>
        expected
            .Except(given, StringComparer.Ordinal)
            .Select(one => $"the {what} {one} is missing")
            .Concat(given.Except(expected, StringComparer.Ordinal).Select(one => $"nothing knows the {what} {one}"));

    private static IEnumerable<string> Matches(Regex pattern, string text) =>
        pattern.Matches(text).Select(match => match.Groups["it"].Value).Distinct(StringComparer.Ordinal);

    // Whatever is asked of a configuration that has nothing. The worker's own Program.cs cannot run here, so it is read.
    private static IEnumerable<string> SettingsOfCode()
    {
        var asked = new AskedConfiguration();
        DrawdownSettings.Read(asked);
        var program = File.ReadAllText(Path.Combine(Repository.Root, "src", "Functions", "Program.cs"));
        return asked.Names.Concat(Matches(ReadSetting(), program)).Select(name => name.Replace(":", "__"));
    }

    private static IEnumerable<string> SettingsOfTriggers() =>
        typeof(DrawdownSettings)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetParameters())
            .SelectMany(parameter => parameter.GetCustomAttributes(inherit: false).OfType<QueueTriggerAttribute>())
            .Select(trigger => trigger.Connection ?? "AzureWebJobsStorage")
            .Distinct(StringComparer.Ordinal)
            .SelectMany(connection =>
                new[] { $"{connection}__queueServiceUri", $"{connection}__credential", $"{connection}__clientId" }
            );

    private static IReadOnlySet<string> Kinds() =>
        Tags(
            DrawdownMetrics.AgendaLag,
            metrics =>
            {
                foreach (var kind in Enum.GetValues<AgendaKind>())
                    metrics.Swept(kind, TimeSpan.Zero);
            }
        );

    private static IReadOnlySet<string> Outcomes() =>
        Tags(
            DrawdownMetrics.Requests,
            metrics =>
            {
                foreach (var outcome in Enum.GetValues<RequestOutcome>())
                    metrics.Answered(outcome);
            }
        );

    private static HashSet<string> Tags(string instrument, Action<DrawdownMetrics> measure)
    {
        using var measurements = new Measurements();
        measure(measurements.Metrics);
        return [.. measurements.TagsOf(instrument).Select(tag => tag.Split('=')[1])];
    }

    [GeneratedRegex("^list[A-Z]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretFunction();

    [GeneratedRegex(
        "(key|secret|password|token)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex SecretName();

    [GeneratedRegex(@"roles\.(?<it>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoleName();

    [GeneratedRegex(@"'(?<it>drawdown\.[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MetricName();

    [GeneratedRegex(@"Properties\.(?<it>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TagName();

    [GeneratedRegex(@"'(?<it>\w+)', time\(", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KindRow();

    [GeneratedRegex(@"Outcome == '(?<it>\w+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OutcomeValue();

    [GeneratedRegex(
        @"Properties\.queue\) == '(?<it>[\w-]+)'",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex QueueValue();

    [GeneratedRegex(
        "Configuration\\[\"(?<it>[^\"]+)\"\\]",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex ReadSetting();

    private sealed class AskedConfiguration : IConfiguration
    {
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public string? this[string key]
        {
            get
            {
                Names.Add(key);
                return null;
            }
            set => throw new NotSupportedException();
        }

        public IEnumerable<IConfigurationSection> GetChildren() => throw new NotSupportedException();

        public Microsoft.Extensions.Primitives.IChangeToken GetReloadToken() => throw new NotSupportedException();

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();
    }
}
