namespace Drawdown.Testing;

/// <summary>
/// Where a test takes part in the calls of an in-memory store: injects a rival writer at an exact attempt, fails a call
/// before it acts, or loses the answer of one that acted.
/// </summary>
public sealed class StoreHooks
{
    /// <summary>Awaited before a call acts. When it throws, nothing has happened.</summary>
    public Func<StoreCall, Task>? Before { get; set; }

    /// <summary>
    /// Awaited after a call acted, with the answer not yet given. When it throws, the caller cannot know that it happened.
    /// </summary>
    public Func<StoreCall, Task>? After { get; set; }

    internal async Task<T> Run<T>(StoreCall call, Func<T> act, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Before is { } before)
        {
            await before(call);
        }

        T answer = act();
        if (After is { } after)
        {
            await after(call);
        }

        return answer;
    }
}
