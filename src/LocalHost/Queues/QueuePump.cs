using Drawdown.Storage.Queues;
using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost.Queues;

/// <summary>Takes messages from one queue and runs its function on several of them at a time.</summary>
internal sealed partial class QueuePump(
    QueueFunction function,
    QueueSettings settings,
    IQueueStore queues,
    MessageHandler handler,
    Shutdown shutdown,
    TimeProvider time,
    ILogger<QueuePump> logger
)
{
    private readonly HashSet<Task<FunctionRun?>> _running = [];
    private bool _queueExists;
    private bool _unreachable;

    /// <summary>Held while messages are taken. Whoever has it knows that no further run begins.</summary>
    public SemaphoreSlim Fetching { get; } = new(1, 1);

    /// <summary>Takes messages until the host stops, and then waits for those that are being processed.</summary>
    public async Task Loop()
    {
        Backoff pauses = new(settings.MaxPollingInterval);
        try
        {
            while (true)
            {
                if (await Poll())
                {
                    pauses.Reset();
                }
                else
                {
                    await Task.Delay(pauses.Next(), time, shutdown.Stopping);
                }
            }
        }
        catch (Exception) when (shutdown.Stopping.IsCancellationRequested)
        {
            // The host stops; whether the queue could be read just then no longer matters.
            await Task.WhenAll(Running());
        }
    }

    /// <summary>
    /// Processes messages until none is visible and none is being processed. The caller holds <see cref="Fetching"/>.
    /// </summary>
    public async Task<IReadOnlyList<FunctionRun>> Drain(CancellationToken cancellation)
    {
        List<FunctionRun> runs = [];
        while (true)
        {
            Task<FunctionRun?>[] begun = await Fetch(cancellation);
            Task<FunctionRun?>[] unfinished = [.. begun.Union(Running())];
            if (unfinished.Length == 0)
            {
                return runs;
            }

            FunctionRun?[] finished = await Task.WhenAll(unfinished).WaitAsync(cancellation);
            runs.AddRange(finished.OfType<FunctionRun>());
        }
    }

    // Whether there was a message. An outage is told when it begins and when it is over, not at every try.
    private async Task<bool> Poll()
    {
        using Hold hold = await Hold.Take(Fetching, shutdown.Stopping);
        try
        {
            bool any = (await Fetch(shutdown.Stopping)).Length > 0;
            if (_unreachable)
            {
                _unreachable = false;
                LogReachable(logger, function.Queue);
            }

            return any;
        }
        catch (Exception fault) when (!shutdown.Stopping.IsCancellationRequested)
        {
            _queueExists = false; // It may have been deleted, or the storage may have come back empty.
            if (!_unreachable)
            {
                _unreachable = true;
                LogUnreachable(logger, function.Queue, fault);
            }

            return false;
        }
    }

    private async Task<Task<FunctionRun?>[]> Fetch(CancellationToken cancellation)
    {
        if (!_queueExists)
        {
            await queues.CreateQueue(function.Queue, cancellation);
            _queueExists = true;
        }

        Task<FunctionRun?>[] running = Running();
        while (running.Length > settings.NewBatchThreshold)
        {
            await Task.WhenAny(running).WaitAsync(cancellation);
            running = Running();
        }

        IReadOnlyList<QueueMessage> messages = await queues.Receive(
            function.Queue,
            settings.BatchSize,
            MessageLease.Duration,
            cancellation
        );
        return [.. messages.Select(Begin)];
    }

    private Task<FunctionRun?> Begin(QueueMessage message)
    {
        // On another thread, because a function may work long before it first awaits.
        Task<FunctionRun?> run = Task.Run(() => handler.Handle(message, shutdown.Aborting));
        lock (_running)
        {
            _running.Add(run);
        }

        return run;
    }

    private Task<FunctionRun?>[] Running()
    {
        lock (_running)
        {
            _running.RemoveWhere(run => run.IsCompleted);
            return [.. _running];
        }
    }

    [LoggerMessage(LogLevel.Warning, "Queue '{Queue}' cannot be read; trying again until it can.")]
    private static partial void LogUnreachable(ILogger logger, string queue, Exception fault);

    [LoggerMessage(LogLevel.Warning, "Queue '{Queue}' can be read again.")]
    private static partial void LogReachable(ILogger logger, string queue);
}
