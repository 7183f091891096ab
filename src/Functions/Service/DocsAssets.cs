using System.Collections.Frozen;
using System.IO.Compression;
using Drawdown.Functions.Api;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace Drawdown.Functions.Service;

/// <summary>
/// The files of the documentation page: Swagger UI's, which the Swashbuckle package embeds, and the page's own script. What
/// is not listed here is not served.
/// </summary>
public static class DocsAssets
{
    private const string JavaScript = "text/javascript; charset=utf-8";
    private const string Css = "text/css; charset=utf-8";
    private const string Png = "image/png";

    private static readonly FrozenDictionary<string, Lazy<Reply.Document>> ByName = new Dictionary<
        string,
        Lazy<Reply.Document>
    >(StringComparer.Ordinal)
    {
        ["swagger-ui.css"] = SwaggerUi("swagger-ui.css", Css),
        ["index.css"] = SwaggerUi("index.css", Css),
        ["swagger-ui-bundle.js"] = SwaggerUi("swagger-ui-bundle.js", JavaScript),
        ["favicon-16x16.png"] = SwaggerUi("favicon-16x16.png", Png),
        ["favicon-32x32.png"] = SwaggerUi("favicon-32x32.png", Png),
        ["docs.js"] = new(() => Asset(EmbeddedFile.Read(typeof(DocsAssets).Assembly, "ApiDocs.js"), JavaScript)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names of all files.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>A file, or null when there is none of this name.</summary>
    public static Reply.Document? Find(string name) => ByName.GetValueOrDefault(name)?.Value;

    // The package embeds its files compressed. They are kept plain once somebody has asked for them: 2 MB in all.
    private static Lazy<Reply.Document> SwaggerUi(string name, string contentType) =>
        new(() =>
        {
            var assembly = typeof(SwaggerUIOptions).Assembly;
            var compressed = EmbeddedFile.Read(
                assembly,
                $"{assembly.GetName().Name}.node_modules.swagger_ui_dist.{name}"
            );
            using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            return Asset(plain.ToArray(), contentType);
        });

    // They are the same for everybody, and change with a release only: unlike answers, they may be kept for a while.
    private static Reply.Document Asset(byte[] bytes, string contentType) =>
        new(bytes, contentType)
        {
            Headers = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Cache-Control"] = "public, max-age=3600",
            },
        };
}
