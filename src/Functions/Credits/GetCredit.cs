using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Credits;

/// <summary><c>GET /api/credits/{credit_id}/</c></summary>
public sealed class GetCredit(LotusApi api)
{
    [Function(nameof(GetCredit))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/credits/{creditId}")] HttpRequest request,
        string creditId
    ) =>
        api.Run(
            request,
            "GET /api/credits/{credit_id}/",
            async call =>
            {
                var id = call.PathId<CreditId>(creditId, "credit_id");
                if (call.Failure is { } failure)
                    return failure;

                var view = await call.Snapshot(call.Account(id.Hex)).CreditView(id, call.Cancellation);
                return view is null ? CreditWrites.Missing(id) : new Reply.Success(CreditJson.Show(view, call.Now));
            }
        );
}
