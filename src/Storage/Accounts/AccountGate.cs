namespace Drawdown.Storage.Accounts;

/// <summary>
/// Lets the writers of one account in this process take turns. Correctness does not need it (the head's ETag is the
/// fence); without it a busy account spends its attempts fighting itself.
/// </summary>
public sealed class AccountGate
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>Waits for the account's turn, which ends when the result is disposed.</summary>
    public async Task<IDisposable> Enter(AccountAddress address, CancellationToken cancellation)
    {
        var partition = address.Partition;
        Turn turn;
        lock (_lock)
        {
            if (!_turns.TryGetValue(partition, out turn!))
                _turns.Add(partition, turn = new Turn());
            turn.Users++;
        }
        try
        {
            await turn.Semaphore.WaitAsync(cancellation);
        }
        catch
        {
            Leave(partition, turn);
            throw;
        }
        return new Exit(() =>
        {
            turn.Semaphore.Release();
            Leave(partition, turn);
        });
    }

    // An account that nobody writes to takes no memory.
    private void Leave(string partition, Turn turn)
    {
        lock (_lock)
        {
            turn.Users--;
            if (turn.Users == 0)
            {
                _turns.Remove(partition);
                turn.Semaphore.Dispose();
            }
        }
    }

    private sealed class Turn
    {
        public SemaphoreSlim Semaphore { get; } = new(1, 1);
        public int Users { get; set; }
    }

    private sealed class Exit(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
