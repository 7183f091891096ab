namespace Drawdown.Domain.Rating;

/// <summary>What happens to a batch that is not full.</summary>
public enum BatchRounding
{
    /// <summary>A begun batch costs as a whole one.</summary>
    RoundUp,

    /// <summary>A begun batch costs nothing.</summary>
    RoundDown,

    /// <summary>A batch costs from its half on.</summary>
    RoundNearest,

    /// <summary>A begun batch costs its share.</summary>
    NoRounding,
}

/// <summary>The names of <see cref="BatchRounding"/>.</summary>
public static class BatchRoundingNames
{
    /// <summary>Both ways.</summary>
    public static readonly WireNames<BatchRounding> Names = new(
        ("round_up", BatchRounding.RoundUp),
        ("round_down", BatchRounding.RoundDown),
        ("round_nearest", BatchRounding.RoundNearest),
        ("no_rounding", BatchRounding.NoRounding)
    );
}
