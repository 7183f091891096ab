using System.Collections.Immutable;

namespace Drawdown.Domain.Tests.CreditBatches;

/// <summary>
/// One step of a client's history. Things and amounts are named relative to what is there when the step comes, so that every
/// list of steps is a history, and one that lost steps in shrinking still is.
/// </summary>
internal abstract record BatchStep
{
    private BatchStep() { }

    public sealed record Open(long Amount, int? Days, long? Minimum) : BatchStep;

    /// <param name="Account">Counted from the first; null: none.</param>
    public sealed record Create(long Amount, int? Account, Expiry Expiry) : BatchStep;

    /// <summary>As many batches of 9 credits, the most that an account demands, as it takes to reach the limit of one redemption.</summary>
    public sealed record CreateMany(int Account, int Count, Expiry Expiry) : BatchStep;

    /// <param name="Name">Null: as it is.</param>
    /// <param name="Balance">Null: as it is.</param>
    public sealed record Update(int Batch, string? Name, Expiry Expiry, Portion? Balance) : BatchStep;

    public sealed record Void(int Batch) : BatchStep;

    public sealed record Allocate(int Batch, Portion Portion) : BatchStep;

    /// <param name="Portion">Null: all.</param>
    public sealed record Revoke(int Allocation, Portion? Portion) : BatchStep;

    public sealed record Redeem(int Allocation, Portion Portion) : BatchStep;

    public sealed record RedeemFromAccount(int Account, Portion Portion) : BatchStep;

    public sealed record Wait(TimeSpan Time) : BatchStep;

    /// <summary>Moves the clock to an expiry, or a millisecond beside it.</summary>
    public sealed record WaitForExpiry(int Batch, int Milliseconds) : BatchStep;

    public sealed record Sweep : BatchStep;
}

/// <summary>What a request says about an expiry.</summary>
internal abstract record Expiry
{
    private Expiry() { }

    public sealed record Unsaid : Expiry;

    public sealed record Never : Expiry;

    /// <param name="Days">From today's midnight; 0 and less is in the past.</param>
    public sealed record In(int Days) : Expiry;
}

/// <summary>How much, in percent of what is there: 100 is all.</summary>
/// <param name="More">Credits beyond that.</param>
internal sealed record Portion(int Percent, int More)
{
    public long Of(long there) => there * Percent / 100 + More;
}

/// <summary>A history to be played, printed one step a line when a law fails.</summary>
internal sealed record BatchScript(ImmutableArray<BatchStep> Steps)
{
    public override string ToString() => "\n" + string.Join('\n', Steps) + "\n";
}
