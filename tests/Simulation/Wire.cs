using Drawdown.Storage;

namespace Drawdown.Simulation;

/// <summary>
/// The way between one process and the storage service. A call travels, acts in one instant, and its answer travels back;
/// on either way it can get lost, and at each of the three moments other work goes on.
/// </summary>
public sealed class Wire(Kernel kernel, Statistics statistics)
{
    /// <summary>What the SDK waits for an answer before it gives up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly TaskCompletionSource _died = new();

    /// <summary>Done when the process has died.</summary>
    public Task Died => _died.Task;

    /// <summary>Whether the process is no more. None of its calls returns, and none acts.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Ends the process.</summary>
    public void Die()
    {
        IsDead = true;
        // Not at once: whoever waits for it must not run on the stack of the process that dies.
        kernel.At(TimeSpan.Zero, () => _died.TrySetResult());
    }

    /// <summary>Makes a call.</summary>
    /// <param name="act">What the service does, in no time; told how many rows a page may have.</param>
    public async Task<T> Call<T>(string what, Func<int, T> act, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // What a process does before it serves is not under test here.
        if (Work.Current is not { } work)
            return act(int.MaxValue);
        var plan = work.NextCall();
        statistics.Calls++;
        if (plan.Fate is not Fate.Fine)
        {
            work.Faults++;
            statistics.Fault(plan.Fate);
        }
        kernel.Note(plan.Fate is Fate.Fine ? $"{work.Name} {what}" : $"{work.Name} {what} -> {plan.Fate}");

        await Travel(plan.Going, cancellation);
        if (plan.Fate is Fate.CrashBefore)
            await Crash();
        if (plan.Fate is Fate.RequestLost or Fate.ServerError or Fate.Unavailable or Fate.Throttled)
            throw new StorageUnavailableException($"Simulated: {plan.Fate}.");
        if (plan.Fate is Fate.TimedOutBefore)
            await TimeOut(plan.Fate, cancellation);

        var answer = act(plan.PageSize);
        if (plan.Fate is Fate.CrashAfter)
            await Crash();
        if (plan.Fate is Fate.TimedOutAfter)
            await TimeOut(plan.Fate, cancellation);
        await Travel(plan.Coming, cancellation);
        if (plan.Fate is Fate.ResponseLost)
            throw new StorageUnavailableException($"Simulated: {plan.Fate}.");
        if (plan.Fate is Fate.SentTwice)
        {
            answer = act(plan.PageSize);
            await Travel(plan.Coming, cancellation);
        }
        return answer;
    }

    private async Task Travel(TimeSpan duration, CancellationToken cancellation)
    {
        await kernel.Sleep(duration);
        if (IsDead)
            await Never;
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task TimeOut(Fate fate, CancellationToken cancellation)
    {
        await Travel(Patience, cancellation);
        throw new StorageUnavailableException($"Simulated: {fate}.");
    }

    private async Task Crash()
    {
        statistics.Crashes++;
        Die();
        await Never;
    }
}
