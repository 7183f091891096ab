namespace Drawdown.Simulation;

/// <summary>
/// Runs everything on one thread, in an order that follows from virtual time alone: whoever waits wakes at its instant, and
/// between two instants no time passes. So a run is the same on every machine, however busy it is.
/// </summary>
/// <remarks>
/// Continuations come back here through the synchronization context. Should one ever escape to the thread pool, it is
/// caught when it comes back, and the run is no proof of anything: that is an exception, not a violation.
/// </remarks>
public sealed class Kernel : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private readonly PriorityQueue<Alarm, (long At, long Number)> _alarms = new();
    private readonly Thread _thread = Thread.CurrentThread;
    private long _number;
    private ulong _trace = 14_695_981_039_346_656_037;

    /// <summary>A kernel whose clock shows this instant.</summary>
    public Kernel(DateTimeOffset start) => Now = start;

    /// <summary>The virtual time.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>A digest of everything that was traced: equal for equal runs.</summary>
    public string Trace => $"{_trace:x16}";

    /// <summary>Where the trace is written as text; null: nowhere.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>Whether somebody has seen enough.</summary>
    public bool IsHalted { get; private set; }

    /// <summary>How often time moved on.</summary>
    public long Steps { get; private set; }

    /// <summary>Adds to the trace.</summary>
    public void Note(string text)
    {
        unchecked
        {
            foreach (var character in text)
                _trace = (_trace ^ character) * 1_099_511_628_211;
            _trace = (_trace ^ (ulong)Now.UtcTicks) * 1_099_511_628_211;
        }
        Log?.Invoke($"{Now.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} {text}");
    }

    /// <summary>Ends the run where it stands.</summary>
    public void Halt() => IsHalted = true;

    /// <summary>Wakes after a while.</summary>
    public Task Sleep(TimeSpan duration)
    {
        var waking = new TaskCompletionSource();
        At(duration, waking.SetResult);
        return waking.Task;
    }

    /// <summary>Calls back after a while, unless the result is disposed of before.</summary>
    public Alarm At(TimeSpan duration, Action act)
    {
        var alarm = new Alarm(act);
        var due = Now + (duration > TimeSpan.Zero ? duration : TimeSpan.Zero);
        _alarms.Enqueue(alarm, (due.UtcTicks, ++_number));
        return alarm;
    }

    /// <summary>Runs until a task is done, or halted.</summary>
    /// <exception cref="InvalidOperationException">Nothing is left to do, and it is not done.</exception>
    public void Run(Func<Task> work)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            var running = work();
            while (true)
            {
                while (_ready.TryDequeue(out var next))
                    next.Callback(next.State);
                if (IsHalted)
                    return;
                if (running.IsCompleted)
                {
                    running.GetAwaiter().GetResult();
                    return;
                }
                if (!_alarms.TryDequeue(out var alarm, out var when))
                    throw new InvalidOperationException("Everybody waits for somebody else.");
                if (alarm.IsOff)
                    continue;
                if (when.At > Now.UtcTicks)
                    Now = new(when.At, TimeSpan.Zero);
                Steps++;
                alarm.Ring();
            }
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Thread.CurrentThread != _thread)
            throw new InvalidOperationException(
                "Something ran on another thread: the run would not be the same again."
            );
        _ready.Enqueue((d, state));
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Something that will happen.</summary>
    public sealed class Alarm(Action act) : IDisposable
    {
        /// <summary>Whether it will not happen any more.</summary>
        public bool IsOff { get; private set; }

        /// <summary>Lets it happen.</summary>
        public void Ring()
        {
            IsOff = true;
            act();
        }

        /// <inheritdoc/>
        public void Dispose() => IsOff = true;
    }
}
