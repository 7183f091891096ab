namespace Drawdown.LocalHost;

/// <summary>Exclusive use of one or several things, until it is disposed.</summary>
internal sealed class Hold : IDisposable
{
    private readonly Stack<SemaphoreSlim> _held = new();

    private Hold() { }

    /// <summary>
    /// Waits for each lock in turn. Whoever takes several of the same locks must name them in the same order, or two
    /// callers could wait for each other for ever.
    /// </summary>
    public static async Task<Hold> Take(IEnumerable<SemaphoreSlim> locks, CancellationToken cancellation)
    {
        Hold hold = new();
        try
        {
            foreach (SemaphoreSlim one in locks)
            {
                await one.WaitAsync(cancellation);
                hold._held.Push(one);
            }

            return hold;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="Take(IEnumerable{SemaphoreSlim}, CancellationToken)"/>
    public static Task<Hold> Take(SemaphoreSlim one, CancellationToken cancellation) => Take([one], cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_held.TryPop(out SemaphoreSlim? one))
        {
            one.Release();
        }
    }
}
