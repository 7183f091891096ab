using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.CreditBatches;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditAllocations;

/// <summary><c>POST /incoming/v2/clients/creditBatches/:id/allocations</c> gives credits of a batch to a learner.</summary>
public sealed class AllocateCredits(IncomingApi api)
{
    [Function(nameof(AllocateCredits))]
    public Task<IResult> Run(
        [HttpTrigger(
            AuthorizationLevel.Anonymous,
            "post",
            Route = "incoming/v2/clients/creditBatches/{id}/allocations"
        )]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "POST /incoming/v2/clients/creditBatches/:id/allocations",
            async call =>
            {
                var batch = call.PathUuid<CreditBatchId>(id);
                var asked = AllocationInput.Request(await call.Body());
                if (call.Failure is { } failure)
                    return failure;

                var account = call.Account(batch.Uuid);
                var allocation = new CreditAllocationId(call.NewUuid(account));
                return await call.Write(
                    account,
                    async (snapshot, cancellation) =>
                    {
                        if (await snapshot.BatchView(batch, cancellation) is not { Head: var head, Batch: var found })
                            return CreditBatchWrites.Missing(batch);
                        return AllocationDecisions
                            .Allocate(head, found, allocation, asked, call.By)
                            .Then(decided => new Decided(
                                head,
                                decided.Change,
                                IncomingAnswers.Created(
                                    nameof(AllocateCredits),
                                    CreditAllocationJson.PathOf(allocation),
                                    json => CreditAllocationJson.WriteBoth(json, decided, call.Now)
                                )
                            ));
                    }
                );
            }
        );
}
