using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Service;

/// <summary><c>GET /api/docs</c>: the description of this API for people, in Swagger UI. It needs no API key.</summary>
public sealed class ApiDocs(LotusApi api)
{
    // A visitor may give the page an API key: it runs no script but its own, and speaks to nobody but this service.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly Reply.Document Page = new(
        EmbeddedFile.Read(typeof(ApiDocs).Assembly, "ApiDocs.html"),
        "text/html; charset=utf-8"
    )
    {
        Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Content-Security-Policy"] = Policy },
    };

    [Function(nameof(ApiDocs))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/docs")] HttpRequest request
    ) => api.RunOpen(request, _ => Task.FromResult<Reply>(Page));
}
