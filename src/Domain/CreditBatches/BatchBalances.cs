namespace Drawdown.Domain.CreditBatches;

/// <summary>
/// Where the credits of a batch are. All numbers are whole credits; only <paramref name="Adjustments"/> may be negative.
/// </summary>
/// <param name="Starting">What the batch began with; it never changes.</param>
/// <param name="Adjustments">The sum of all that was set differently since.</param>
/// <param name="Current">What is not allocated and can be.</param>
/// <param name="Unspent">What is allocated and not redeemed yet.</param>
/// <param name="Redeemed">What was redeemed; it never comes back.</param>
/// <param name="Lapsed">What was left, allocated or not, when the batch expired or was voided.</param>
public readonly record struct BatchBalances(
    long Starting,
    long Adjustments,
    long Current,
    long Unspent,
    long Redeemed,
    long Lapsed
)
{
    /// <summary>The most credits that a request may state. Sums of them stay exact in every JSON reader (2^53).</summary>
    public const long Largest = 9_999_999_999;

    /// <summary>The most credits that a batch is ever shown with: what came back may lie on top of what a request stated.</summary>
    public const long LargestShown = (1L << 53) - 1;

    /// <summary>What has been allocated and has not lapsed or come back.</summary>
    public long Allocated => Unspent + Redeemed;

    /// <summary>What would lapse if the batch closed now.</summary>
    public long Open => Current + Unspent;

    /// <summary>The law: no credit comes from nowhere and none is lost.</summary>
    public bool Hold =>
        Starting + Adjustments == Current + Allocated + Lapsed
        && Starting >= 0
        && Current >= 0
        && Unspent >= 0
        && Redeemed >= 0
        && Lapsed >= 0;

    /// <summary>The balances after an action.</summary>
    /// <param name="amount">Credits; negative only for an adjustment downwards.</param>
    /// <exception cref="InvalidOperationException">It would take more than there is, or less than nothing: a bug.</exception>
    public BatchBalances After(CreditActionType type, long amount)
    {
        var after = type switch
        {
            CreditActionType.Grant => this with { Starting = Starting + amount, Current = Current + amount },
            CreditActionType.Adjust => this with { Adjustments = Adjustments + amount, Current = Current + amount },
            CreditActionType.Allocate => this with { Current = Current - amount, Unspent = Unspent + amount },
            CreditActionType.Return => this with { Current = Current + amount, Unspent = Unspent - amount },
            CreditActionType.Redeem => this with { Unspent = Unspent - amount, Redeemed = Redeemed + amount },
            CreditActionType.Expire or CreditActionType.Void => this with
            {
                Current = 0,
                Unspent = 0,
                Lapsed = Lapsed + amount,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an action."),
        };
        // A negative amount would undo what has no undoing: spent credits would come back.
        return after.Hold && (amount >= 0 || type is CreditActionType.Adjust)
            ? after
            : throw new InvalidOperationException($"{type.Name()} {amount} cannot follow on {this}.");
    }
}
