using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts;

/// <summary>How a credit is stored.</summary>
internal static class CreditRow
{
    public static IReadOnlyDictionary<string, object> ToColumns(Credit credit) =>
        new ColumnWriter()
            .Text("Id", credit.Id.ToString())
            .Text("Currency", credit.Currency)
            .Money("Amount", credit.Amount)
            .Money("AmountPaid", credit.AmountPaid)
            .Text("AmountPaidCurrency", credit.AmountPaidCurrency)
            .Instant("EffectiveAt", credit.EffectiveAt)
            .Instant("ExpiresAt", credit.ExpiresAt)
            .Instant("IssuedAt", credit.IssuedAt)
            .Instant("VoidedAt", credit.VoidedAt)
            .Text("Description", credit.Description)
            .Text("ExternalId", credit.ExternalId)
            .Text("Metadata", credit.Metadata)
            .Money("Remaining", credit.Remaining)
            .Money("Drawn", credit.Drawn)
            .Money("Reinstated", credit.Reinstated)
            .Money("Expired", credit.Expired)
            .Money("Voided", credit.Voided)
            .Number("LastSeq", credit.LastSeq)
            .Number("Entries", credit.Entries)
            .Instant("LastEffectiveAt", credit.LastEffectiveAt)
            .Columns;

    public static Credit FromRow(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new()
        {
            Id = RoutedId.Parse<CreditId>(columns.Text("Id")),
            Currency = columns.Text("Currency"),
            Amount = columns.Money("Amount"),
            AmountPaid = columns.Money("AmountPaid"),
            AmountPaidCurrency = columns.OptionalText("AmountPaidCurrency"),
            EffectiveAt = columns.Instant("EffectiveAt"),
            ExpiresAt = columns.OptionalInstant("ExpiresAt"),
            IssuedAt = columns.Instant("IssuedAt"),
            VoidedAt = columns.OptionalInstant("VoidedAt"),
            Description = columns.OptionalText("Description"),
            ExternalId = columns.OptionalText("ExternalId"),
            Metadata = columns.Text("Metadata"),
            Remaining = columns.Money("Remaining"),
            Drawn = columns.Money("Drawn"),
            Reinstated = columns.Money("Reinstated"),
            Expired = columns.Money("Expired"),
            Voided = columns.Money("Voided"),
            LastSeq = columns.Number("LastSeq"),
            Entries = (int)columns.Number("Entries"),
            LastEffectiveAt = columns.Instant("LastEffectiveAt"),
        };
    }
}
