namespace Drawdown.Domain.Accounts;

/// <summary>What an account's holder says about itself: by kind of account another record, or nothing.</summary>
public abstract record AccountProfile;
