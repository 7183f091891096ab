using System.Collections.Immutable;

namespace Drawdown.Domain.Tests.Histories;

/// <summary>
/// One step of a history. Credits, drawdowns and amounts are named relative to what is there when the step comes, so that
/// every list of steps is a history, and one that lost steps in shrinking still is.
/// </summary>
internal abstract record Step
{
    private Step() { }

    /// <param name="EffectiveIn">Days from today's midnight; null: from now.</param>
    /// <param name="ExpiresIn">Days from today's midnight (0 and less is in the past); null: never.</param>
    public sealed record Grant(string Currency, decimal Amount, decimal Paid, int? EffectiveIn, int? ExpiresIn) : Step;

    /// <summary>As many equal grants as it takes to reach the limit of one operation.</summary>
    public sealed record GrantMany(string Currency, decimal Amount, int Count, int? ExpiresIn) : Step;

    /// <param name="Credit">Only this credit, counted from the first; null: any.</param>
    public sealed record DrawDown(string Currency, Quantity Quantity, int? Credit) : Step;

    public sealed record Reverse(int Drawdown) : Step;

    public sealed record Void(int Credit) : Step;

    /// <param name="ExpiresIn">Days from today's midnight; null clears.</param>
    public sealed record ChangeExpiry(int Credit, int? ExpiresIn) : Step;

    public sealed record Wait(TimeSpan Time) : Step;

    /// <summary>Moves the clock to an instant at which a credit begins or ends, or a millisecond beside it.</summary>
    public sealed record WaitForBoundary(int Boundary, int Milliseconds) : Step;

    public sealed record Sweep : Step;
}

/// <summary>How much is drawn.</summary>
internal abstract record Quantity
{
    private Quantity() { }

    public sealed record Exactly(decimal Amount) : Quantity;

    /// <summary>All that can be spent.</summary>
    public sealed record All : Quantity;

    /// <summary>The smallest amount more than can be spent.</summary>
    public sealed record TooMuch : Quantity;

    /// <summary>A part of what can be spent, in percent.</summary>
    public sealed record Part(int Percent) : Quantity;

    /// <summary>What the first credits in order hold, to the last digit.</summary>
    public sealed record FirstCredits(int Count) : Quantity;
}

/// <summary>A history to be played, printed one step a line when a law fails.</summary>
internal sealed record Script(ImmutableArray<Step> Steps)
{
    public override string ToString() => "\n" + string.Join('\n', Steps) + "\n";
}
