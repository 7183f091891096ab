namespace Drawdown.Simulation;

/// <summary>A promise that was broken.</summary>
/// <param name="Rule">Which one, in a few words.</param>
/// <param name="Detail">What was seen, and what should have been.</param>
public sealed record Violation(string Rule, string Detail);
