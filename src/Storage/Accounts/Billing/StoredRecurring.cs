using Drawdown.Domain.Subscriptions;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>How it is stored inside a row, as JSON. The members' names are the storage format: one is added, never renamed.</summary>
internal sealed record StoredRecurring(string Name, decimal Amount, string Timing, string Behavior)
{
    public static StoredRecurring Of(RecurringCharge charge) =>
        new(
            charge.Name,
            charge.Amount,
            ChargeTimingNames.Names.Of(charge.Timing),
            ChargeBehaviorNames.Names.Of(charge.Behavior)
        );

    public RecurringCharge ToCharge() =>
        new(Name, Amount, ChargeTimingNames.Names.Parse(Timing), ChargeBehaviorNames.Names.Parse(Behavior));
}
