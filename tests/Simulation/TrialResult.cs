namespace Drawdown.Simulation;

/// <summary>What a run came to.</summary>
/// <param name="Violation">The promise that was broken; null when all held.</param>
/// <param name="Trace">A digest of everything that happened, in its order.</param>
/// <param name="Story">What was asked and answered, for a reader.</param>
public sealed record TrialResult(
    ulong Seed,
    string Weather,
    Violation? Violation,
    string Trace,
    Statistics Statistics,
    IReadOnlyList<string> Story
);
