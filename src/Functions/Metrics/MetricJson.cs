using System.Text.Json;
using Drawdown.Domain.Catalog;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Metrics;

/// <summary>A metric as the API shows it.</summary>
public static class MetricJson
{
    /// <summary>The fields of a metric.</summary>
    public static void Write(Utf8JsonWriter json, Metric metric)
    {
        json.Text("metric_id", metric.Id.ToString());
        json.Text("metric_name", metric.Name);
        json.Text("event_name", metric.EventName);
        json.Text("aggregation_type", metric.Aggregation);
        json.Text("property_name", metric.Property);
    }
}
