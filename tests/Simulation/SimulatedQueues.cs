using Drawdown.Storage.Queues;
using Drawdown.Testing;

namespace Drawdown.Simulation;

/// <summary>The queues as one process reaches them. A send whose answer was lost arrives twice.</summary>
/// <param name="sent">Told of each message that arrived.</param>
public sealed class SimulatedQueues(InMemoryQueueStore store, Wire wire, Action<string, TimeSpan> sent) : IQueueStore
{
    /// <inheritdoc/>
    public Task CreateQueue(string queue, CancellationToken cancellation) =>
        wire.Call($"create {queue}", _ => Now(store.CreateQueue(queue, cancellation)), cancellation);

    /// <inheritdoc/>
    public Task<bool> CanRead(string queue, CancellationToken cancellation) =>
        wire.Call($"probe {queue}", _ => Now(store.CanRead(queue, cancellation)), cancellation);

    /// <inheritdoc/>
    public Task Send(string queue, string body, TimeSpan delay, CancellationToken cancellation) =>
        wire.Call(
            $"send {queue}",
            _ =>
            {
                var done = Now(store.Send(queue, body, delay, CancellationToken.None));
                sent(queue, delay);
                return done;
            },
            cancellation
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueMessage>> Receive(
        string queue,
        int maximum,
        TimeSpan visibility,
        CancellationToken cancellation
    ) =>
        wire.Call(
            $"receive {queue}",
            _ => Now(store.Receive(queue, maximum, visibility, CancellationToken.None)),
            cancellation
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueMessage>> Peek(string queue, int maximum, CancellationToken cancellation) =>
        wire.Call($"peek {queue}", _ => Now(store.Peek(queue, maximum, CancellationToken.None)), cancellation);

    /// <inheritdoc/>
    public Task<bool> Delete(string queue, QueueMessage message, CancellationToken cancellation) =>
        wire.Call($"delete {queue}", _ => Now(store.Delete(queue, message, CancellationToken.None)), cancellation);

    /// <inheritdoc/>
    public Task<QueueMessage?> Hide(
        string queue,
        QueueMessage message,
        TimeSpan visibility,
        CancellationToken cancellation
    ) =>
        wire.Call(
            $"hide {queue}",
            _ => Now(store.Hide(queue, message, visibility, CancellationToken.None)),
            cancellation
        );

    private static T Now<T>(Task<T> answered) => answered.GetAwaiter().GetResult();

    private static bool Now(Task answered)
    {
        answered.GetAwaiter().GetResult();
        return true;
    }
}
