using System.Diagnostics;

namespace Drawdown.LocalHost.Tests.Support;

/// <summary>Waits for what other threads or processes bring about.</summary>
internal static class Eventually
{
    // Generous: it is only ever waited for in full by a test that fails.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks again and again until it is so.</summary>
    public static async Task True(Func<bool> condition, string what)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); !condition(); await Task.Delay(Pause))
        {
            Assert.True(waited.Elapsed < Deadline, $"Not within {Deadline}: {what}.");
        }
    }

    /// <inheritdoc cref="True(Func{bool}, string)"/>
    public static async Task True(Func<Task<bool>> condition, string what)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); !await condition(); await Task.Delay(Pause))
        {
            Assert.True(waited.Elapsed < Deadline, $"Not within {Deadline}: {what}.");
        }
    }
}
