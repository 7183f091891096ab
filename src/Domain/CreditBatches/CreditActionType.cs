namespace Drawdown.Domain.CreditBatches;

/// <summary>What can happen to the credits of a batch.</summary>
public enum CreditActionType
{
    /// <summary>The batch begins.</summary>
    Grant,

    /// <summary>The current balance is set to another value.</summary>
    Adjust,

    /// <summary>Credits go from the batch to a learner.</summary>
    Allocate,

    /// <summary>A learner's unspent credits go back to the batch.</summary>
    Return,

    /// <summary>A learner spends allocated credits.</summary>
    Redeem,

    /// <summary>What was left when the batch expired, allocated or not, lapses.</summary>
    Expire,

    /// <summary>What was left when the batch was voided, allocated or not, lapses.</summary>
    Void,
}

/// <summary>The names that are hashed, stored and sent.</summary>
public static class CreditActionTypeNames
{
    /// <summary>All of them.</summary>
    public static readonly WireNames<CreditActionType> Names = new(
        ("grant", CreditActionType.Grant),
        ("adjust", CreditActionType.Adjust),
        ("allocate", CreditActionType.Allocate),
        ("return", CreditActionType.Return),
        ("redeem", CreditActionType.Redeem),
        ("expire", CreditActionType.Expire),
        ("void", CreditActionType.Void)
    );

    /// <summary>The name of a type.</summary>
    public static string Name(this CreditActionType type) => Names.Of(type);
}
