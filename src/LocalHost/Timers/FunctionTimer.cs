using Drawdown.LocalHost.Clock;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost.Timers;

/// <summary>Runs one timer function when it is due, and never twice at the same time.</summary>
/// <remarks>
/// As on the genuine host: the status is written after the run, so a crash in the middle runs the occurrence again; a
/// failed run is not repeated before the next occurrence; missed occurrences are made up for by one run, however many
/// they were. Source: the timer listener of azure-webjobs-sdk-extensions.
/// </remarks>
internal sealed partial class FunctionTimer(
    TimerFunction function,
    TimerStatusStore store,
    FunctionRunner runner,
    TestClock clock,
    ILogger<FunctionTimer> logger
)
{
    // A computer may sleep while this waits, and delays do not count the time it slept.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    // A run this late counts as past due.
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(1);

    private TimerStatus _status = new(function.Schedule.Text, null, DateTimeOffset.MaxValue, default);
    private bool _missed;

    /// <summary>The function's name.</summary>
    public string Name => function.Name;

    /// <summary>Held while the function runs.</summary>
    public SemaphoreSlim Running { get; } = new(1, 1);

    /// <summary>The occurrence that is due next, or was missed.</summary>
    public DateTimeOffset Next => _status.Next;

    /// <summary>Reads where the timer stood when the host last ran, or begins with the next occurrence.</summary>
    public async Task Prepare(CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset next = function.Schedule.Next(now);
        TimerStatus? stored = function.UseMonitor ? await store.Load(Name, cancellation) : null;
        if (stored is not null && string.Equals(stored.Schedule, function.Schedule.Text, StringComparison.Ordinal))
        {
            // A stored time beyond the next occurrence comes from a clock that was ahead of today's and was deleted since.
            _status = stored with
            {
                Next = stored.Next < next ? stored.Next : next,
            };
            _missed = Next <= now;
            return;
        }

        _status = new TimerStatus(function.Schedule.Text, null, next, now);
        if (function.UseMonitor)
        {
            // Stored at once, so that even the first occurrence cannot be missed unnoticed.
            await store.Save(Name, _status, cancellation);
        }
    }

    /// <summary>Runs the function whenever it is due, until the host stops.</summary>
    public async Task Loop(Shutdown shutdown)
    {
        try
        {
            await CatchUp(shutdown);
            while (true)
            {
                await Due(shutdown.Stopping);
                using Hold hold = await Hold.Take(Running, shutdown.Stopping);
                await RunIfDue(isPastDue: clock.GetUtcNow() - Next >= Lateness, shutdown.Aborting);
            }
        }
        catch (OperationCanceledException) when (shutdown.Stopping.IsCancellationRequested)
        {
            // The host stops. An aborted run has not moved the status: its occurrence will be past due at the next start.
        }
    }

    /// <summary>Runs the function if it is due; null when it is not. The caller holds <see cref="Running"/>.</summary>
    public async Task<FunctionRun?> RunIfDue(bool isPastDue, CancellationToken aborting) =>
        Next <= clock.GetUtcNow() ? await RunScheduled(isPastDue, aborting) : null;

    /// <summary>Runs the function now, beside its schedule.</summary>
    public async Task<FunctionRun> RunNow(CancellationToken cancellation, CancellationToken aborting)
    {
        using Hold hold = await Hold.Take(Running, cancellation);
        return await Run(isPastDue: false, aborting);
    }

    // What the host's start itself gives reason to: an occurrence missed before it, or RunOnStartup.
    private async Task CatchUp(Shutdown shutdown)
    {
        using Hold hold = await Hold.Take(Running, shutdown.Stopping);
        if (function.RunOnStartup)
        {
            await RunScheduled(_missed, shutdown.Aborting);
        }
        else if (_missed)
        {
            await RunIfDue(isPastDue: true, shutdown.Aborting);
        }
    }

    private async Task Due(CancellationToken stopping)
    {
        while (true)
        {
            Task moved = clock.Moved; // Taken before the time is read, or a move in between would go unnoticed.
            TimeSpan wait = Next - clock.GetUtcNow();
            if (wait <= TimeSpan.Zero)
            {
                return;
            }

            // Timing out and being moved are both reason enough to look again.
            await moved
                .WaitAsync(wait < LongestWait ? wait : LongestWait, clock, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.ThrowIfCancellationRequested();
        }
    }

    private async Task<FunctionRun> RunScheduled(bool isPastDue, CancellationToken aborting)
    {
        DateTimeOffset began = clock.GetUtcNow();
        FunctionRun run = await Run(isPastDue, aborting);
        _status = new TimerStatus(function.Schedule.Text, began, function.Schedule.Next(began), began);
        if (function.UseMonitor)
        {
            await Save(aborting);
        }

        return run;
    }

    private Task<FunctionRun> Run(bool isPastDue, CancellationToken aborting)
    {
        TimerInfo info = new()
        {
            IsPastDue = isPastDue,
            ScheduleStatus = function.UseMonitor ? _status.ForFunction() : null,
        };
        return runner.Run(Name, scope => function.Call(scope, info, aborting), aborting);
    }

    private async Task Save(CancellationToken aborting)
    {
        try
        {
            await store.Save(Name, _status, aborting);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogNotSaved(logger, Name, fault);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The schedule of '{Function}' could not be stored; should the host restart now, it runs once more."
    )]
    private static partial void LogNotSaved(ILogger logger, string function, Exception fault);
}
