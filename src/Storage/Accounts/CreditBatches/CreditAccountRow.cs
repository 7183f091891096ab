using System.Collections.Immutable;
using System.Text.Json;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>How a credit account is stored.</summary>
internal static class CreditAccountRow
{
    public static IReadOnlyDictionary<string, object> ToColumns(CreditAccount account)
    {
        var columns = new ColumnWriter()
            .Text("Id", account.Id.ToString())
            .Text("Name", account.Name)
            .Text("Type", account.Type)
            .LongText("NotifyEmails", JsonSerializer.Serialize(account.NotifyEmails))
            .LongText("LicenseIds", JsonSerializer.Serialize(account.LicenseIds))
            .Text("CreditBatchName", account.CreditBatchName)
            .Instant("CreatedAt", account.CreatedAt);
        if (account.BatchDaysUntilExpire is { } days)
            columns.Number("BatchDaysUntilExpire", days);
        if (account.MinimumBatchAmount is { } minimum)
            columns.Number("MinimumBatchAmount", minimum);
        return columns.Columns;
    }

    public static CreditAccount FromRow(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new()
        {
            Id = RoutedUuids.Parse<CreditAccountId>(columns.Text("Id")),
            Name = columns.Text("Name"),
            Type = columns.Text("Type"),
            NotifyEmails = JsonSerializer.Deserialize<ImmutableArray<string>>(columns.LongText("NotifyEmails")),
            LicenseIds = JsonSerializer.Deserialize<ImmutableArray<string>>(columns.LongText("LicenseIds")),
            BatchDaysUntilExpire = (int?)columns.OptionalNumber("BatchDaysUntilExpire"),
            MinimumBatchAmount = columns.OptionalNumber("MinimumBatchAmount"),
            CreditBatchName = columns.OptionalText("CreditBatchName"),
            CreatedAt = columns.Instant("CreatedAt"),
        };
    }
}
