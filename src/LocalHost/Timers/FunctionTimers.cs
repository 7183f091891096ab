using Drawdown.LocalHost.Discovery;
using Microsoft.Extensions.DependencyInjection;

namespace Drawdown.LocalHost.Timers;

/// <summary>All timers of the host.</summary>
internal sealed class FunctionTimers(
    FunctionSet functions,
    TimerStatusStore store,
    IServiceProvider services,
    Shutdown shutdown
)
{
    private readonly FunctionTimer[] _timers =
    [
        .. functions.Timers.Select(function =>
            ActivatorUtilities.CreateInstance<FunctionTimer>(services, function, store)
        ),
    ];

    private Task _loops = Task.CompletedTask;

    /// <summary>Held while any timer function runs. Whoever has all of them knows that none runs.</summary>
    public IEnumerable<SemaphoreSlim> Locks => _timers.Select(timer => timer.Running);

    /// <summary>Reads where the timers stood when the host last ran.</summary>
    public Task Prepare(CancellationToken cancellation) =>
        Task.WhenAll(_timers.Select(timer => timer.Prepare(cancellation)));

    /// <summary>Begins to run them.</summary>
    public void Start() => _loops = Task.WhenAll(_timers.Select(timer => Task.Run(() => timer.Loop(shutdown))));

    /// <summary>
    /// Runs each timer that has an occurrence due once, as past due, the longest overdue first. The caller holds
    /// <see cref="Locks"/>.
    /// </summary>
    public async Task<IReadOnlyList<FunctionRun>> RunDue()
    {
        List<FunctionRun> runs = [];
        foreach (
            FunctionTimer timer in _timers
                .OrderBy(timer => timer.Next)
                .ThenBy(timer => timer.Name, StringComparer.Ordinal)
        )
        {
            if (await timer.RunIfDue(isPastDue: true, shutdown.Aborting) is { } run)
            {
                runs.Add(run);
            }
        }

        return runs;
    }

    /// <summary>Runs one timer function now, beside its schedule.</summary>
    /// <exception cref="ArgumentException">There is no such timer function.</exception>
    public Task<FunctionRun> Run(string name, CancellationToken cancellation)
    {
        FunctionTimer? timer = Array.Find(
            _timers,
            timer => string.Equals(timer.Name, name, StringComparison.OrdinalIgnoreCase)
        );
        return timer is null
            ? throw new ArgumentException(
                $"No timer function is called '{name}'; there are: {string.Join(", ", _timers.Select(one => one.Name))}.",
                nameof(name)
            )
            : timer.RunNow(cancellation, shutdown.Aborting);
    }

    /// <summary>Completes when no timer function runs any more; <see cref="Shutdown.Begin"/> was called before.</summary>
    public Task Stopped() => _loops;
}
