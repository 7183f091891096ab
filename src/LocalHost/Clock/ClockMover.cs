using Drawdown.LocalHost.Queues;
using Drawdown.LocalHost.Timers;

namespace Drawdown.LocalHost.Clock;

/// <summary>Moves the test clock and runs what falls due by it. One move at a time.</summary>
internal sealed class ClockMover(
    TestClock clock,
    ClockStore store,
    FunctionTimers timers,
    QueuePumps pumps,
    Shutdown shutdown
) : IDisposable
{
    private readonly SemaphoreSlim _moving = new(1, 1);

    /// <summary>
    /// Moves the clock, runs each timer that has an occurrence due once, and then processes the queues until they are
    /// empty.
    /// </summary>
    /// <returns>
    /// The timers that ran, in order, and each queue function that took a message: failed if it failed on any. Or the fault
    /// of the request, in one sentence; then nothing has changed.
    /// </returns>
    public async Task<(IReadOnlyList<FunctionRun>? Ran, string? Fault)> Move(
        ClockRequest request,
        CancellationToken cancellation
    )
    {
        // While all these are held nothing else runs a timer or takes a message, so that all that falls due is seen here.
        using Hold hold = await Hold.Take([_moving, .. timers.Locks, .. pumps.Locks], cancellation);

        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset real = now - clock.Offset;
        if (!request.TryApply(now, real, out DateTimeOffset target, out string? fault))
        {
            return (null, fault);
        }

        // From here on the caller cannot call it off: half a move would leave due work behind unseen. Stored before it is
        // shown: a restart may then be ahead of what a caller saw, but never behind.
        TimeSpan offset = target - real;
        await store.Save(offset, shutdown.Aborting);
        clock.Move(offset);

        List<FunctionRun> ran = [.. await timers.RunDue()];
        IReadOnlyList<FunctionRun> messages = await pumps.Drain(shutdown.Aborting);
        ran.AddRange(
            messages
                .GroupBy(run => run.Function, StringComparer.Ordinal)
                .Select(runs => runs.FirstOrDefault(run => !run.Succeeded) ?? runs.First())
        );
        return (ran, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _moving.Dispose();
}
