namespace Drawdown.Simulation;

/// <summary>All states that one account has had, each with the number of the commit that made it.</summary>
public abstract class Timeline<T>
    where T : class
{
    private readonly List<(long Since, T? State)> _states = [(0, null)];

    /// <summary>Where it is stored; empty before it exists.</summary>
    public string Partition { get; set; } = "";

    /// <summary>The hash of its latest ledger line.</summary>
    public string LastHash { get; set; } = new('0', 64);

    /// <summary>How often its head was replaced.</summary>
    public long Version { get; set; }

    /// <summary>The present state; null while there is no such account.</summary>
    public T? Latest => _states[^1].State;

    /// <summary>A new state.</summary>
    public void Add(long since, T state) => _states.Add((since, state));

    /// <summary>The states that somebody could have seen between two commits, both included; the latest first.</summary>
    public IEnumerable<T?> Between(long from, long to)
    {
        for (var at = _states.Count - 1; at >= 0; at--)
        {
            if (_states[at].Since > to)
                continue;
            yield return _states[at].State;
            if (_states[at].Since <= from)
                yield break;
        }
    }

    /// <summary>Whether somebody else's commit came between two.</summary>
    public bool ChangedBetween(long from, long to) => _states.Exists(state => state.Since > from && state.Since <= to);
}
