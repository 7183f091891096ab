namespace Drawdown.Simulation;

/// <summary>The simulator for a caller that shares no types with it: a test that has loaded a broken product.</summary>
public static class Entry
{
    /// <summary>Runs seed after seed until a promise is broken.</summary>
    /// <returns>The seed and what was broken; null when all promises held.</returns>
    public static string? FirstViolation(ulong firstSeed, int seeds, int operations) =>
        First(firstSeed, seeds, operations) is { Violation: { } violation } failing
            ? $"seed {failing.Seed}: {violation.Rule}: {violation.Detail}"
            : null;

    /// <summary>Runs seed after seed until a promise is broken, and shrinks that run.</summary>
    /// <returns>How many operations are left, and their story; null when all promises held.</returns>
    public static string? Shrunk(ulong firstSeed, int seeds, int operations)
    {
        if (First(firstSeed, seeds, operations) is not { } failing)
            return null;
        var fewest = Shrinker.Shrink(failing, [.. Enumerable.Range(1, operations)]);
        return $"{fewest.Count} operations\n{string.Join('\n', Trial.Run(failing.Seed, fewest).Story)}";
    }

    private static TrialResult? First(ulong firstSeed, int seeds, int operations)
    {
        List<int> numbers = [.. Enumerable.Range(1, operations)];
        return Enumerable
            .Range(0, seeds)
            .Select(at => Trial.Run(firstSeed + (ulong)at, numbers))
            .FirstOrDefault(result => result.Violation is not null);
    }
}
