using Drawdown.Oracle;

namespace Drawdown.Simulation;

/// <summary>All states that one account has had, each with the number of the commit that made it.</summary>
public sealed class History(string customer)
{
    private readonly List<(long Since, Book? Book)> _states = [(0, null)];

    /// <summary>Whose account it is.</summary>
    public string Customer => customer;

    /// <summary>Where it is stored; empty before it exists.</summary>
    public string Partition { get; set; } = "";

    /// <summary>The hash of its latest ledger line.</summary>
    public string LastHash { get; set; } = new('0', 64);

    /// <summary>How often its head was replaced.</summary>
    public long Version { get; set; }

    /// <summary>The present state; null while there is no such customer.</summary>
    public Book? Latest => _states[^1].Book;

    /// <summary>A new state.</summary>
    public void Add(long since, Book book) => _states.Add((since, book));

    /// <summary>The states that somebody could have seen between two commits, both included; the latest first.</summary>
    public IEnumerable<Book?> Between(long from, long to)
    {
        for (var at = _states.Count - 1; at >= 0; at--)
        {
            if (_states[at].Since > to)
                continue;
            yield return _states[at].Book;
            if (_states[at].Since <= from)
                yield break;
        }
    }

    /// <summary>Whether somebody else's commit came between two.</summary>
    public bool ChangedBetween(long from, long to) => _states.Exists(state => state.Since > from && state.Since <= to);
}
