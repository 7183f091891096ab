namespace Drawdown.Simulation;

/// <summary>Many runs, each with its own seed.</summary>
public static class Campaign
{
    /// <summary>Runs all seeds, several at a time.</summary>
    /// <param name="jobs">How many at a time. Each run has its own thread and shares nothing with the others.</param>
    /// <param name="failed">Told of each run that broke a promise, one at a time.</param>
    public static Statistics Run(ulong firstSeed, int seeds, int operations, int jobs, Action<TrialResult> failed)
    {
        var total = new Statistics();
        var gate = new Lock();
        var next = -1;
        List<int> numbers = [.. Enumerable.Range(1, operations)];
        var threads = Enumerable
            .Range(0, jobs)
            .Select(_ => new Thread(() =>
            {
                for (int at; (at = Interlocked.Increment(ref next)) < seeds; )
                {
                    var result = Trial.Run(firstSeed + (ulong)at, numbers);
                    lock (gate)
                    {
                        total.Add(result.Statistics);
                        if (result.Violation is not null)
                            failed(result);
                    }
                }
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return total;
    }
}
