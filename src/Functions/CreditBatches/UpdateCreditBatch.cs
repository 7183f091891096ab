using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api.Incoming;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditBatches;

/// <summary>
/// <c>PUT /incoming/v2/clients/creditBatches/:id</c> changes name, expiry and current balance of an active batch. An absent field
/// keeps, null clears; all other fields are ignored. Source: Thought Industries, "Update Credit Batch".
/// </summary>
public sealed class UpdateCreditBatch(IncomingApi api)
{
    [Function(nameof(UpdateCreditBatch))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "incoming/v2/clients/creditBatches/{id}")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "PUT /incoming/v2/clients/creditBatches/:id",
            async call =>
            {
                var batch = call.PathUuid<CreditBatchId>(id);
                var edit = CreditBatchInput.Edit(await call.Body());
                call.Faults.AddLate(CreditBatchDecisions.ExpiryFaults(edit.ExpiresOn.Value, call.Now));
                call.Faults.AddLate(CreditBatchDecisions.BalanceFaults(edit.CurrentBalance));
                if (call.Failure is { } failure)
                    return failure;

                return await call.Write(
                    batch,
                    nameof(UpdateCreditBatch),
                    edit.ExpiresOn.Value,
                    (head, found) => CreditBatchDecisions.Update(head, found, edit, call.By)
                );
            }
        );
}
