using Drawdown.Domain;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Metrics;

/// <summary><c>GET /api/metrics/{metric_id}/</c></summary>
public sealed class GetMetric(LotusApi api)
{
    [Function(nameof(GetMetric))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/metrics/{metricId}")] HttpRequest request,
        string metricId
    ) =>
        api.Run(
            request,
            "GET /api/metrics/{metric_id}/",
            async call =>
            {
                var id = call.PathId<MetricId>(metricId, "metric_id");
                if (call.Failure is { } failure)
                    return failure;

                var metric = await call.Snapshot(call.Account(id.Hex)).Metric(id, call.Cancellation);
                return metric is null
                    ? new Refusal.NotFound($"There is no metric {id}.")
                    : new Reply.Success(Answers.Ok(json => MetricJson.Write(json, metric)));
            }
        );
}
