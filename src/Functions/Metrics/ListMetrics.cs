using Drawdown.Functions.Api;
using Drawdown.Functions.Plans;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Metrics;

/// <summary><c>GET /api/metrics/</c> lists the organization's metrics, newest first.</summary>
public sealed class ListMetrics(LotusApi api)
{
    [Function(nameof(ListMetrics))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/metrics")] HttpRequest request
    ) =>
        api.Run(
            request,
            "GET /api/metrics/",
            async call =>
            {
                var page = await call.Page();
                if (call.Failure is { } failure)
                    return failure;

                var metrics = await call.Snapshot(call.Catalog()).Metrics(call.Cancellation);
                metrics.Reverse();
                return await call.List(page, metrics, metric => metric.Id.ToString(), MetricJson.Write);
            }
        );
}
