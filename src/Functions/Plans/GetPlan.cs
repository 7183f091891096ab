using Drawdown.Domain;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Storage.Directory;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Plans;

/// <summary><c>GET /api/plans/{plan_id}/</c></summary>
public sealed class GetPlan(LotusApi api, SubscriptionDirectory subscriptions)
{
    [Function(nameof(GetPlan))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/plans/{planId}")] HttpRequest request,
        string planId
    ) =>
        api.Run(
            request,
            "GET /api/plans/{plan_id}/",
            async call =>
            {
                var id = call.PathId<PlanId>(planId, "plan_id");
                if (call.Failure is { } failure)
                    return failure;

                var counting = subscriptions.CountActive(call.Organization, id, call.Now, call.Cancellation);
                var plan = await call.Snapshot(call.Account(id.Hex)).Plan(id, call.Cancellation);
                var active = await counting;
                return plan is null
                    ? new Refusal.NotFound($"There is no plan {id}.")
                    : new Reply.Success(Answers.Ok(json => PlanJson.Write(json, plan, active)));
            }
        );
}
