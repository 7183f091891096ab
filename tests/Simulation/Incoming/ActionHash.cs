namespace Drawdown.Simulation.Incoming;

/// <summary>The hash of an action, computed anew from what is stored.</summary>
public static class ActionHash
{
    private static readonly string[] Places = ["Starting", "Adjustments", "Current", "Unspent", "Redeemed", "Lapsed"];

    /// <summary>The hash that an action with these columns must have.</summary>
    public static string Of(IReadOnlyDictionary<string, object> columns)
    {
        string? Text(string column) => HashChain.Text(columns.GetValueOrDefault(column));
        string Balances(string prefix) => string.Join(' ', Places.Select(place => Text(prefix + place)));
        return HashChain.Digest([
            "drawdown-actions-1",
            Text("PreviousHash"),
            Text("Seq"),
            Text("Type"),
            Text("Batch"),
            Text("Account"),
            Text("Ordinal"),
            Text("Amount"),
            Balances("Before"),
            Balances("After"),
            Text("Allocation"),
            Text("User"),
            Text("Allocation") is null ? null : $"{Text("AllocationBefore")} {Text("AllocationAfter")}",
            Text("ContentType"),
            Text("ContentId"),
            Text("EffectiveAt"),
            Text("RecordedAt"),
            Text("Actor"),
            Text("Reason"),
            Text("RequestId"),
        ]);
    }
}
