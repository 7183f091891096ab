using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Subscriptions;

/// <summary><c>GET /api/subscriptions/</c> lists a customer's subscriptions, newest first.</summary>
public sealed class ListSubscriptions(LotusApi api)
{
    [Function(nameof(ListSubscriptions))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/subscriptions")] HttpRequest request
    ) =>
        api.Run(
            request,
            "GET /api/subscriptions/",
            async call =>
            {
                var customerId = call.Query.RequiredText("customer_id");
                var statuses = call.Query.Choices("status", [.. SubscriptionStatusNames.Names.All]);
                var plan = call.Query.OptionalId<PlanId>("plan_id");
                var from = call.Query.OptionalInstant("range_start");
                var to = call.Query.OptionalInstant("range_end");
                var page = await call.Page();
                if (call.Failure is { } failure)
                    return failure;

                var snapshot = call.Snapshot(call.Customer(customerId));
                var head = await snapshot.Head(call.Cancellation);
                if (CustomerLookup.Unknown(head, customerId) is { } unknown)
                    return unknown;
                var subscriptions = await snapshot.Subscriptions(call.Cancellation);
                subscriptions.Reverse();
                // In the range is what runs during any part of it, its ends included.
                var shown = subscriptions.Where(subscription =>
                    (statuses.Count == 0 || statuses.Contains(StatusOf(subscription, call.Now)))
                    && (plan is null || subscription.Plan == plan)
                    && (from is null || subscription.LastEnd >= from)
                    && (to is null || subscription.Anchor.Start <= to)
                );
                return await call.List(
                    page,
                    shown,
                    subscription => subscription.Id.ToString(),
                    (json, subscription) => SubscriptionJson.Write(json, head!, subscription)
                );
            }
        );

    private static string StatusOf(Subscription subscription, DateTimeOffset now) =>
        SubscriptionStatusNames.Names.Of(subscription.StatusAt(now));
}
