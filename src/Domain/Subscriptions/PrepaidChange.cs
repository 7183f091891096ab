using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Subscriptions;

/// <summary>What a caller asks for when changing prepaid units.</summary>
/// <param name="Units">The new number, 0 or more.</param>
/// <param name="InvoiceNow">Whether an increase is invoiced at once, or goes on the next invoice.</param>
public sealed record PrepaidChange(MetricId Metric, decimal Units, bool InvoiceNow);

/// <summary>The ids that a change of prepaid units may use.</summary>
public sealed record PrepaidIds(ChargeId Charge, CreditId Credit);
