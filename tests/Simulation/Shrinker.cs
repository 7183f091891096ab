namespace Drawdown.Simulation;

/// <summary>Finds the fewest operations of a seed that still break the same promise.</summary>
public static class Shrinker
{
    /// <summary>Leaves out ever smaller parts, as long as the promise stays broken without them.</summary>
    /// <param name="failing">A run that broke a promise with these operations.</param>
    public static IReadOnlyList<int> Shrink(TrialResult failing, IReadOnlyList<int> operations)
    {
        var rule = failing.Violation!.Rule;
        List<int> kept = [.. operations];
        for (var size = Math.Max(1, kept.Count / 2); size > 0; size = size == 1 ? 0 : size / 2)
        {
            var shrunk = true;
            while (shrunk)
            {
                shrunk = false;
                // From the end: what came after the fault goes first.
                for (var at = kept.Count - size; at >= 0 && kept.Count > size; at -= size)
                {
                    List<int> fewer = [.. kept[..at], .. kept[(at + size)..]];
                    if (Trial.Run(failing.Seed, fewer).Violation?.Rule != rule)
                        continue;
                    kept = fewer;
                    shrunk = true;
                }
            }
        }
        return kept;
    }
}
