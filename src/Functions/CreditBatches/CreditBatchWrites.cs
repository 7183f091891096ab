using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;

namespace Drawdown.Functions.CreditBatches;

/// <summary>What the writes to one existing batch share: find it, check <c>If-Match</c>, decide, show it.</summary>
public static class CreditBatchWrites
{
    /// <summary>Changes one batch.</summary>
    /// <param name="operation">What the envelope calls the answer.</param>
    /// <param name="expiry">An expiry that the change may set, for the agenda.</param>
    public static Task<Reply> Write(
        this ApiCall call,
        CreditBatchId id,
        string operation,
        DateTimeOffset? expiry,
        Func<AccountHead, CreditBatch, Outcome<CreditBatchDecided>> decide
    ) =>
        call.Write(
            call.Account(id.Uuid),
            async (snapshot, cancellation) =>
            {
                if (await snapshot.BatchView(id, cancellation) is not { Head: var head, Batch: var batch })
                    return Missing(id);
                if (!call.Matches(CreditBatchJson.Show(operation, head, batch, call.Now)))
                    return new Refusal.PreconditionFailed();
                return decide(head, batch)
                    .Then(decided => new Decided(
                        head,
                        decided.Change,
                        CreditBatchJson.Show(operation, head, decided.Batch, call.Now)
                    ));
            },
            Due(call, id, expiry)
        );

    /// <summary>The refusal of an id that leads to no batch.</summary>
    public static Refusal Missing(CreditBatchId id) => new Refusal.NotFound($"There is no credit batch {id}.");

    /// <summary>
    /// The agenda's items for an expiry. One in the past will be refused, and its item would lie behind the watermark for
    /// ever.
    /// </summary>
    public static AgendaItem[] Due(ApiCall call, CreditBatchId id, DateTimeOffset? expiry) =>
        expiry is { } due && due > call.Now ? [new(AgendaKind.Expire, due, call.Account(id.Uuid), id.ToString())] : [];
}
