using Drawdown.Functions.Api;
using Drawdown.Storage.Directory;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Plans;

/// <summary><c>GET /api/plans/</c> lists the organization's plans, newest first.</summary>
public sealed class ListPlans(LotusApi api, SubscriptionDirectory subscriptions)
{
    [Function(nameof(ListPlans))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/plans")] HttpRequest request
    ) =>
        api.Run(
            request,
            "GET /api/plans/",
            async call =>
            {
                var page = await call.Page();
                if (call.Failure is { } failure)
                    return failure;

                var plans = await call.Snapshot(call.Catalog()).Plans(call.Cancellation);
                plans.Reverse();
                var (shown, next) = page.Of(plans, plan => plan.Id.ToString());
                var active = new Dictionary<Domain.Ids.PlanId, int>();
                foreach (var plan in shown)
                    active[plan.Id] = await subscriptions.CountActive(
                        call.Organization,
                        plan.Id,
                        call.Now,
                        call.Cancellation
                    );
                var body = JsonText.Write(json =>
                    json.Objects(shown, plan => PlanJson.Write(json, plan, active[plan.Id]))
                );
                return await call.List(body, page, next);
            }
        );
}
