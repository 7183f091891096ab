namespace Drawdown.Domain.CreditBatches;

/// <summary>
/// The order in which the batches of an account are drawn. It is total: soonest expiry first (never-expiring last), then the
/// earlier creation, then the id.
/// </summary>
public sealed class BatchDrawOrder : IComparer<CreditBatch>
{
    /// <summary>The order.</summary>
    public static readonly BatchDrawOrder Instance = new();

    private BatchDrawOrder() { }

    /// <inheritdoc/>
    public int Compare(CreditBatch? x, CreditBatch? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var order = (x.ExpiresOn is null).CompareTo(y.ExpiresOn is null);
        if (order == 0)
            order = Nullable.Compare(x.ExpiresOn, y.ExpiresOn);
        if (order == 0)
            order = x.CreatedAt.CompareTo(y.CreatedAt);
        return order == 0 ? string.CompareOrdinal(x.Id.ToString(), y.Id.ToString()) : order;
    }
}
