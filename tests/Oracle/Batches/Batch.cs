namespace Drawdown.Oracle.Batches;

/// <summary>A batch: its terms. Where its credits are is the sum of its moves, always.</summary>
/// <param name="EditedAt">When its terms were last changed.</param>
public sealed record Batch(
    string Id,
    string? Account,
    string? Name,
    DateTimeOffset? ExpiresOn,
    DateTimeOffset CreatedAt,
    DateTimeOffset EditedAt
);

/// <summary>A credit account: what its batches have in common.</summary>
public sealed record Account(
    string Id,
    string Name,
    int? Days,
    long? Minimum,
    string? BatchName,
    DateTimeOffset CreatedAt
);

/// <summary>Credits of a batch that a learner may spend. How many of them are left is the sum of its moves.</summary>
public sealed record Allocation(string Id, string Batch, string User, string? Note, DateTimeOffset CreatedAt);

/// <summary>A line of a client's ledger.</summary>
/// <param name="Amount">Negative only for an adjustment downwards.</param>
/// <param name="Allocation">Whose credits are moved; null: the batch's own.</param>
public sealed record Move(
    string Type,
    string Batch,
    long Amount,
    string? Allocation,
    string? ContentType,
    string? ContentId,
    string? Reason,
    DateTimeOffset EffectiveAt,
    DateTimeOffset RecordedAt
)
{
    /// <summary>Its hash, as it was computed anew when it was written.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>Where the credits of a batch are.</summary>
public readonly record struct Places(
    long Starting,
    long Adjusted,
    long Current,
    long Unspent,
    long Redeemed,
    long Lapsed
)
{
    /// <summary>What would lapse.</summary>
    public long Open => Current + Unspent;

    /// <summary>Where they are after a move.</summary>
    public Places After(string type, long amount) =>
        type switch
        {
            "grant" => this with { Starting = Starting + amount, Current = Current + amount },
            "adjust" => this with { Adjusted = Adjusted + amount, Current = Current + amount },
            "allocate" => this with { Current = Current - amount, Unspent = Unspent + amount },
            "return" => this with { Current = Current + amount, Unspent = Unspent - amount },
            "redeem" => this with { Unspent = Unspent - amount, Redeemed = Redeemed + amount },
            "expire" or "void" => this with { Current = 0, Unspent = 0, Lapsed = Lapsed + Open },
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a move."),
        };
}

/// <summary>The ids that new things were given.</summary>
/// <param name="Allocations">By their batches.</param>
public sealed record NewThings(string Account, string Batch, IReadOnlyDictionary<string, string> Allocations)
{
    /// <summary>When it is only asked what would happen.</summary>
    public static NewThings Any { get; } = new("new", "new", new Dictionary<string, string>());

    /// <summary>The id of the new allocation in a batch.</summary>
    public string AllocationIn(string batch) => Allocations.GetValueOrDefault(batch, "none");
}
