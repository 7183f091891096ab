using Drawdown.Functions.Api;
using Drawdown.Storage;
using Drawdown.Storage.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Service;

/// <summary><c>GET /api/healthcheck/</c>: 200 when storage is reachable, else 503. It needs no API key.</summary>
public sealed class Healthcheck(LotusApi api, ITableStore tables)
{
    [Function(nameof(Healthcheck))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/healthcheck")] HttpRequest request
    ) =>
        api.RunOpen(
            request,
            async cancellation =>
                await tables.CanRead(StorageTables.Accounts, cancellation)
                    ? new Reply.Success(Answers.Ok(json => json.Text("status", "ok")))
                    : new ApiError.Unavailable()
        );
}
