using Drawdown.Domain;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Plans;

/// <summary><c>POST /api/plans/</c> creates a plan with its version, which is immutable once written.</summary>
public sealed class CreatePlan(LotusApi api)
{
    [Function(nameof(CreatePlan))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/plans")] HttpRequest request
    ) =>
        api.Run(
            request,
            "POST /api/plans/",
            async call =>
            {
                var draft = PlanInput.Draft(await call.Body());
                if (call.Failure is { } failure)
                    return failure;

                var catalog = call.Catalog();
                var id = new PlanId(call.NewId(catalog));
                var version = new PlanVersionId(call.NewId(catalog));
                return await call.WriteCatalog(
                    $"/api/plans/{id}/",
                    (snapshot, cancellation) => Make(call, snapshot, id, version, draft, cancellation),
                    (change, plan) => change with { Plan = plan },
                    (json, plan) => PlanJson.Write(json, plan, subscriptions: 0)
                );
            }
        );

    private static async Task<Outcome<Plan>> Make(
        ApiCall call,
        AccountSnapshot snapshot,
        PlanId id,
        PlanVersionId version,
        PlanDraft draft,
        CancellationToken cancellation
    )
    {
        var metrics = await Task.WhenAll(
            draft.Components.Select(component => snapshot.Metric(component.Metric, cancellation))
        );
        var unknown = draft.Components.Index().Where(part => metrics[part.Index] is null).ToList();
        if (unknown.Count > 0)
            return new Refusal.Invalid([
                .. unknown.Select(part => new Fault(
                    FaultCode.DoesNotExist,
                    $"There is no metric {part.Item.Metric}.",
                    $"initial_version.components[{part.Index}].metric_id"
                )),
            ]);
        var components = draft.Components.Zip(
            metrics,
            (part, metric) => new PlanComponent(metric!, part.Price, part.Prepaid)
        );
        return new Plan(
            id,
            version,
            draft.Name,
            draft.Description,
            draft.Duration,
            draft.Currency,
            [.. components],
            draft.RecurringCharges,
            call.Now
        );
    }
}
