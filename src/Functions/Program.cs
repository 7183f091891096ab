using Azure.Monitor.OpenTelemetry.Exporter;
using Drawdown.Functions;
using Drawdown.Storage;
using Drawdown.Storage.Azure;
using Drawdown.Storage.Telemetry;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

// The isolated worker that Azure runs. LocalHost hosts the same functions without it.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

var telemetry = builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();

// Without a connection string the exporter refuses to start, and a worker without Application Insights is a valid one.
if (!string.IsNullOrEmpty(builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
{
    var identity = TelemetryIdentity.From(builder.Configuration["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]);
    telemetry.UseAzureMonitorExporter(exporter => exporter.Credential = identity);
    builder.Services.ConfigureOpenTelemetryMeterProvider(meters => meters.AddMeter(DrawdownMetrics.MeterName));
    builder.Services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddSource(DrawdownMetrics.MeterName));
}

// It logs with a stack trace what is told below in one line.
builder.Services.AddLogging(logging =>
    logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
);

try
{
    builder.Services.AddDrawdown(builder.Configuration);
    await builder.Build().RunAsync();
    return 0;
}
catch (Exception fault) when (fault is StorageSetupException or StorageUnavailableException)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 1;
}
