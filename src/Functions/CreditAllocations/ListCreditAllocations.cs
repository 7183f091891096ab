using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.CreditBatches;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditAllocations;

/// <summary><c>GET /incoming/v2/clients/creditBatches/:id/allocations</c> lists a batch's allocations, newest first.</summary>
public sealed class ListCreditAllocations(IncomingApi api)
{
    [Function(nameof(ListCreditAllocations))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "incoming/v2/clients/creditBatches/{id}/allocations")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "GET /incoming/v2/clients/creditBatches/:id/allocations",
            async call =>
            {
                var batch = call.PathUuid<CreditBatchId>(id);
                var page = await IncomingPage.Read(call);
                if (call.Failure is { } failure)
                    return failure;

                var view = await call.Snapshot(call.Account(batch.Uuid)).ActionsView(call.Cancellation);
                if (view?.Batches.FirstOrDefault(one => one.Id == batch) is not { } found)
                    return CreditBatchWrites.Missing(batch);
                var own = view.Allocations.Where(allocation => allocation.Batch == batch);
                return await page.Of(
                    call,
                    "CreditAllocations",
                    "creditAllocations",
                    [.. own.OrderByDescending(Position, StringComparer.Ordinal)],
                    Position,
                    (json, allocation) =>
                        CreditAllocationJson.Write(json, view.Head, allocation, found.StandingAt(call.Now)),
                    json => json.Text("creditBatchId", batch.ToString())
                );
            }
        );

    private static string Position(CreditAllocation allocation) =>
        IncomingPage.Position(allocation.CreatedAt, allocation.Id);
}
