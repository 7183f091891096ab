using Drawdown.Domain;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;
using Drawdown.Functions.Api;
using Drawdown.Functions.Charges;
using Drawdown.Functions.Customers;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Directory;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Subscriptions;

/// <summary>
/// <c>POST /api/subscriptions/</c> subscribes a customer to a plan. What the plan bills in advance is invoiced through the
/// queue.
/// </summary>
public sealed class CreateSubscription(
    LotusApi api,
    SubscriptionCommits commits,
    SubscriptionDirectory directory,
    ChargeMessages messages
)
{
    [Function(nameof(CreateSubscription))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/subscriptions")] HttpRequest request
    ) =>
        api.Run(
            request,
            "POST /api/subscriptions/",
            async call =>
            {
                var draft = SubscriptionInput.Draft(await call.Body());
                if (call.Failure is { } failure)
                    return failure;

                // A plan never changes, so it can be read apart from the account's transaction.
                var plan = await call.Snapshot(call.Account(draft.Plan.Hex)).Plan(draft.Plan, call.Cancellation);
                var account = call.Customer(draft.CustomerId);
                var (id, chargeId) = (new SubscriptionId(call.NewId(account)), new ChargeId(call.NewId(account)));
                ChargeId? owed = null;
                var reply = await call.Write(
                    account,
                    async (snapshot, cancellation) =>
                    {
                        var outcome = await Decide(call, snapshot, draft, plan, id, chargeId, cancellation);
                        owed = outcome is Outcome<SubscriptionDecided>.Accepted { Value.Change.Owed: { } charge }
                            ? charge
                            : null;
                        return outcome.Then(decided => ToCommit(call, snapshot, account, decided));
                    }
                );
                if (owed is { } queued && reply is Reply.Success { Replayed: false })
                    await messages.Send(account, queued, call.Cancellation);
                return reply;
            }
        );

    private static async Task<Outcome<SubscriptionDecided>> Decide(
        ApiCall call,
        AccountSnapshot snapshot,
        SubscriptionDraft draft,
        Plan? plan,
        SubscriptionId id,
        ChargeId chargeId,
        CancellationToken cancellation
    )
    {
        var head = await snapshot.Head(cancellation);
        if (CustomerLookup.Unknown(head, draft.CustomerId) is { } unknown)
            return unknown;
        if (plan is null)
            return new Refusal.Invalid(FaultCode.DoesNotExist, $"There is no plan {draft.Plan}.", "plan_id");
        var existing = await snapshot.Subscriptions(cancellation);
        return SubscriptionDecisions.Create(head!, existing, id, chargeId, draft.For(plan), call.By);
    }

    private Decided ToCommit(
        ApiCall call,
        AccountSnapshot snapshot,
        AccountAddress account,
        SubscriptionDecided decided
    )
    {
        var head = snapshot.StoredHead!.Head;
        var location = $"/api/subscriptions/{decided.Subscription.Id}/";
        return new(
            head,
            decided.Change,
            Answers.Created(location, json => SubscriptionJson.Write(json, head, decided.Subscription))
        )
        {
            Before = token =>
                Task.WhenAll(
                    directory.Add(call.Organization, decided.Subscription, token),
                    commits.Before(account, decided, call.Now, token)
                ),
        };
    }
}
