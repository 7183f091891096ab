using Drawdown.Domain;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;
using Drawdown.Functions.Api;
using Drawdown.Functions.Charges;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Subscriptions;

/// <summary>
/// <c>POST /api/subscriptions/{subscription_id}/components/{metric_id}/change_prepaid_units/</c> changes the prepaid units
/// of a subscription. An increase is invoiced at once or with the next invoice; a decrease is granted as a credit. Source:
/// Lotus, "Change prepaid units".
/// </summary>
public sealed class ChangePrepaidUnits(LotusApi api, SubscriptionRenewal renewal, ChargeMessages messages)
{
    [Function(nameof(ChangePrepaidUnits))]
    public Task<IResult> Run(
        [HttpTrigger(
            AuthorizationLevel.Anonymous,
            "post",
            Route = "api/subscriptions/{subscriptionId}/components/{metricId}/change_prepaid_units"
        )]
            HttpRequest request,
        string subscriptionId,
        string metricId
    ) =>
        api.Run(
            request,
            "POST /api/subscriptions/{subscription_id}/components/{metric_id}/change_prepaid_units/",
            async call =>
            {
                var (id, change) = await SubscriptionInput.Change(call, subscriptionId, metricId);
                if (call.Failure is { } failure)
                    return failure;

                var account = call.Account(id.Hex);
                var ids = new PrepaidIds(new(call.NewId(account)), new(call.NewId(account)));
                // By the answer of each attempt: which of them was committed is known only by the answer that is given.
                var owed = new Dictionary<StoredAnswer, ChargeId>(ReferenceEqualityComparer.Instance);
                var reply = await call.Write(
                    account,
                    async (snapshot, cancellation) =>
                    {
                        var outcome = await Decide(call, snapshot, id, change, ids, cancellation);
                        return outcome.Then(decided =>
                        {
                            var commit = ToCommit(snapshot, decided);
                            if (decided.Change?.Owed is { } charge)
                                owed.Add(commit.Answer, charge);
                            return commit;
                        });
                    },
                    () => renewal.BringUpToDate(account, id, call.Now, call.Cancellation),
                    Due(change, account, ids, call.Now)
                );
                if (
                    reply is Reply.Success { Replayed: false, Answer: var given }
                    && owed.TryGetValue(given, out var queued)
                )
                    await messages.Send(account, queued, call.Cancellation);
                return reply;
            }
        );

    private static async Task<Outcome<SubscriptionDecided>> Decide(
        ApiCall call,
        AccountSnapshot snapshot,
        SubscriptionId id,
        PrepaidChange change,
        PrepaidIds ids,
        CancellationToken cancellation
    )
    {
        var finding = snapshot.Subscription(id, cancellation);
        var head = await snapshot.Head(cancellation);
        if (await finding is not { } subscription || head is null)
            return GetSubscription.Missing(id);
        if (!call.Matches(SubscriptionJson.Show(head, subscription)))
            return new Refusal.PreconditionFailed();
        return PrepaidDecisions.Change(head, subscription, change, ids, call.By);
    }

    private static Decided ToCommit(AccountSnapshot snapshot, SubscriptionDecided decided)
    {
        var head = snapshot.StoredHead!.Head;
        return new(head, decided.Change, SubscriptionJson.Show(head, decided.Subscription));
    }

    // Written while the subscription is read: whether it will be an increase is not known yet, and a needless item is harmless.
    private static AgendaItem[] Due(PrepaidChange change, AccountAddress account, PrepaidIds ids, DateTimeOffset now) =>
        change.InvoiceNow ? [SubscriptionCommits.Relay(account, ids.Charge, now)] : [];
}
