using Drawdown.Domain;

namespace Drawdown.Functions.Api;

/// <summary>The faults of one request, in the order in which they were found.</summary>
public sealed class Faults
{
    private readonly List<Fault> _all = [];
    private readonly List<Fault> _late = [];

    /// <summary>All of them at once as the refusal, or null when there are none.</summary>
    public Refusal? Refusal => _all.Count == 0 ? null : new Refusal.Invalid([.. _all, .. _late]);

    /// <summary>Adds one.</summary>
    public void Add(string code, string detail, string attribute) => _all.Add(new(code, detail, attribute));

    /// <summary>
    /// Adds what the decision will find itself, because it depends on the time. It is named beside other faults; alone it
    /// must not stop the request here, which may be an earlier one sent again, whose answer is due.
    /// </summary>
    public void AddLate(IEnumerable<Fault> faults) => _late.AddRange(faults);
}
