namespace Drawdown.Storage.Accounts;

/// <summary>
/// Other writers kept changing an account while something had to be posted in it first. Nothing was changed. It becomes a
/// 409 <c>conflict</c>; a timer tries the account again at its next run.
/// </summary>
public sealed class AccountBusyException(AccountAddress account)
    : Exception($"Account {account.Partition} kept changing.");
