using Drawdown.Domain.Accounts;
using Drawdown.Domain.Invoicing;
using Drawdown.Storage.Accounts.Billing;
using Drawdown.Storage.Accounts.CreditBatches;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts;

/// <summary>
/// The rows of a change, as one transaction. A row that was read is replaced under the ETag that it was read with; what was
/// not read is inserted, and fails if it is there.
/// </summary>
internal static class AccountTransaction
{
    /// <summary>The transaction of a change, its head included.</summary>
    public static List<RowChange> Of(AccountSnapshot snapshot, AccountChange change, string requestId) =>
        [
            snapshot.Write(AccountRows.Head, StoredHead.After(snapshot.StoredHead, change.Head, requestId).ToColumns()),
            .. Credits(snapshot, change),
            .. Billing(snapshot, change),
            .. CreditBatches(snapshot, change),
        ];

    private static IEnumerable<RowChange> Credits(AccountSnapshot snapshot, AccountChange change)
    {
        foreach (var credit in change.Credits)
            yield return OfSet(snapshot, change, AccountRows.Credit(credit.Id), CreditRow.ToColumns(credit));
        // An entry is only ever inserted: nobody reads one in order to replace it.
        foreach (var entry in change.Entries)
            yield return new RowChange.Insert(AccountRows.Entry(entry), EntryRow.ToColumns(entry));
        if (change.Drawdown is { } drawdown)
            yield return snapshot.Write(AccountRows.Drawdown(drawdown.Id), DrawdownRow.ToColumns(drawdown));
        if (change.Reference is { } reference)
            yield return new RowChange.Insert(
                AccountRows.Reference(reference.Kind, reference.ExternalId),
                new ColumnWriter().Text("ExternalId", reference.ExternalId).Text("Target", reference.Target).Columns
            );
    }

    private static IEnumerable<RowChange> Billing(AccountSnapshot snapshot, AccountChange change)
    {
        if (change.Subscription is { } subscription)
            yield return snapshot.Write(
                AccountRows.Subscription(subscription.Id),
                SubscriptionRow.ToColumns(subscription)
            );
        if (change.Metric is { } metric)
            yield return snapshot.Write(AccountRows.Metric(metric.Id), CatalogRows.ToColumns(metric));
        if (change.Plan is { } plan)
            yield return snapshot.Write(AccountRows.Plan(plan.Id), CatalogRows.ToColumns(plan));
        foreach (var charge in change.Charges)
            yield return snapshot.Write(AccountRows.Charge(charge.Id), InvoicingRows.ToColumns(charge));
        if (change.Owed is { } owed)
            yield return snapshot.Write(
                AccountRows.Owed(owed),
                new ColumnWriter().Text("Charge", owed.ToString()).Columns
            );
        if (change.Settled is { } settled && snapshot.Delete(AccountRows.Owed(settled)) is { } delete)
            yield return delete;
        foreach (var row in InvoiceRows(snapshot, change.Invoice))
            yield return row;
    }

    private static IEnumerable<RowChange> InvoiceRows(AccountSnapshot snapshot, Invoice? invoice)
    {
        if (invoice is null)
            yield break;
        var row = snapshot.Write(AccountRows.Invoice(invoice.Id), InvoicingRows.ToColumns(invoice));
        yield return row;
        if (row is RowChange.Insert)
            yield return new RowChange.Insert(
                AccountRows.InvoiceNumber(invoice.Sequence),
                new ColumnWriter().Text("Invoice", invoice.Id.ToString()).Columns
            );
    }

    private static IEnumerable<RowChange> CreditBatches(AccountSnapshot snapshot, AccountChange change)
    {
        if (change.CreditAccount is { } account)
            yield return OfSet(
                snapshot,
                change,
                AccountRows.CreditAccount(account.Id),
                CreditAccountRow.ToColumns(account)
            );
        foreach (var batch in change.Batches)
            yield return OfSet(snapshot, change, AccountRows.CreditBatch(batch.Id), CreditBatchRow.ToColumns(batch));
        foreach (var allocation in change.Allocations)
            yield return snapshot.Write(
                AccountRows.CreditAllocation(allocation.Id),
                CreditAllocationRow.ToColumns(allocation)
            );
        // Like an entry, an action is only ever inserted.
        foreach (var action in change.Actions)
            yield return new RowChange.Insert(AccountRows.CreditAction(action), CreditActionRow.ToColumns(action));
    }

    // A row of a set that is read together says which version of the head it was written with. Not every change of one is
    // counted in the ledger: a name or an expiry is not.
    private static RowChange OfSet(
        AccountSnapshot snapshot,
        AccountChange change,
        string key,
        IReadOnlyDictionary<string, object> columns
    ) =>
        snapshot.Write(
            key,
            new Dictionary<string, object>(columns, StringComparer.Ordinal)
            {
                [AccountRows.HeadVersion] = change.Head.Version,
            }
        );
}
