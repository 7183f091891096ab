using System.Collections.Immutable;
using System.Text.Json;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts;

/// <summary>How a drawdown is stored.</summary>
internal static class DrawdownRow
{
    public static IReadOnlyDictionary<string, object> ToColumns(CreditDrawdown drawdown) =>
        new ColumnWriter()
            .Text("Id", drawdown.Id.ToString())
            .Text("Currency", drawdown.Currency)
            .Money("Amount", drawdown.Amount)
            .Text("Slices", ToJson(drawdown.Slices))
            .Text("Description", drawdown.Description)
            .Text("ExternalId", drawdown.ExternalId)
            .Instant("DrawnAt", drawdown.DrawnAt)
            .Instant("ReversedAt", drawdown.Reversal?.At)
            .Text("ReversalReason", drawdown.Reversal?.Reason)
            .Money("ReversalLapsed", drawdown.Reversal?.Lapsed)
            .Text("ReversalSlices", drawdown.Reversal is { } reversal ? ToJson(reversal.Slices) : null)
            .Columns;

    public static CreditDrawdown FromRow(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new()
        {
            Id = RoutedId.Parse<DrawdownId>(columns.Text("Id")),
            Currency = columns.Text("Currency"),
            Amount = columns.Money("Amount"),
            Slices = FromJson(columns.Text("Slices")),
            Description = columns.OptionalText("Description"),
            ExternalId = columns.OptionalText("ExternalId"),
            DrawnAt = columns.Instant("DrawnAt"),
            Reversal = columns.OptionalInstant("ReversedAt") is { } at
                ? new(
                    at,
                    columns.OptionalText("ReversalReason"),
                    columns.Money("ReversalLapsed"),
                    FromJson(columns.Text("ReversalSlices"))
                )
                : null,
        };
    }

    private static string ToJson(ImmutableArray<Slice> slices) =>
        JsonSerializer.Serialize(
            slices.Select(slice => new StoredSlice(
                slice.Credit.ToString(),
                slice.Ordinal,
                slice.Amount,
                slice.BalanceAfter
            ))
        );

    private static ImmutableArray<Slice> FromJson(string json) =>
        [
            .. JsonSerializer
                .Deserialize<List<StoredSlice>>(json)!
                .Select(slice => new Slice(
                    RoutedId.Parse<CreditId>(slice.Credit),
                    slice.Ordinal,
                    slice.Amount,
                    slice.BalanceAfter
                )),
        ];

    private sealed record StoredSlice(string Credit, int Ordinal, decimal Amount, decimal BalanceAfter);
}
