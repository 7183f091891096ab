using Drawdown.Storage.Queues;

namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>Queues whose messages a test can hold back, and deliver as often as it wants.</summary>
public sealed class HeldQueues(IQueueStore inner) : IQueueStore
{
    /// <summary>Where messages go instead of to the queue; null: nowhere else.</summary>
    public Action<string>? Held { get; set; }

    /// <inheritdoc/>
    public Task CreateQueue(string queue, CancellationToken cancellation) => inner.CreateQueue(queue, cancellation);

    /// <inheritdoc/>
    public Task<bool> CanRead(string queue, CancellationToken cancellation) => inner.CanRead(queue, cancellation);

    /// <inheritdoc/>
    public Task Send(string queue, string body, TimeSpan delay, CancellationToken cancellation)
    {
        if (Held is not { } held)
            return inner.Send(queue, body, delay, cancellation);
        held(body);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueMessage>> Receive(
        string queue,
        int maximum,
        TimeSpan visibility,
        CancellationToken cancellation
    ) => inner.Receive(queue, maximum, visibility, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueMessage>> Peek(string queue, int maximum, CancellationToken cancellation) =>
        inner.Peek(queue, maximum, cancellation);

    /// <inheritdoc/>
    public Task<bool> Delete(string queue, QueueMessage message, CancellationToken cancellation) =>
        inner.Delete(queue, message, cancellation);

    /// <inheritdoc/>
    public Task<QueueMessage?> Hide(
        string queue,
        QueueMessage message,
        TimeSpan visibility,
        CancellationToken cancellation
    ) => inner.Hide(queue, message, visibility, cancellation);
}
