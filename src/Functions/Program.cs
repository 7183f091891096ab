using Azure.Monitor.OpenTelemetry.Exporter;
using Drawdown.Functions;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The isolated worker that Azure runs. LocalHost hosts the same functions without it.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

var telemetry = builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();

// Without a connection string the exporter refuses to start, and a worker without Application Insights is a valid one.
if (!string.IsNullOrEmpty(builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
{
    telemetry.UseAzureMonitorExporter();
}

builder.Services.AddDrawdown(builder.Configuration);

await builder.Build().RunAsync();
