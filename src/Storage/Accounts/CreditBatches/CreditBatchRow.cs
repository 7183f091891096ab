using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>How a credit batch is stored.</summary>
internal static class CreditBatchRow
{
    public static IReadOnlyDictionary<string, object> ToColumns(CreditBatch batch) =>
        new ColumnWriter()
            .Text("Id", batch.Id.ToString())
            .Text("Account", batch.Account?.ToString())
            .Text("Name", batch.Name)
            .Instant("ExpiresOn", batch.ExpiresOn)
            .Instant("CreatedAt", batch.CreatedAt)
            .Instant("UpdatedAt", batch.UpdatedAt)
            .Instant("VoidedAt", batch.VoidedAt)
            .Balances("", batch.Balances)
            .Number("LastSeq", batch.LastSeq)
            .Number("Entries", batch.Entries)
            .Columns;

    public static CreditBatch FromRow(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new()
        {
            Id = RoutedUuids.Parse<CreditBatchId>(columns.Text("Id")),
            Account = columns.OptionalText("Account") is { } account
                ? RoutedUuids.Parse<CreditAccountId>(account)
                : null,
            Name = columns.OptionalText("Name"),
            ExpiresOn = columns.OptionalInstant("ExpiresOn"),
            CreatedAt = columns.Instant("CreatedAt"),
            UpdatedAt = columns.Instant("UpdatedAt"),
            VoidedAt = columns.OptionalInstant("VoidedAt"),
            Balances = columns.Balances(""),
            LastSeq = columns.Number("LastSeq"),
            Entries = (int)columns.Number("Entries"),
        };
    }
}
