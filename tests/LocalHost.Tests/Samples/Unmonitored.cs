using Drawdown.LocalHost.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Tests.Samples;

/// <summary>A function whose status is not stored.</summary>
public sealed class Unmonitored(Probe probe)
{
    [Function("Unmonitored")]
    public Task Run([TimerTrigger("0 0 * * * *", UseMonitor = false)] TimerInfo timer) =>
        probe.Report(timer.ScheduleStatus is null ? "no status" : "status", CancellationToken.None);
}
