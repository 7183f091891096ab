using System.Diagnostics;
using Azure.Core;

namespace Drawdown.Functions.Tests.Support;

/// <summary>Writes down when each call to storage went out and came back.</summary>
/// <remarks>
/// Steps are calls of which each began when the one before it had come back: the longest such row is what the caller waits
/// for. So that the machine's load cannot take calls apart that begin together, every answer is held back for a while
/// (<see cref="Delay"/>).
/// </remarks>
public sealed class StorageCalls
{
    private readonly Lock _gate = new();
    private readonly List<(long From, long To, string What)> _calls = [];

    /// <summary>How long answers are held back.</summary>
    public TimeSpan Delay { get; set; }

    public int Count
    {
        get
        {
            lock (_gate)
                return _calls.Count;
        }
    }

    public int Steps
    {
        get
        {
            lock (_gate)
            {
                var (steps, end) = (0, long.MinValue);
                // The call that comes back first leaves the most room for others after it.
                foreach (var (from, to, _) in _calls.OrderBy(call => call.To))
                    if (from > end)
                        (steps, end) = (steps + 1, to);
                return steps;
            }
        }
    }

    /// <summary>For <see cref="DrawdownHost.Another"/>.</summary>
    public Action<ClientOptions> Customize => StoragePolicy.Around(Watch);

    /// <summary>Forgets the calls so far.</summary>
    public void Clear()
    {
        lock (_gate)
            _calls.Clear();
    }

    /// <summary>The calls of a request: the fewest of three times, because a timer of the host may come in between.</summary>
    public async Task<int> Of(Func<Task> request)
    {
        var counts = new List<int>();
        for (var time = 0; time < 3; time++)
        {
            Clear();
            await request();
            counts.Add(Count);
        }
        return counts.Min();
    }

    /// <summary>The calls, one a line, for the message of a test that fails.</summary>
    public override string ToString()
    {
        lock (_gate)
            return string.Join(
                '\n',
                _calls.OrderBy(call => call.From).Select(call => $"{call.From}-{call.To} {call.What}")
            );
    }

    private async ValueTask Watch(HttpMessage message, Func<ValueTask> send)
    {
        var from = Stopwatch.GetTimestamp();
        await send();
        await Task.Delay(Delay);
        lock (_gate)
            _calls.Add((from, Stopwatch.GetTimestamp(), $"{message.Request.Method} {message.Request.Uri}"));
    }
}
