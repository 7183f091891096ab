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

    /// <summary>The kind of a stored name.</summary>
    /// <exception cref="FormatException">No such kind.</exception>
    public static AccountKind Parse(string name) =>
        name == Name(AccountKind.Customer)
            ? AccountKind.Customer
            : throw new FormatException($"Not an account kind: {name}.");
}
