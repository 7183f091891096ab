using Drawdown.Domain;
using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Service;

/// <summary><c>GET /api/docs/{asset}</c>: a script, style sheet or icon of the documentation page.</summary>
public sealed class ApiDocsAsset(LotusApi api)
{
    [Function(nameof(ApiDocsAsset))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/docs/{asset}")] HttpRequest request,
        string asset
    ) =>
        api.RunOpen(
            request,
            _ =>
                Task.FromResult<Reply>(
                    DocsAssets.Find(asset) is { } document
                        ? document
                        : new Refusal.NotFound("The documentation has no such file.")
                )
        );
}
