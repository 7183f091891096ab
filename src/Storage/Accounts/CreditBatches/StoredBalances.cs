using Drawdown.Domain.CreditBatches;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>How the balances of a batch are stored: a column each.</summary>
internal static class StoredBalances
{
    public static ColumnWriter Balances(this ColumnWriter columns, string prefix, BatchBalances balances) =>
        columns
            .Number(prefix + "Starting", balances.Starting)
            .Number(prefix + "Adjustments", balances.Adjustments)
            .Number(prefix + "Current", balances.Current)
            .Number(prefix + "Unspent", balances.Unspent)
            .Number(prefix + "Redeemed", balances.Redeemed)
            .Number(prefix + "Lapsed", balances.Lapsed);

    public static BatchBalances Balances(this ColumnReader columns, string prefix) =>
        new(
            columns.Number(prefix + "Starting"),
            columns.Number(prefix + "Adjustments"),
            columns.Number(prefix + "Current"),
            columns.Number(prefix + "Unspent"),
            columns.Number(prefix + "Redeemed"),
            columns.Number(prefix + "Lapsed")
        );
}
