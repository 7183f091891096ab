namespace Drawdown.Domain.Ledger;

/// <summary>What a ledger entry does to its credit.</summary>
public enum EntryType
{
    /// <summary>The credit begins (+).</summary>
    Grant,

    /// <summary>Spent (−).</summary>
    Drawdown,

    /// <summary>What was left when the credit expired (−).</summary>
    Expire,

    /// <summary>What was left when the credit was voided (−).</summary>
    Void,

    /// <summary>A drawdown's slice comes back (+).</summary>
    Reinstate,
}

/// <summary>The names that are hashed, stored and sent: they must never change.</summary>
public static class EntryTypeNames
{
    /// <summary>The name of a type.</summary>
    public static string Name(this EntryType type) =>
        type switch
        {
            EntryType.Grant => "grant",
            EntryType.Drawdown => "drawdown",
            EntryType.Expire => "expire",
            EntryType.Void => "void",
            EntryType.Reinstate => "reinstate",
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an entry type."),
        };

    /// <summary>The type of a stored name.</summary>
    /// <exception cref="FormatException">No such type.</exception>
    public static EntryType Parse(string name) =>
        name switch
        {
            "grant" => EntryType.Grant,
            "drawdown" => EntryType.Drawdown,
            "expire" => EntryType.Expire,
            "void" => EntryType.Void,
            "reinstate" => EntryType.Reinstate,
            _ => throw new FormatException($"Not an entry type: {name}."),
        };

    /// <summary>+1 for what adds to a credit's remaining amount, −1 for what takes from it.</summary>
    public static int Sign(this EntryType type) => type is EntryType.Grant or EntryType.Reinstate ? 1 : -1;
}
