using Drawdown.LocalHost.Discovery;
using Microsoft.Extensions.DependencyInjection;

namespace Drawdown.LocalHost.Queues;

/// <summary>All queue functions of the host.</summary>
internal sealed class QueuePumps(FunctionSet functions, QueueSettings settings, IServiceProvider services)
{
    private readonly QueuePump[] _pumps =
    [
        .. functions.Queues.Select(function =>
            ActivatorUtilities.CreateInstance<QueuePump>(
                services,
                function,
                settings,
                ActivatorUtilities.CreateInstance<MessageHandler>(services, function, settings)
            )
        ),
    ];

    private Task _loops = Task.CompletedTask;

    /// <summary>Held while messages are taken. Whoever has all of them knows that no further run begins.</summary>
    public IEnumerable<SemaphoreSlim> Locks => _pumps.Select(pump => pump.Fetching);

    /// <summary>Begins to take messages.</summary>
    public void Start() => _loops = Task.WhenAll(_pumps.Select(pump => Task.Run(pump.Loop)));

    /// <summary>
    /// Processes messages until no queue has a visible one, those included that functions send meanwhile. A message that
    /// failed is hidden for a while and therefore stays behind. The caller holds <see cref="Locks"/>.
    /// </summary>
    public async Task<IReadOnlyList<FunctionRun>> Drain(CancellationToken cancellation)
    {
        List<FunctionRun> runs = [];
        int before;
        do
        {
            before = runs.Count;
            foreach (QueuePump pump in _pumps)
            {
                runs.AddRange(await pump.Drain(cancellation));
            }
        } while (runs.Count > before);

        return runs;
    }

    /// <summary>Completes when no queue function runs any more; <see cref="Shutdown.Begin"/> was called before.</summary>
    public Task Stopped() => _loops;
}
