using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Service;

/// <summary><c>GET /api/ping/</c> says whose API key it is.</summary>
public sealed class Ping(LotusApi api)
{
    [Function(nameof(Ping))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/ping")] HttpRequest request
    ) =>
        api.Run(
            request,
            "GET /api/ping/",
            call =>
                Task.FromResult<Reply>(
                    new Reply.Success(Answers.Ok(json => json.Text("organization_id", call.Organization.ToString())))
                )
        );
}
