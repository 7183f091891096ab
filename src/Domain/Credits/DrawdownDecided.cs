using Drawdown.Domain.Accounts;

namespace Drawdown.Domain.Credits;

/// <summary>A drawdown or a reversal: the change to commit (null: nothing changes), and what can be spent after it.</summary>
public sealed record DrawdownDecided(CreditDrawdown Drawdown, decimal Spendable, AccountChange? Change);
