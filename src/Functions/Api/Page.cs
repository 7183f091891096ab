namespace Drawdown.Functions.Api;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="Limit">Items at most.</param>
/// <param name="After">The position that the page follows; null for the first page.</param>
public sealed record Page(int Limit, string? After)
{
    /// <summary>Items per page at most, and by default.</summary>
    public const int MaxLimit = 1000;

    /// <summary>
    /// The items of this page, and the position to go on from (null at the end). It goes on by order, not by looking for
    /// the last item: that one may have left the list since.
    /// </summary>
    /// <param name="all">The whole list, descending by <paramref name="position"/> in ordinal order.</param>
    public (List<T> Items, string? Next) Of<T>(IEnumerable<T> all, Func<T, string> position)
    {
        var rest = all.Where(item => After is null || string.CompareOrdinal(position(item), After) < 0);
        var items = rest.Take(Limit + 1).ToList();
        if (items.Count <= Limit)
            return (items, null);
        items.RemoveAt(Limit);
        return (items, position(items[^1]));
    }
}
