namespace Drawdown.Oracle;

/// <summary>A subscription.</summary>
/// <param name="Period">0, 1, 2, …; −1 before the first.</param>
/// <param name="Held">What was held in the period, each from its instant on.</param>
/// <param name="Charged">What the period's units were charged so far.</param>
/// <param name="Waiting">Charges for the next invoice.</param>
public sealed record Subscription(
    string Id,
    Plan Plan,
    string Zone,
    DateTimeOffset Start,
    DateTimeOffset? End,
    bool AutoRenew,
    int Period,
    decimal Units,
    IReadOnlyList<Holding> Held,
    decimal Charged,
    IReadOnlyList<string> Waiting,
    bool Closed
)
{
    /// <summary>When a period begins.</summary>
    public DateTimeOffset Begins(int period) => Calendar.PlusMonths(Start, period * Plan.Months, Zone);

    /// <summary>When a period ends, or the subscription within it.</summary>
    public DateTimeOffset Until(int period) => End is { } end && end < Begins(period + 1) ? end : Begins(period + 1);

    /// <summary>When something is due; null: never again.</summary>
    public DateTimeOffset? Next =>
        Closed ? null
        : Period < 0 ? Start
        : Until(Period);

    /// <summary>The end of the current period, or of the first.</summary>
    public DateTimeOffset CurrentEnd => Until(Math.Max(0, Period));

    /// <summary>When it ends for good.</summary>
    public DateTimeOffset LastEnd => AutoRenew ? End ?? DateTimeOffset.MaxValue : CurrentEnd;

    /// <summary>Whether something is due.</summary>
    public bool IsDue(DateTimeOffset now) => Next <= now;
}

/// <summary>Units that were held from an instant on.</summary>
public sealed record Holding(decimal Units, DateTimeOffset From);

/// <summary>A line of a charge or an invoice.</summary>
public sealed record BillLine(
    string Name,
    DateTimeOffset Start,
    DateTimeOffset End,
    decimal? Quantity,
    string Billing,
    decimal Amount
);

/// <summary>A charge.</summary>
public sealed record Charge(
    string Id,
    string Subscription,
    IReadOnlyList<BillLine> Lines,
    IReadOnlyList<string> Takes,
    string Status,
    string? Invoice,
    DateTimeOffset CreatedAt
);

/// <summary>An invoice.</summary>
public sealed record Invoice(
    string Id,
    int Number,
    string Currency,
    IReadOnlyList<BillLine> Lines,
    string? Subscription,
    DateTimeOffset IssuedAt,
    DateTimeOffset? PaidAt
);
