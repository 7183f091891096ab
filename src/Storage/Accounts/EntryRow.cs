using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts;

/// <summary>How a ledger entry is stored.</summary>
internal static class EntryRow
{
    public static IReadOnlyDictionary<string, object> ToColumns(LedgerEntry entry) =>
        new ColumnWriter()
            .Number("Seq", entry.Seq)
            .Text("Type", entry.Type.Name())
            .Text("Credit", entry.Credit.ToString())
            .Text("Currency", entry.Currency)
            .Number("Ordinal", entry.Ordinal)
            .Money("Amount", entry.Amount)
            .Money("BalanceAfter", entry.BalanceAfter)
            .Instant("EffectiveAt", entry.EffectiveAt)
            .Instant("RecordedAt", entry.RecordedAt)
            .Text("Actor", entry.Actor)
            .Text("Reason", entry.Reason)
            .Text("RequestId", entry.RequestId)
            .Text("Drawdown", entry.Drawdown?.ToString())
            .Text("PreviousHash", entry.PreviousHash)
            .Text("Hash", entry.Hash)
            .Columns;

    public static LedgerEntry FromRow(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new()
        {
            Seq = columns.Number("Seq"),
            Type = EntryTypeNames.Parse(columns.Text("Type")),
            Credit = RoutedId.Parse<CreditId>(columns.Text("Credit")),
            Currency = columns.Text("Currency"),
            Ordinal = (int)columns.Number("Ordinal"),
            Amount = columns.Money("Amount"),
            BalanceAfter = columns.Money("BalanceAfter"),
            EffectiveAt = columns.Instant("EffectiveAt"),
            RecordedAt = columns.Instant("RecordedAt"),
            Actor = columns.Text("Actor"),
            Reason = columns.OptionalText("Reason"),
            RequestId = columns.Text("RequestId"),
            Drawdown = columns.OptionalText("Drawdown") is { } id ? RoutedId.Parse<DrawdownId>(id) : null,
            PreviousHash = columns.Text("PreviousHash"),
            Hash = columns.Text("Hash"),
        };
    }
}
