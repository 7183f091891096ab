using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditAllocations;

/// <summary>
/// <c>POST /incoming/v2/clients/creditAllocations/:id/revoke</c> takes unspent credits back to the batch that they came from. In a
/// batch that is closed they have lapsed, and nothing changes.
/// </summary>
public sealed class RevokeCreditAllocation(IncomingApi api)
{
    [Function(nameof(RevokeCreditAllocation))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "incoming/v2/clients/creditAllocations/{id}/revoke")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "POST /incoming/v2/clients/creditAllocations/:id/revoke",
            async call =>
            {
                var allocation = call.PathUuid<CreditAllocationId>(id);
                var body = await call.Body();
                var amount = AllocationInput.OptionalAmount(body);
                var reason = body.OptionalText("reason", TextRules.DescriptionLength);
                if (call.Failure is { } failure)
                    return failure;

                return await call.Write(
                    allocation,
                    nameof(RevokeCreditAllocation),
                    view => AllocationDecisions.Revoke(view.Head, view.Batch, view.Allocation, amount, reason, call.By)
                );
            }
        );
}
