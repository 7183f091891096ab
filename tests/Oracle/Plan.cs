namespace Drawdown.Oracle;

/// <summary>A plan of the simulation, in US dollars.</summary>
/// <param name="Prorate">Whether units that were held for a part of the period cost a part.</param>
public sealed record Plan(
    string Id,
    string Metric,
    string MetricName,
    int Months,
    decimal Units,
    bool Prorate,
    bool Bulk,
    IReadOnlyList<Tier> Tiers,
    IReadOnlyList<Recurring> Recurring
)
{
    /// <summary>What so many units cost for a whole period.</summary>
    public Ratio Rate(decimal units)
    {
        var sum = Ratio.None;
        foreach (var tier in Tiers)
        {
            if (units <= tier.From || (Bulk && tier.To < units))
                continue;
            var inside = Bulk ? units : Math.Min(units, tier.To ?? units) - tier.From;
            // Batches that are begun count.
            var batches = (Ratio.Of(inside) * new Ratio(1, tier.Batch)).Up();
            sum += tier.Batch == 1 ? Ratio.Of(inside) * Ratio.Of(tier.Cost) : batches * Ratio.Of(tier.Cost);
        }
        return sum;
    }
}

/// <summary>A tier: free when it costs nothing.</summary>
/// <param name="Batch">Units that are sold together; a batch that is begun is paid for. 1: any part of a unit.</param>
public sealed record Tier(decimal From, decimal? To, decimal Cost, int Batch);

/// <summary>What is billed every period.</summary>
public sealed record Recurring(string Name, decimal Amount, bool InAdvance, bool Prorate);
