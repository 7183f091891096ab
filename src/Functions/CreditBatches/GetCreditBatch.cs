using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditBatches;

/// <summary><c>GET /incoming/v2/clients/creditBatches/:id</c></summary>
/// <remarks>
/// <c>clients/:id/creditBatches</c> has as many segments, and of two routes that both match, the host takes the function
/// whose name comes first: this one, before <see cref="ListCreditBatches"/>.
/// </remarks>
public sealed class GetCreditBatch(IncomingApi api)
{
    [Function(nameof(GetCreditBatch))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "incoming/v2/clients/creditBatches/{id}")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "GET /incoming/v2/clients/creditBatches/:id",
            async call =>
            {
                var batch = call.PathUuid<CreditBatchId>(id);
                if (call.Failure is { } failure)
                    return failure;

                var view = await call.Snapshot(call.Account(batch.Uuid)).BatchView(batch, call.Cancellation);
                return view is null
                    ? CreditBatchWrites.Missing(batch)
                    : new Reply.Success(CreditBatchJson.Show("CreditBatch", view.Head, view.Batch, call.Now));
            }
        );
}
