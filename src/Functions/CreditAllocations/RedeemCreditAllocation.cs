using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api.Incoming;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditAllocations;

/// <summary><c>POST /incoming/v2/clients/creditAllocations/:id/redeem</c> spends a learner's credits.</summary>
public sealed class RedeemCreditAllocation(IncomingApi api)
{
    [Function(nameof(RedeemCreditAllocation))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "incoming/v2/clients/creditAllocations/{id}/redeem")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "POST /incoming/v2/clients/creditAllocations/:id/redeem",
            async call =>
            {
                var allocation = call.PathUuid<CreditAllocationId>(id);
                var body = await call.Body();
                var (amount, content) = (AllocationInput.Amount(body), AllocationInput.Content(body));
                if (call.Failure is { } failure)
                    return failure;

                return await call.Write(
                    allocation,
                    nameof(RedeemCreditAllocation),
                    view => AllocationDecisions.Redeem(view.Head, view.Batch, view.Allocation, amount, content, call.By)
                );
            }
        );
}
