using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Timers;

/// <summary>Where a timer stands.</summary>
/// <param name="Schedule">The expression that <paramref name="Next"/> follows from.</param>
/// <param name="Last">When the function last ran by its schedule; null when it never did.</param>
/// <param name="Next">The occurrence that is due next, or was missed.</param>
/// <param name="Updated">When this status was reached.</param>
internal sealed record TimerStatus(string Schedule, DateTimeOffset? Last, DateTimeOffset Next, DateTimeOffset Updated)
{
    /// <summary>The form in which a function sees it.</summary>
    public ScheduleStatus ForFunction() =>
        new()
        {
            Last = Last?.UtcDateTime ?? default,
            Next = Next.UtcDateTime,
            LastUpdated = Updated.UtcDateTime,
        };
}
