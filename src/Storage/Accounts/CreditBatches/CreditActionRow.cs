using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>How a line of a client's ledger is stored.</summary>
internal static class CreditActionRow
{
    public static IReadOnlyDictionary<string, object> ToColumns(CreditAction action)
    {
        var columns = new ColumnWriter()
            .Number("Seq", action.Seq)
            .Text("Type", action.Type.Name())
            .Text("Batch", action.Batch.ToString())
            .Text("Account", action.Account?.ToString())
            .Number("Ordinal", action.Ordinal)
            .Number("Amount", action.Amount)
            .Balances("Before", action.Before)
            .Balances("After", action.After)
            .Instant("EffectiveAt", action.EffectiveAt)
            .Instant("RecordedAt", action.RecordedAt)
            .Text("Actor", action.Actor)
            .Text("Reason", action.Reason)
            .Text("RequestId", action.RequestId)
            .Text("PreviousHash", action.PreviousHash)
            .Text("Hash", action.Hash);
        if (action.Allocation is { } move)
            columns
                .Text("Allocation", move.Id.ToString())
                .Text("User", move.User)
                .Number("AllocationBefore", move.Before)
                .Number("AllocationAfter", move.After)
                .Text("ContentType", move.ContentType)
                .Text("ContentId", move.ContentId);
        return columns.Columns;
    }

    public static CreditAction FromRow(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new()
        {
            Seq = columns.Number("Seq"),
            Type = CreditActionTypeNames.Names.Parse(columns.Text("Type")),
            Batch = RoutedUuids.Parse<CreditBatchId>(columns.Text("Batch")),
            Account = columns.OptionalText("Account") is { } account
                ? RoutedUuids.Parse<CreditAccountId>(account)
                : null,
            Ordinal = (int)columns.Number("Ordinal"),
            Amount = columns.Number("Amount"),
            Before = columns.Balances("Before"),
            After = columns.Balances("After"),
            Allocation = columns.OptionalText("Allocation") is { } allocation
                ? new(
                    RoutedUuids.Parse<CreditAllocationId>(allocation),
                    columns.Text("User"),
                    columns.Number("AllocationBefore"),
                    columns.Number("AllocationAfter"),
                    columns.OptionalText("ContentType"),
                    columns.OptionalText("ContentId")
                )
                : null,
            EffectiveAt = columns.Instant("EffectiveAt"),
            RecordedAt = columns.Instant("RecordedAt"),
            Actor = columns.Text("Actor"),
            Reason = columns.OptionalText("Reason"),
            RequestId = columns.Text("RequestId"),
            PreviousHash = columns.Text("PreviousHash"),
            Hash = columns.Text("Hash"),
        };
    }
}
