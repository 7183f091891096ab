namespace Drawdown.Domain.Ids;

/// <summary>What an account belongs to.</summary>
public enum AccountKind
{
    /// <summary>A Lotus customer.</summary>
    Customer,

    /// <summary>An organization's metrics and plans.</summary>
    Catalog,

    /// <summary>A Thought Industries client.</summary>
    Client,
}

/// <summary>The stored names of the kinds.</summary>
public static class AccountKindNames
{
    private static readonly WireNames<AccountKind> Names = new(
        ("customer", AccountKind.Customer),
        ("catalog", AccountKind.Catalog),
        ("client", AccountKind.Client)
    );

    /// <summary>The name that is hashed into routes and stored.</summary>
    public static string Name(this AccountKind kind) => Names.Of(kind);

    /// <summary>The kind of a stored name.</summary>
    /// <exception cref="FormatException">No such kind.</exception>
    public static AccountKind Parse(string name) => Names.Parse(name);
}
