using Drawdown.Domain.Money;

namespace Drawdown.Domain.Subscriptions;

/// <summary>A fixed amount per billing period.</summary>
/// <param name="Amount">0 or more, in the plan's currency.</param>
/// <param name="Behavior">What is charged for a period that the subscription does not last to its end.</param>
public sealed record RecurringCharge(string Name, decimal Amount, ChargeTiming Timing, ChargeBehavior Behavior)
{
    /// <summary>What it costs in a period, rounded once to the currency's minor unit.</summary>
    public decimal Due(BillingPeriod period, Currency currency) =>
        (Behavior is ChargeBehavior.Full ? Fraction.Of(Amount) : Fraction.Of(Amount) * period.Share).Round(
            currency.MinorUnits
        );
}
