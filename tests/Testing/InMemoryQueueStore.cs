using Drawdown.Storage;
using Drawdown.Storage.Queues;

namespace Drawdown.Testing;

/// <summary>
/// The Queue service in memory, with its real semantics: delay, visibility timeout, dequeue count, pop receipts that only
/// the latest receiver holds. Time is a <see cref="TimeProvider"/>'s, ids and receipts are counters: a run can be replayed.
/// Thread-safe.
/// </summary>
public sealed class InMemoryQueueStore : IQueueStore
{
    private readonly Account _account;

    /// <summary>An account without queues.</summary>
    /// <param name="time">Decides what is visible.</param>
    public InMemoryQueueStore(TimeProvider time)
        : this(new Account(time)) { }

    private InMemoryQueueStore(Account account) => _account = account;

    /// <summary>What a test does around each call.</summary>
    public StoreHooks Hooks { get; } = new();

    /// <summary>Another user of the same account, with hooks of its own.</summary>
    public InMemoryQueueStore Rival() => new(_account);

    /// <inheritdoc/>
    public Task CreateQueue(string queue, CancellationToken cancellation)
    {
        QueueRules.CheckQueue(queue);
        return Run(StoreOperation.CreateQueue, queue, [], () => _account.Create(queue), cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> CanRead(string queue, CancellationToken cancellation)
    {
        QueueRules.CheckQueue(queue);
        return Run(StoreOperation.CanReadQueue, queue, [], () => _account.Has(queue), cancellation);
    }

    /// <inheritdoc/>
    public Task Send(string queue, string body, TimeSpan delay, CancellationToken cancellation)
    {
        QueueRules.CheckQueue(queue);
        QueueRules.CheckBody(body);
        TimeSpan invisible = QueueRules.WholeSeconds(delay, TimeSpan.Zero);
        return Run(StoreOperation.Send, queue, [], () => _account.Send(queue, body, invisible), cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueMessage>> Receive(
        string queue,
        int maximum,
        TimeSpan visibility,
        CancellationToken cancellation
    )
    {
        QueueRules.CheckQueue(queue);
        QueueRules.CheckMaximum(maximum);
        TimeSpan invisible = QueueRules.WholeSeconds(visibility, QueueLimits.ShortestVisibility);
        return Run(
            StoreOperation.Receive,
            queue,
            [],
            IReadOnlyList<QueueMessage> () => _account.Receive(queue, maximum, invisible),
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueMessage>> Peek(string queue, int maximum, CancellationToken cancellation)
    {
        QueueRules.CheckQueue(queue);
        QueueRules.CheckMaximum(maximum);
        return Run(StoreOperation.Peek, queue, [], () => _account.Peek(queue, maximum), cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> Delete(string queue, QueueMessage message, CancellationToken cancellation)
    {
        QueueRules.CheckQueue(queue);
        QueueRules.CheckReceipt(message);
        return Run(StoreOperation.Delete, queue, [message.Id], () => _account.Delete(queue, message), cancellation);
    }

    /// <inheritdoc/>
    public Task<QueueMessage?> Hide(
        string queue,
        QueueMessage message,
        TimeSpan visibility,
        CancellationToken cancellation
    )
    {
        QueueRules.CheckQueue(queue);
        QueueRules.CheckReceipt(message);
        TimeSpan invisible = QueueRules.WholeSeconds(visibility, TimeSpan.Zero);
        return Run(
            StoreOperation.Hide,
            queue,
            [message.Id],
            () => _account.Hide(queue, message, invisible),
            cancellation
        );
    }

    private Task<T> Run<T>(
        StoreOperation operation,
        string queue,
        IReadOnlyList<string> messages,
        Func<T> act,
        CancellationToken cancellation
    ) => Hooks.Run(new StoreCall(operation, queue, "", messages), act, cancellation);

    private sealed class Account(TimeProvider time)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, List<Stored>> _queues = new(StringComparer.Ordinal);
        private long _lastId;
        private long _lastReceipt;

        public bool Create(string queue)
        {
            lock (_gate)
            {
                return _queues.TryAdd(queue, []);
            }
        }

        public bool Has(string queue)
        {
            lock (_gate)
            {
                return _queues.ContainsKey(queue);
            }
        }

        public bool Send(string queue, string body, TimeSpan delay)
        {
            lock (_gate)
            {
                DateTimeOffset now = time.GetUtcNow();
                // The service tells the time of insertion in whole seconds.
                DateTimeOffset inserted = new(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
                Find(queue).Add(new Stored(++_lastId, body, inserted) { VisibleAt = now + delay });
                return true;
            }
        }

        public List<QueueMessage> Receive(string queue, int maximum, TimeSpan visibility)
        {
            lock (_gate)
            {
                List<QueueMessage> received = [];
                foreach (Stored message in Visible(queue, maximum))
                {
                    message.Receipt = NewReceipt();
                    message.DequeueCount++;
                    message.VisibleAt = time.GetUtcNow() + visibility;
                    received.Add(message.Seen(message.Receipt));
                }

                return received;
            }
        }

        public IReadOnlyList<QueueMessage> Peek(string queue, int maximum)
        {
            lock (_gate)
            {
                return [.. Visible(queue, maximum).Select(message => message.Seen(receipt: ""))];
            }
        }

        public bool Delete(string queue, QueueMessage message)
        {
            lock (_gate)
            {
                return Held(queue, message) is { } stored && Find(queue).Remove(stored);
            }
        }

        public QueueMessage? Hide(string queue, QueueMessage message, TimeSpan visibility)
        {
            lock (_gate)
            {
                if (Held(queue, message) is not { } stored)
                {
                    return null;
                }

                stored.Receipt = NewReceipt();
                stored.VisibleAt = time.GetUtcNow() + visibility;
                return stored.Seen(stored.Receipt);
            }
        }

        private List<Stored> Visible(string queue, int maximum)
        {
            DateTimeOffset now = time.GetUtcNow();
            return
            [
                .. Find(queue)
                    .Where(message => message.VisibleAt <= now)
                    .OrderBy(message => message.VisibleAt)
                    .ThenBy(message => message.Number)
                    .Take(maximum),
            ];
        }

        // The message, if its receipt is still the latest one. A receipt outlives its visibility timeout until the
        // message is received again.
        private Stored? Held(string queue, QueueMessage message) =>
            Find(queue).Find(stored => stored.Id == message.Id && stored.Receipt == message.Receipt);

        private string NewReceipt() => $"receipt-{++_lastReceipt:d10}";

        private List<Stored> Find(string queue) =>
            _queues.GetValueOrDefault(queue) ?? throw new StorageUnavailableException($"There is no queue '{queue}'.");
    }

    private sealed class Stored(long number, string body, DateTimeOffset insertedAt)
    {
        public long Number => number;

        public string Id { get; } = $"message-{number:d10}";

        public string Receipt { get; set; } = "";

        public long DequeueCount { get; set; }

        public required DateTimeOffset VisibleAt { get; set; }

        public QueueMessage Seen(string receipt) => new(Id, receipt, body, DequeueCount, insertedAt);
    }
}
