using Drawdown.LocalHost.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Tests.Samples;

/// <summary>A function that runs every five minutes.</summary>
public sealed class FiveMinutes(Probe probe, TimeProvider clock)
{
    public const string Name = "EveryFiveMinutes";

    [Function(Name)]
    public Task Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellation) =>
        probe.Report(
            $"{clock.GetUtcNow():HH:mm:ss}{(timer.IsPastDue ? " past due" : "")}, last {Time(timer.ScheduleStatus!.Last)}, "
                + $"next {Time(timer.ScheduleStatus.Next)}",
            cancellation
        );

    private static string Time(DateTime time) => time == default ? "never" : $"{time:HH:mm:ss}";
}
