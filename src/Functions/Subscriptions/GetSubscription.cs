using Drawdown.Domain;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Subscriptions;

/// <summary><c>GET /api/subscriptions/{subscription_id}/</c></summary>
public sealed class GetSubscription(LotusApi api)
{
    [Function(nameof(GetSubscription))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/subscriptions/{subscriptionId}")]
            HttpRequest request,
        string subscriptionId
    ) =>
        api.Run(
            request,
            "GET /api/subscriptions/{subscription_id}/",
            async call =>
            {
                var id = call.PathId<SubscriptionId>(subscriptionId, "subscription_id");
                if (call.Failure is { } failure)
                    return failure;

                var snapshot = call.Snapshot(call.Account(id.Hex));
                var finding = snapshot.Subscription(id, call.Cancellation);
                var head = await snapshot.Head(call.Cancellation);
                return await finding is { } subscription && head is not null
                    ? new Reply.Success(SubscriptionJson.Show(head, subscription))
                    : Missing(id);
            }
        );

    /// <summary>The refusal of an id that leads to no subscription.</summary>
    public static Refusal Missing(SubscriptionId id) => new Refusal.NotFound($"There is no subscription {id}.");
}
