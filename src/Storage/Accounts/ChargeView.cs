using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Invoicing;

namespace Drawdown.Storage.Accounts;

/// <summary>A charge with everything that its invoice rests on.</summary>
/// <param name="Taken">The waiting charges that go on the same invoice.</param>
/// <param name="Credits">All credits of the account.</param>
public sealed record ChargeView(
    AccountHead Head,
    Charge Charge,
    IReadOnlyList<Charge> Taken,
    IReadOnlyList<Credit> Credits
);
