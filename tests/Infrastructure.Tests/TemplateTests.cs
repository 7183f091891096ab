using Drawdown.Infrastructure.Tests.Bicep;
using Drawdown.Testing;

namespace Drawdown.Infrastructure.Tests;

/// <summary>
/// The templates of <c>infra/</c>, as far as they can be checked without the Bicep compiler and without Azure; and that each
/// check finds the mistake that it is there for.
/// </summary>
public sealed class TemplateTests
{
    // What each check must find: in a file, a text replaced by another.
    private static readonly (string Check, string File, string Text, string By, string Finding)[] Known =
    [
        // Syntax.
        ("syntax", "main.bicep", "targetScope = 'subscription'", "targetScope = ", "main.bicep:"),
        (
            "syntax",
            "modules/storage.bicep",
            "    name: redundancy\n  }",
            "    name: redundancy\n",
            "modules/storage.bicep:"
        ),
        ("syntax", "main.bicepparam", "('AZURE_LOCATION')", "('AZURE_LOCATION'", "main.bicepparam:"),
        // Types, versions, properties, values.
        (
            "types",
            "modules/storage.bicep",
            "allowSharedKeyAccess",
            "allowSharedKeysAccess",
            "account.properties has no property allowSharedKeysAccess"
        ),
        (
            "types",
            "modules/storage.bicep",
            "storageAccounts@2024-01-01",
            "storageAccounts@2024-01-02",
            "there is no resource type Microsoft.Storage/storageAccounts@2024-01-02"
        ),
        (
            "types",
            "modules/storage.bicep",
            "tableServices/tables@",
            "tableServices/table@",
            "there is no resource type Microsoft.Storage/storageAccounts/tableServices/table@"
        ),
        (
            "types",
            "modules/storage.bicep",
            "'TLS1_2'",
            "'TLS12'",
            "account.properties.minimumTlsVersion must be one of TLS1_0, TLS1_1, TLS1_2"
        ),
        (
            "types",
            "modules/storage.bicep",
            "days: softDeleteInDays",
            "days: 'seven'",
            "days must not be of the kind string"
        ),
        (
            "types",
            "modules/storage.bicep",
            "days: softDeleteInDays",
            "days: redundancy",
            "days must not be of the kind string"
        ),
        ("types", "modules/storage.bicep", "enabled: true", "enabled: 1", "enabled must not be of the kind int"),
        (
            "types",
            "modules/identity.bicep",
            "    roleDefinitionId:",
            "    roleId:",
            "hostBlobs.properties lacks the property roleDefinitionId"
        ),
        (
            "types",
            "modules/functions.bicep",
            "maximumInstanceCount: max",
            "maximumInstances: max",
            "app.properties.functionAppConfig.scaleAndConcurrency has no property maximumInstances"
        ),
        (
            "types",
            "modules/functions.bicep",
            "'UserAssignedIdentity'",
            "'UserIdentity'",
            "authentication.type must be one of"
        ),
        (
            "types",
            "modules/functions.bicep",
            "name: 'appsettings'",
            "name: 'appSettings'",
            "settings.name must be one of appsettings"
        ),
        (
            "types",
            "modules/functions.bicep",
            "resource scm 'basic",
            "resource scm 'base",
            "there is no resource type Microsoft.Web/sites/base"
        ),
        ("types", "modules/alerts.bicep", "'GreaterThan'", "'MoreThan'", "operator must be one of"),
        (
            "types",
            "modules/alerts.bicep",
            "threshold: 0",
            "threshold: 'none'",
            "threshold must not be of the kind string"
        ),
        (
            "types",
            "modules/monitoring.bicep",
            "    sku: {\n      name: 'PerGB2018'\n    }\n",
            "    sku: {}\n",
            "workspace.properties.sku lacks the property name"
        ),
        // Names.
        ("names", "modules/functions.bicep", "plan.id", "plans.id", "plans is not declared"),
        (
            "names",
            "modules/functions.bicep",
            "primaryEndpoints.table",
            "primaryEndpoints.tables",
            "has no tables in hostStorage.properties.primaryEndpoints.tables"
        ),
        ("names", "modules/identity.bicep", "guid(", "uuid(", "uuid is not declared"),
        (
            "names",
            "main.bicep",
            "redundancy: dataRedundancy",
            "copies: dataRedundancy",
            "modules/storage.bicep has no parameter copies"
        ),
        (
            "names",
            "main.bicep",
            "redundancy: dataRedundancy",
            "copies: dataRedundancy",
            "modules/storage.bicep needs the parameter redundancy"
        ),
        (
            "names",
            "main.bicep",
            "    instanceMemoryMB: instanceMemoryMB",
            "    instanceMemoryMB: location",
            "instanceMemoryMB must be of the kind int, not string"
        ),
        (
            "names",
            "main.bicep",
            "outputs.workspaceId",
            "outputs.workspace",
            "modules/monitoring.bicep has no output workspace"
        ),
        (
            "names",
            "main.bicep",
            "'modules/alerts.bicep'",
            "'modules/alert.bicep'",
            "there is no file modules/alert.bicep"
        ),
        ("names", "main.bicep", "alertEmail: alertEmail", "alertEmail: ''", "alertEmail is not used"),
        ("names", "main.bicep", "@description('Where the API answers.')", "", "API_URL has no description"),
        ("names", "main.bicepparam", "param stage", "param tier", "main.bicep has no parameter tier"),
        (
            "names",
            "main.bicepparam",
            "param location = readEnvironmentVariable('AZURE_LOCATION')",
            "",
            "main.bicep needs the parameter location"
        ),
        // What keeps strangers out.
        (
            "guards",
            "modules/storage.bicep",
            "allowSharedKeyAccess: false",
            "allowSharedKeyAccess: true",
            "properties.allowSharedKeyAccess must be false"
        ),
        (
            "guards",
            "modules/storage.bicep",
            "    allowBlobPublicAccess: false\n",
            "",
            "properties.allowBlobPublicAccess must be false"
        ),
        (
            "guards",
            "modules/monitoring.bicep",
            "DisableLocalAuth: true",
            "DisableLocalAuth: false",
            "properties.DisableLocalAuth must be true"
        ),
        (
            "guards",
            "modules/functions.bicep",
            "insights.properties.ConnectionString",
            "listKeys(hostStorage.id)",
            "hands out a key"
        ),
        ("guards", "main.bicep", "@secure()\n", "", "bootstrapKey must be secure and empty"),
        (
            "guards",
            "main.bicep",
            "param bootstrapKey string = ''",
            "param bootstrapKey string = 'x'",
            "bootstrapKey must be secure and empty"
        ),
        // Roles, tables, queues.
        (
            "roles",
            "modules/identity.bicep",
            "0a9a7e1f-",
            "974c5e8b-",
            "storageTableDataContributor is not the built-in role"
        ),
        (
            "roles",
            "modules/identity.bicep",
            "guid(insights.id, identity.id, roles.monitoringMetricsPublisher)",
            "guid(insights.id)",
            "the name must follow from the role"
        ),
        ("stores", "main.bicep", "'Agenda', ", "", "the table Agenda is missing"),
        (
            "stores",
            "main.bicep",
            "'invoices-poison'",
            "'invoices-poisoned'",
            "nothing knows the queue invoices-poisoned"
        ),
        // Settings.
        (
            "settings",
            "modules/functions.bicep",
            "DrawdownStorage__queueServiceUri: dataStorage",
            "Storage__queueServiceUri: dataStorage",
            "the setting DrawdownStorage__queueServiceUri is missing"
        ),
        (
            "settings",
            "modules/functions.bicep",
            "Drawdown__BootstrapKey: bootstrapKey",
            "Drawdown__FirstKey: bootstrapKey",
            "nothing knows the setting Drawdown__FirstKey"
        ),
        (
            "settings",
            "modules/functions.bicep",
            "DrawdownStorage__credential",
            "DrawdownStorage",
            "nothing knows the setting DrawdownStorage"
        ),
        (
            "settings",
            "modules/functions.bicep",
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
            "APPLICATIONINSIGHTS_AUTHENTICATION",
            "the setting APPLICATIONINSIGHTS_AUTHENTICATION_STRING is missing"
        ),
        // Alerts.
        (
            "kusto",
            "modules/alerts.bicep",
            "| where Max > 300",
            "| where Maximum > 300",
            "outbox-lag: The name 'Maximum' does not refer to any known column"
        ),
        (
            "kusto",
            "modules/alerts.bicep",
            "AppMetrics\n      | where Name == 'drawdown.requests'",
            "Metrics\n      | where Name == 'drawdown.requests'",
            "failed-requests: The name 'Metrics' does not refer to any known table"
        ),
        (
            "alerts",
            "modules/alerts.bicep",
            "drawdown.agenda.lag",
            "drawdown.agenda.lags",
            "the measurement drawdown.agenda.lag is missing"
        ),
        ("alerts", "modules/alerts.bicep", "Properties.outcome", "Properties.result", "nothing knows the tag result"),
        (
            "alerts",
            "modules/alerts.bicep",
            "            'renew', time(20m),\n",
            "",
            "the kind of due work renew is missing"
        ),
        ("alerts", "modules/alerts.bicep", "'unexpected'", "'bug'", "no request has the outcome bug"),
        ("alerts", "modules/alerts.bicep", "== 'invoices'", "== 'invoice'", "there is no queue invoice"),
    ];

    // All in one go, because starting the parser takes longer than parsing.
    private static readonly Lazy<Dictionary<(string File, string Text, string By), Template>> Broken = new(() =>
        Template.Broken([.. Known.Select(one => (one.File, one.Text, one.By)).Distinct()])
    );

    public static TheoryData<string> Checks => [.. All.Keys];

    public static TheoryData<string, string, string, string, string> Mistakes => [.. Known];

    private static Dictionary<string, Func<Template, IEnumerable<string>>> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["syntax"] = TemplateChecks.Syntax,
            ["types"] = TemplateChecks.Types,
            ["names"] = TemplateChecks.Names,
            ["guards"] = TemplateChecks.Guarded,
            ["roles"] = TemplateChecks.Roles,
            ["stores"] = TemplateChecks.Stores,
            ["settings"] = TemplateChecks.Settings,
            ["kusto"] = TemplateChecks.Kusto,
            ["alerts"] = TemplateChecks.Alerts,
        };

    [Theory]
    [MemberData(nameof(Checks))]
    public void The_templates_pass(string check)
    {
        Assert.Empty(All[check](Template.Read()));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_found(string check, string file, string text, string by, string finding)
    {
        var findings = All[check](Broken.Value[(file, text, by)]).ToList();

        Assert.Contains(findings, one => one.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public void The_operations_handbook_explains_every_alert()
    {
        var handbook = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));

        Assert.All(
            TemplateChecks.Queries(Template.Read()).Keys,
            alert => Assert.Contains($"`{alert}`", handbook, StringComparison.Ordinal)
        );
    }
}
