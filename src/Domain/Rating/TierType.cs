namespace Drawdown.Domain.Rating;

/// <summary>How a tier prices the units in it.</summary>
public enum TierType
{
    /// <summary>Costs once when it is entered.</summary>
    Flat,

    /// <summary>Costs per batch of units.</summary>
    PerUnit,

    /// <summary>Costs nothing.</summary>
    Free,
}

/// <summary>The names of <see cref="TierType"/>.</summary>
public static class TierTypeNames
{
    /// <summary>Both ways.</summary>
    public static readonly WireNames<TierType> Names = new(
        ("flat", TierType.Flat),
        ("per_unit", TierType.PerUnit),
        ("free", TierType.Free)
    );
}
