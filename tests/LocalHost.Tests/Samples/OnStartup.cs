using Drawdown.LocalHost.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Tests.Samples;

/// <summary>A function that also runs when the host starts.</summary>
public sealed class OnStartup(Probe probe)
{
    [Function("OnStartup")]
    public Task Run([TimerTrigger("0 0 * * * *", RunOnStartup = true)] TimerInfo timer) =>
        probe.Report(timer.IsPastDue ? "past due" : "on time", CancellationToken.None);
}
