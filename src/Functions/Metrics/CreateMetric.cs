using Drawdown.Domain;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Plans;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Metrics;

/// <summary><c>POST /api/metrics/</c> names something that is counted, such as seats.</summary>
public sealed class CreateMetric(LotusApi api)
{
    private static readonly string[] Aggregations = ["count", "sum", "max", "unique", "latest", "average"];

    [Function(nameof(CreateMetric))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/metrics")] HttpRequest request
    ) =>
        api.Run(
            request,
            "POST /api/metrics/",
            async call =>
            {
                var body = await call.Body();
                var name = body.RequiredText("metric_name", TextRules.NameLength);
                var eventName = body.RequiredText("event_name", TextRules.NameLength);
                var aggregation = body.OptionalChoice("aggregation_type", Aggregations) ?? "count";
                var property = body.OptionalText("property_name", TextRules.NameLength);
                if (property is null && aggregation != "count")
                    body.Fault(FaultCode.Required, "Anything but a count needs a property.", "property_name");
                if (call.Failure is { } failure)
                    return failure;

                var catalog = call.Catalog();
                var id = new MetricId(call.NewId(catalog));
                return await call.WriteCatalog(
                    $"/api/metrics/{id}/",
                    (_, _) =>
                        Task.FromResult<Outcome<Metric>>(
                            new Metric(id, name, eventName, aggregation, property, call.Now)
                        ),
                    (change, metric) => change with { Metric = metric },
                    MetricJson.Write
                );
            }
        );
}
