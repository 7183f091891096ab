using System.Net.Mime;
using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Service;

/// <summary><c>GET /api/openapi.yaml</c>: the description of this API for machines. It needs no API key.</summary>
public sealed class OpenApiYaml(LotusApi api)
{
    [Function(nameof(OpenApiYaml))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/openapi.yaml")] HttpRequest request
    ) =>
        api.RunOpen(
            request,
            _ => Task.FromResult<Reply>(new Reply.Document(OpenApiDocument.Yaml, MediaTypeNames.Application.Yaml))
        );
}
