namespace Drawdown.Storage.Accounts;

/// <summary>
/// Lets the writers of one account in this process take turns, in the order in which they came. Correctness does not need it
/// (the head's ETag is the fence); without it a busy account spends its attempts fighting itself.
/// </summary>
/// <remarks>
/// Not a SemaphoreSlim: that wakes whoever waits with a cancellation token on the thread pool, and then a simulation does not
/// run the same way twice.
/// </remarks>
public sealed class AccountGate
{
    private readonly Lock _lock = new();

    // Who waits behind the writer whose turn it is. An account that nobody writes to takes no memory.
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Waits for the account's turn, which ends when the result is disposed.</summary>
    public async Task<IDisposable> Enter(AccountAddress address, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var partition = address.Partition;
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_waiting.TryAdd(partition, []))
                return new Exit(() => Leave(partition));
            _waiting[partition].Enqueue(turn);
        }
        // Whoever gives up stays in the line and is passed over.
        using (cancellation.Register(() => turn.TrySetCanceled(cancellation)))
            await turn.Task;
        return new Exit(() => Leave(partition));
    }

    private void Leave(string partition)
    {
        lock (_lock)
        {
            var waiting = _waiting[partition];
            while (waiting.TryDequeue(out var next))
                if (next.TrySetResult())
                    return;
            _waiting.Remove(partition);
        }
    }

    private sealed class Exit(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
