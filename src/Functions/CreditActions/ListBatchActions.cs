using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.CreditBatches;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditActions;

/// <summary>
/// <c>GET /incoming/v2/clients/creditBatches/:id/creditActions</c> lists what happened to one batch, newest first. A batch need
/// not have a credit account.
/// </summary>
public sealed class ListBatchActions(IncomingApi api)
{
    [Function(nameof(ListBatchActions))]
    public Task<IResult> Run(
        [HttpTrigger(
            AuthorizationLevel.Anonymous,
            "get",
            Route = "incoming/v2/clients/creditBatches/{id}/creditActions"
        )]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "GET /incoming/v2/clients/creditBatches/:id/creditActions",
            async call =>
            {
                var batch = call.PathUuid<CreditBatchId>(id);
                var page = await IncomingPage.Read(call);
                if (call.Failure is { } failure)
                    return failure;

                var view = await call.Snapshot(call.Account(batch.Uuid)).BatchActionsView(batch, call.Cancellation);
                if (view is null)
                    return CreditBatchWrites.Missing(batch);
                return await page.Of(
                    call,
                    "CreditBatchActions",
                    "creditActions",
                    [.. view.Actions.Reverse()],
                    CreditActionJson.Position,
                    (json, action) => CreditActionJson.Write(json, view.Head, view.Account, action),
                    json => json.Text("creditBatchId", batch.ToString())
                );
            }
        );
}
