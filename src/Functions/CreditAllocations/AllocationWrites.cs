using Drawdown.Domain;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Accounts.CreditBatches;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.CreditAllocations;

/// <summary>What the writes to one existing allocation share: find it with its batch, check <c>If-Match</c>, decide, show both.</summary>
public static class AllocationWrites
{
    /// <summary>Changes one allocation.</summary>
    /// <param name="operation">What the envelope calls the answer.</param>
    public static Task<Reply> Write(
        this ApiCall call,
        CreditAllocationId id,
        string operation,
        Func<AllocationView, Outcome<AllocationDecided>> decide
    ) =>
        call.Write(
            call.Account(id.Uuid),
            async (snapshot, cancellation) =>
            {
                if (await snapshot.AllocationView(id, call.Now, cancellation) is not { } view)
                    return Missing(id);
                if (!call.Matches(Show(view, call.Now)))
                    return new Refusal.PreconditionFailed();
                return decide(view)
                    .Then(decided => new Decided(
                        view.Head,
                        decided.Change,
                        IncomingAnswers.Ok(operation, json => CreditAllocationJson.WriteBoth(json, decided, call.Now))
                    ));
            }
        );

    /// <summary>The answer that shows one allocation.</summary>
    public static StoredAnswer Show(AllocationView view, DateTimeOffset now) =>
        IncomingAnswers.Ok(
            "CreditAllocation",
            json => CreditAllocationJson.Write(json, view.Head, view.Allocation, view.Batch.StandingAt(now))
        );

    /// <summary>The refusal of an id that leads to no allocation.</summary>
    public static Refusal Missing(CreditAllocationId id) => new Refusal.NotFound($"There is no allocation {id}.");
}
