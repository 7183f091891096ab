using Drawdown.LocalHost.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Tests.Samples;

/// <summary>A function that runs every hour.</summary>
public sealed class Hourly(Probe probe)
{
    public const string Name = "EveryHour";

    [Function(Name)]
    public Task Run([TimerTrigger("0 0 * * * *")] TimerInfo timer, CancellationToken cancellation) =>
        probe.Report(timer.IsPastDue ? "hour past due" : "hour", cancellation);
}
