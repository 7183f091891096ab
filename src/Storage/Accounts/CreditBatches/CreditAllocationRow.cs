using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>How an allocation is stored.</summary>
internal static class CreditAllocationRow
{
    public static IReadOnlyDictionary<string, object> ToColumns(CreditAllocation allocation) =>
        new ColumnWriter()
            .Text("Id", allocation.Id.ToString())
            .Text("Batch", allocation.Batch.ToString())
            .Text("User", allocation.User)
            .Number("Amount", allocation.Amount)
            .Number("Redeemed", allocation.Redeemed)
            .Number("Returned", allocation.Returned)
            .Text("Note", allocation.Note)
            .Instant("CreatedAt", allocation.CreatedAt)
            .Instant("UpdatedAt", allocation.UpdatedAt)
            .Columns;

    public static CreditAllocation FromRow(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new()
        {
            Id = RoutedUuids.Parse<CreditAllocationId>(columns.Text("Id")),
            Batch = RoutedUuids.Parse<CreditBatchId>(columns.Text("Batch")),
            User = columns.Text("User"),
            Amount = columns.Number("Amount"),
            Redeemed = columns.Number("Redeemed"),
            Returned = columns.Number("Returned"),
            Note = columns.OptionalText("Note"),
            CreatedAt = columns.Instant("CreatedAt"),
            UpdatedAt = columns.Instant("UpdatedAt"),
        };
    }
}
