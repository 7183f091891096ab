using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Drawdown.Storage.Queues;
using QueueMessage = Drawdown.Storage.Queues.QueueMessage;

namespace Drawdown.Storage.Azure;

/// <summary><see cref="IQueueStore"/> on Azure Queue Storage, or on Azurite.</summary>
public sealed class AzureQueueStore : IQueueStore
{
    // The service forgets a message after 7 days unless told otherwise; an invoice owed does not lapse. -1 s is its
    // notation for "never".
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    private readonly QueueServiceClient _service;
    private readonly string _prefix;
    private readonly ConcurrentDictionary<string, QueueClient> _queues = new(StringComparer.Ordinal);

    /// <summary>A store over a client from <see cref="StorageClients"/>.</summary>
    /// <param name="prefix">See <see cref="StorageConnection.Prefix"/>.</param>
    public AzureQueueStore(QueueServiceClient service, string prefix = "")
    {
        _service = service;
        _prefix = prefix.ToLowerInvariant();
    }

    /// <summary>A store over that account. Nothing is sent yet.</summary>
    public static IQueueStore Open(StorageConnection connection) =>
        new AzureQueueStore(StorageClients.Queues(connection), connection.Prefix);

    /// <inheritdoc/>
    public async Task CreateQueue(string queue, CancellationToken cancellation)
    {
        QueueClient client = Queue(queue);
        await StorageFailures.Ask(() => client.CreateIfNotExistsAsync(cancellationToken: cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> CanRead(string queue, CancellationToken cancellation)
    {
        QueueClient client = Queue(queue);
        return await StorageFailures.Ask(
            async () =>
            {
                try
                {
                    await client.GetPropertiesAsync(cancellation);
                    return true;
                }
                catch (RequestFailedException refusal) when (IsUnreadable(refusal))
                {
                    return false;
                }
            },
            cancellation
        );
    }

    /// <inheritdoc/>
    public async Task Send(string queue, string body, TimeSpan delay, CancellationToken cancellation)
    {
        QueueRules.CheckBody(body);
        TimeSpan invisible = QueueRules.WholeSeconds(delay, TimeSpan.Zero);
        QueueClient client = Queue(queue);
        await StorageFailures.Ask(() => client.SendMessageAsync(body, invisible, Forever, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueMessage>> Receive(
        string queue,
        int maximum,
        TimeSpan visibility,
        CancellationToken cancellation
    )
    {
        QueueRules.CheckMaximum(maximum);
        TimeSpan invisible = QueueRules.WholeSeconds(visibility, QueueLimits.ShortestVisibility);
        QueueClient client = Queue(queue);
        var received = await StorageFailures.Ask(
            () => client.ReceiveMessagesAsync(maximum, invisible, cancellation),
            cancellation
        );
        return
        [
            .. received.Value.Select(message => new QueueMessage(
                message.MessageId,
                message.PopReceipt,
                message.MessageText,
                message.DequeueCount,
                message.InsertedOn.GetValueOrDefault()
            )),
        ];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueMessage>> Peek(string queue, int maximum, CancellationToken cancellation)
    {
        QueueRules.CheckMaximum(maximum);
        QueueClient client = Queue(queue);
        var peeked = await StorageFailures.Ask(() => client.PeekMessagesAsync(maximum, cancellation), cancellation);
        return
        [
            .. peeked.Value.Select(message => new QueueMessage(
                message.MessageId,
                "",
                message.MessageText,
                message.DequeueCount,
                message.InsertedOn.GetValueOrDefault()
            )),
        ];
    }

    /// <inheritdoc/>
    public async Task<bool> Delete(string queue, QueueMessage message, CancellationToken cancellation)
    {
        QueueRules.CheckReceipt(message);
        QueueClient client = Queue(queue);
        Response? deleted = await WithReceipt(
            () => client.DeleteMessageAsync(message.Id, message.Receipt, cancellation),
            cancellation
        );
        return deleted is not null;
    }

    /// <inheritdoc/>
    public async Task<QueueMessage?> Hide(
        string queue,
        QueueMessage message,
        TimeSpan visibility,
        CancellationToken cancellation
    )
    {
        QueueRules.CheckReceipt(message);
        TimeSpan invisible = QueueRules.WholeSeconds(visibility, TimeSpan.Zero);
        QueueClient client = Queue(queue);
        Response<UpdateReceipt>? updated = await WithReceipt(
            // Without a text the service keeps the body as it is.
            () => client.UpdateMessageAsync(message.Id, message.Receipt, (string?)null, invisible, cancellation),
            cancellation
        );
        return updated is null ? null : message with { Receipt = updated.Value.PopReceipt };
    }

    // The service's answer, or null when it no longer knows the receipt.
    private static Task<T?> WithReceipt<T>(Func<Task<T>> call, CancellationToken cancellation)
        where T : class =>
        StorageFailures.Ask(
            async () =>
            {
                try
                {
                    return await call();
                }
                catch (RequestFailedException refusal) when (IsReceiptStale(refusal))
                {
                    return null;
                }
            },
            cancellation
        );

    // Source: "Queue service error codes" in the Azure Storage REST reference. Which of the two it is depends on whether the
    // message still exists.
    private static bool IsReceiptStale(RequestFailedException refusal) =>
        refusal is { Status: 404, ErrorCode: "MessageNotFound" } or { Status: 400, ErrorCode: "PopReceiptMismatch" };

    private static bool IsUnreadable(RequestFailedException refusal) =>
        refusal is { Status: 401 or 403 } or { Status: 404, ErrorCode: "QueueNotFound" };

    private QueueClient Queue(string queue) =>
        _queues.GetOrAdd(
            queue,
            static (queue, store) =>
            {
                QueueRules.CheckQueue(queue);
                string name = store._prefix + queue;
                QueueRules.CheckQueue(name);
                return store._service.GetQueueClient(name);
            },
            this
        );
}
