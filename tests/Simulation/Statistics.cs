namespace Drawdown.Simulation;

/// <summary>What a run, or many, went through.</summary>
public sealed class Statistics
{
    private readonly SortedDictionary<string, long> _faults = new(StringComparer.Ordinal);

    /// <summary>Operations that a client or a schedule began.</summary>
    public long Operations { get; set; }

    /// <summary>Requests that were sent for them, repetitions included.</summary>
    public long Requests { get; set; }

    /// <summary>Calls to storage.</summary>
    public long Calls { get; set; }

    /// <summary>Transactions that changed an account.</summary>
    public long Commits { get; set; }

    /// <summary>Transactions that met a rival's.</summary>
    public long Conflicts { get; set; }

    /// <summary>Processes that died.</summary>
    public long Crashes { get; set; }

    /// <summary>Answers that were compared with the oracle's.</summary>
    public long Answers { get; set; }

    /// <summary>What went wrong, by kind.</summary>
    public IReadOnlyDictionary<string, long> Faults => _faults;

    /// <summary>Counts a fault.</summary>
    public void Fault(Fate fate) => Fault(fate.ToString());

    /// <summary>Counts a fault.</summary>
    public void Fault(string kind) => _faults[kind] = _faults.GetValueOrDefault(kind) + 1;

    /// <summary>Adds another run's.</summary>
    public void Add(Statistics other)
    {
        Operations += other.Operations;
        Requests += other.Requests;
        Calls += other.Calls;
        Commits += other.Commits;
        Conflicts += other.Conflicts;
        Crashes += other.Crashes;
        Answers += other.Answers;
        foreach (var (kind, count) in other._faults)
            _faults[kind] = _faults.GetValueOrDefault(kind) + count;
    }
}
