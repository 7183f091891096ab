using System.Net.Mime;
using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Service;

/// <summary><c>GET /api/openapi.json</c>: the same as <c>openapi.yaml</c>, for readers that know JSON only.</summary>
public sealed class OpenApiJson(LotusApi api)
{
    [Function(nameof(OpenApiJson))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/openapi.json")] HttpRequest request
    ) =>
        api.RunOpen(
            request,
            _ => Task.FromResult<Reply>(new Reply.Document(OpenApiDocument.Json, MediaTypeNames.Application.Json))
        );
}
