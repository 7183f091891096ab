namespace Drawdown.Domain.Accounts;

/// <summary>The particulars of a client of the Incoming side.</summary>
public sealed record ClientProfile(string Name) : AccountProfile;
