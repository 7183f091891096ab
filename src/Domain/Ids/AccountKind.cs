namespace Drawdown.Domain.Ids;

/// <summary>What an account belongs to.</summary>
public enum AccountKind
{
    /// <summary>A Lotus customer.</summary>
    Customer,
}

/// <summary>The stored names of the kinds.</summary>
public static class AccountKindNames
{
    /// <summary>The name that is hashed into routes and stored: it must never change.</summary>
    public static string Name(this AccountKind kind) =>
        kind switch
        {
            AccountKind.Customer => "customer",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an account kind."),
        };
}
