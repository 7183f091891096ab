using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;

namespace Drawdown.Storage.Accounts;

/// <summary>All credits of an account.</summary>
public sealed record CreditsView(AccountHead Head, IReadOnlyList<Credit> Credits);
