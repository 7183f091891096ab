namespace Drawdown.Storage.Queues;

/// <summary>The Queue service's own primitives: at-least-once delivery, visibility timeout, pop receipt.</summary>
/// <remarks>
/// Bodies are plain text, not base64: <c>host.json</c> says <c>messageEncoding: none</c>, so a message is readable in
/// Storage Explorer, and sender and host cannot disagree. An unreachable service is a
/// <see cref="StorageUnavailableException"/>; after it a send may or may not have happened.
/// </remarks>
public interface IQueueStore
{
    /// <summary>Creates the queue if it is missing. Repeatable.</summary>
    Task CreateQueue(string queue, CancellationToken cancellation);

    /// <summary>Whether the queue exists and this identity can read it.</summary>
    Task<bool> CanRead(string queue, CancellationToken cancellation);

    /// <summary>Adds a message that becomes visible after <paramref name="delay"/> (zero: at once).</summary>
    Task Send(string queue, string body, TimeSpan delay, CancellationToken cancellation);

    /// <summary>
    /// Takes up to <paramref name="maximum"/> (1 to 32) visible messages and hides them from others for
    /// <paramref name="visibility"/>. A message not deleted by then is delivered again with a higher dequeue count.
    /// </summary>
    Task<IReadOnlyList<QueueMessage>> Receive(
        string queue,
        int maximum,
        TimeSpan visibility,
        CancellationToken cancellation
    );

    /// <summary>Up to <paramref name="maximum"/> (1 to 32) visible messages, without taking them.</summary>
    Task<IReadOnlyList<QueueMessage>> Peek(string queue, int maximum, CancellationToken cancellation);

    /// <summary>
    /// Removes a received message. False when it is gone or was received again since, so that the receipt is stale.
    /// </summary>
    Task<bool> Delete(string queue, QueueMessage message, CancellationToken cancellation);

    /// <summary>
    /// Sets when a received message becomes visible again, counted from now (zero: at once). The message comes back with
    /// its new receipt, the old one being void; null when the receipt is stale already.
    /// </summary>
    Task<QueueMessage?> Hide(string queue, QueueMessage message, TimeSpan visibility, CancellationToken cancellation);
}
