using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditAllocations;

/// <summary><c>GET /incoming/v2/clients/creditAllocations/:id</c></summary>
public sealed class GetCreditAllocation(IncomingApi api)
{
    [Function(nameof(GetCreditAllocation))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "incoming/v2/clients/creditAllocations/{id}")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "GET /incoming/v2/clients/creditAllocations/:id",
            async call =>
            {
                var allocation = call.PathUuid<CreditAllocationId>(id);
                if (call.Failure is { } failure)
                    return failure;

                var view = await call.Snapshot(call.Account(allocation.Uuid))
                    .AllocationView(allocation, call.Now, call.Cancellation);
                return view is null
                    ? AllocationWrites.Missing(allocation)
                    : new Reply.Success(AllocationWrites.Show(view, call.Now));
            }
        );
}
