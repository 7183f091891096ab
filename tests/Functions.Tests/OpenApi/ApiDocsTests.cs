using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using Drawdown.Functions.Api;
using Drawdown.Functions.Service;
using Drawdown.Storage.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Drawdown.Functions.Tests.OpenApi;

/// <summary>The documentation works without an API key, without storage and without the network.</summary>
public sealed partial class ApiDocsTests
{
    // No key, no page and no account is read, so there is nothing to read them from.
    private static readonly LotusApi Api = new(
        new RequestPipeline(
            new ApiContext(null!, null!, null!, null!, TimeProvider.System, new SystemEntropy()),
            new DrawdownMetrics(new Meter(DrawdownMetrics.MeterName)),
            NullLogger<RequestPipeline>.Instance
        ),
        new LotusErrors()
    );

    [Fact]
    public async Task The_document_is_served_in_YAML_and_in_JSON()
    {
        var yaml = await Answer("/api/openapi.yaml", new OpenApiYaml(Api).Run);
        var json = await Answer("/api/openapi.json", new OpenApiJson(Api).Run);

        Assert.Equal(OpenApiDocument.Yaml.ToArray(), yaml.Body);
        Assert.Equal(OpenApiDocument.Json.ToArray(), json.Body);
    }

    [Fact]
    public async Task The_page_loads_nothing_but_what_is_served_here()
    {
        var page = await Answer("/api/docs", new ApiDocs(Api).Run);
        var script = await Asset("docs.js");
        var text = page.Text + script.Text;

        Assert.DoesNotContain("//", Comment().Replace(text, ""), StringComparison.Ordinal);
        var addresses = Address().Matches(text).Select(match => match.Groups["address"].Value).ToList();
        Assert.NotEmpty(addresses);
        foreach (var address in addresses)
            Assert.Contains(
                OpenApiSchemas.Ours.Operation("GET", address)?.Id,
                new[] { nameof(ApiDocsAsset), nameof(OpenApiJson), nameof(OpenApiYaml) }
            );
        var assets = addresses.Where(address => address.StartsWith("/api/docs/", StringComparison.Ordinal));
        Assert.Equal(
            DocsAssets.Names.Order(StringComparer.Ordinal),
            assets.Select(address => address["/api/docs/".Length..]).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task The_page_may_run_its_own_scripts_only_and_speak_to_this_service_only()
    {
        var page = await Answer("/api/docs", new ApiDocs(Api).Run);

        var policy = page.Headers.ContentSecurityPolicy.ToString();
        Assert.StartsWith("default-src 'none'; script-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self'; ", policy, StringComparison.Ordinal);
        // What the policy would refuse: scripts and styles that stand in the page itself.
        Assert.DoesNotMatch("<script>|<script [^>]*>[^<]| on[a-z]+=|<style", page.Text);
    }

    [Theory]
    [InlineData("swagger-ui.css", "text/css; charset=utf-8", ".swagger-ui")]
    [InlineData("index.css", "text/css; charset=utf-8", "box-sizing")]
    [InlineData("swagger-ui-bundle.js", "text/javascript; charset=utf-8", "SwaggerUIBundle")]
    [InlineData("docs.js", "text/javascript; charset=utf-8", "SwaggerUIBundle({")]
    [InlineData("favicon-16x16.png", "image/png", "PNG")]
    [InlineData("favicon-32x32.png", "image/png", "PNG")]
    public async Task An_asset_is_served_with_its_type(string name, string contentType, string content)
    {
        var asset = await Asset(name);

        Assert.Equal(contentType, asset.ContentType);
        Assert.Contains(content, asset.Text, StringComparison.Ordinal);
        Assert.Equal("nosniff", asset.Headers.XContentTypeOptions);
        Assert.Equal("public, max-age=3600", asset.Headers.CacheControl);
    }

    [Fact]
    public void The_document_names_every_asset()
    {
        var named = OpenApiSchemas
            .Ours.Operation("GET", "/api/docs/docs.js")!
            .Parameters.Single()
            .GetProperty("schema")
            .GetProperty("enum")
            .EnumerateArray()
            .Select(name => name.GetString()!);

        Assert.Equal(DocsAssets.Names.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("swagger-ui.js")]
    [InlineData("SWAGGER-UI.CSS")]
    [InlineData("../host.json")]
    public async Task Any_other_name_is_not_found(string name)
    {
        var asset = await Asset(name);

        Assert.Equal(404, asset.Status);
        Assert.Equal("application/problem+json", asset.ContentType);
    }

    private static Task<Served> Asset(string name) =>
        Answer($"/api/docs/{Uri.EscapeDataString(name)}", request => new ApiDocsAsset(Api).Run(request, name));

    private static async Task<Served> Answer(string path, Func<HttpRequest, Task<IResult>> function)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().BuildServiceProvider() };
        (context.Request.Method, context.Request.Path) = ("GET", path);
        using var body = new MemoryStream();
        context.Response.Body = body;
        await (await function(context.Request)).ExecuteAsync(context);

        var served = new Served(context.Response.StatusCode, context.Response.Headers, body.ToArray());
        var faults = OpenApiSchemas.Ours.FaultsOfAnswer(
            OpenApiSchemas.Ours.Operation("GET", path)!,
            served.Status,
            served.ContentType,
            served.Headers.Select(header => header.Key),
            served.Body
        );
        Assert.Empty(faults);
        return served;
    }

    [GeneratedRegex("<!--.*?-->|^ *//.*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(
        "(src=|href=|url: )\"(?<address>[^\"]*)\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Address();

    private sealed record Served(int Status, IHeaderDictionary Headers, byte[] Body)
    {
        public string? ContentType => Headers.ContentType;

        public string Text => Encoding.UTF8.GetString(Body);
    }
}
