using Drawdown.Oracle;

namespace Drawdown.Simulation;

/// <summary>One request, with everything that is said about it later.</summary>
/// <param name="From">The number of commits when it was sent.</param>
public sealed record Attempt(string Name, Command Command, HttpCall Call, long From, DateTimeOffset SentAt)
{
    /// <summary>What its commit must answer; null while it has not committed.</summary>
    public Expected? Committed { get; set; }
}
