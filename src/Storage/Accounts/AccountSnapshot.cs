using System.Collections.Concurrent;
using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Ledger;
using Drawdown.Domain.Subscriptions;
using Drawdown.Storage.Accounts.Billing;
using Drawdown.Storage.Accounts.CreditBatches;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts;

/// <summary>
/// What one attempt has read of one account, with the ETag of every row. A change may rest only on what is in here:
/// <see cref="AccountTransaction"/> replaces a row under the ETag that was read, and inserts what was not read.
/// </summary>
/// <remarks>
/// The read rule: a decision about one row may read head and row in parallel, because both are written under their ETags.
/// A decision over a set of rows must read the head first, because rows of the set that stay as they are carry no
/// condition in the transaction; only the head's version then says that nothing was added or changed since.
/// </remarks>
public sealed class AccountSnapshot(ITableStore tables, AccountAddress address)
{
    private readonly ConcurrentDictionary<string, string> _etags = new(StringComparer.Ordinal);
    private readonly Lock _newest = new();

    /// <summary>Where the account is.</summary>
    public AccountAddress Address => address;

    /// <summary>The head as it was read; null when it was not read, or is not there.</summary>
    public StoredHead? StoredHead { get; private set; }

    /// <summary>The newest version of the head that a row of a set was written with, of those that were read.</summary>
    public long NewestRow { get; private set; }

    /// <summary>The head, or null when there is no such account.</summary>
    public async Task<AccountHead?> Head(CancellationToken cancellation)
    {
        var row = await Row(AccountRows.Head, cancellation);
        StoredHead = row is null ? null : StoredHead.FromRow(row);
        return StoredHead?.Head;
    }

    /// <summary>One credit, or null.</summary>
    public Task<Credit?> Credit(CreditId id, CancellationToken cancellation) =>
        One(AccountRows.Credit(id), CreditRow.FromRow, cancellation);

    /// <summary>One drawdown, or null.</summary>
    public Task<CreditDrawdown?> Drawdown(DrawdownId id, CancellationToken cancellation) =>
        One(AccountRows.Drawdown(id), DrawdownRow.FromRow, cancellation);

    /// <summary>All credits, oldest first. The head must have been read before.</summary>
    /// <exception cref="InvalidOperationException">The head was not read: a bug, see the read rule.</exception>
    public Task<List<Credit>> Credits(CancellationToken cancellation) =>
        Set(AccountRows.Credits, CreditRow.FromRow, cancellation);

    /// <summary>The ledger entries of one credit, in order.</summary>
    public Task<List<LedgerEntry>> Entries(CreditId id, CancellationToken cancellation) =>
        Rows(AccountRows.EntriesOf(id), EntryRow.FromRow, cancellation);

    /// <summary>All ledger entries, by credit.</summary>
    public Task<List<LedgerEntry>> Entries(CancellationToken cancellation) =>
        Rows(AccountRows.Entries, EntryRow.FromRow, cancellation);

    /// <summary>One metric of a catalog, or null.</summary>
    public Task<Metric?> Metric(MetricId id, CancellationToken cancellation) =>
        One(AccountRows.Metric(id), CatalogRows.ToMetric, cancellation);

    /// <summary>One plan of a catalog, or null.</summary>
    public Task<Plan?> Plan(PlanId id, CancellationToken cancellation) =>
        One(AccountRows.Plan(id), CatalogRows.ToPlan, cancellation);

    /// <summary>All metrics of a catalog, oldest first.</summary>
    public Task<List<Metric>> Metrics(CancellationToken cancellation) =>
        Rows(AccountRows.Metrics, CatalogRows.ToMetric, cancellation);

    /// <summary>All plans of a catalog, oldest first.</summary>
    public Task<List<Plan>> Plans(CancellationToken cancellation) =>
        Rows(AccountRows.Plans, CatalogRows.ToPlan, cancellation);

    /// <summary>One subscription, or null.</summary>
    public Task<Subscription?> Subscription(SubscriptionId id, CancellationToken cancellation) =>
        One(AccountRows.Subscription(id), SubscriptionRow.FromRow, cancellation);

    /// <summary>All subscriptions, oldest first. The head must have been read before.</summary>
    public Task<List<Subscription>> Subscriptions(CancellationToken cancellation) =>
        Set(AccountRows.Subscriptions, SubscriptionRow.FromRow, cancellation);

    /// <summary>One charge, or null.</summary>
    public Task<Charge?> Charge(ChargeId id, CancellationToken cancellation) =>
        One(AccountRows.Charge(id), InvoicingRows.ToCharge, cancellation);

    /// <summary>All charges, oldest first. The head must have been read before.</summary>
    public Task<List<Charge>> Charges(CancellationToken cancellation) =>
        Set(AccountRows.Charges, InvoicingRows.ToCharge, cancellation);

    /// <summary>Whether a charge's message is owed to the queue.</summary>
    public async Task<bool> IsOwed(ChargeId id, CancellationToken cancellation) =>
        await Row(AccountRows.Owed(id), cancellation) is not null;

    /// <summary>One invoice, or null.</summary>
    public Task<Invoice?> Invoice(InvoiceId id, CancellationToken cancellation) =>
        One(AccountRows.Invoice(id), InvoicingRows.ToInvoice, cancellation);

    /// <summary>The id of the invoice of a sequence, or null.</summary>
    public async Task<InvoiceId?> InvoiceOf(long sequence, CancellationToken cancellation) =>
        await Row(AccountRows.InvoiceNumber(sequence), cancellation) is { } row
            ? RoutedId.Parse<InvoiceId>(new ColumnReader(row).Text("Invoice"))
            : null;

    /// <summary>All invoices, in no order. The head must have been read before.</summary>
    public Task<List<Invoice>> Invoices(CancellationToken cancellation) =>
        Set(AccountRows.Invoices, InvoicingRows.ToInvoice, cancellation);

    /// <summary>One credit account of a client, or null.</summary>
    public Task<CreditAccount?> CreditAccount(CreditAccountId id, CancellationToken cancellation) =>
        One(AccountRows.CreditAccount(id), CreditAccountRow.FromRow, cancellation);

    /// <summary>All credit accounts of a client, oldest first.</summary>
    public Task<List<CreditAccount>> CreditAccounts(CancellationToken cancellation) =>
        Rows(AccountRows.CreditAccounts, CreditAccountRow.FromRow, cancellation);

    /// <summary>One credit batch, or null.</summary>
    public Task<CreditBatch?> CreditBatch(CreditBatchId id, CancellationToken cancellation) =>
        One(AccountRows.CreditBatch(id), CreditBatchRow.FromRow, cancellation);

    /// <summary>All credit batches, oldest first. The head must have been read before.</summary>
    public Task<List<CreditBatch>> CreditBatches(CancellationToken cancellation) =>
        Set(AccountRows.CreditBatches, CreditBatchRow.FromRow, cancellation);

    /// <summary>One allocation, or null.</summary>
    public Task<CreditAllocation?> CreditAllocation(CreditAllocationId id, CancellationToken cancellation) =>
        One(AccountRows.CreditAllocation(id), CreditAllocationRow.FromRow, cancellation);

    /// <summary>All allocations of a client, oldest first. The head must have been read before.</summary>
    public Task<List<CreditAllocation>> CreditAllocations(CancellationToken cancellation) =>
        Set(AccountRows.CreditAllocations, CreditAllocationRow.FromRow, cancellation);

    /// <summary>The ledger lines of one batch, in order.</summary>
    public Task<List<CreditAction>> CreditActions(CreditBatchId id, CancellationToken cancellation) =>
        Rows(AccountRows.ActionsOf(id), CreditActionRow.FromRow, cancellation);

    /// <summary>All lines of a client's ledger, by batch.</summary>
    public Task<List<CreditAction>> CreditActions(CancellationToken cancellation) =>
        Rows(AccountRows.CreditActions, CreditActionRow.FromRow, cancellation);

    /// <summary>A row that is not one of the account's own things, such as an idempotency key; null when it is not there.</summary>
    internal async Task<TableRow?> Row(string key, CancellationToken cancellation)
    {
        var row = await tables.Get(StorageTables.Accounts, address.Partition, key, cancellation);
        if (row is not null)
            _etags[key] = row.ETag;
        return row;
    }

    /// <summary>The refusal if an <c>external_id</c> is taken; null when it is free, or none is given.</summary>
    public async Task<Refusal?> Taken(string kind, string? externalId, CancellationToken cancellation)
    {
        if (externalId is null)
            return null;
        var key = AccountRows.Reference(kind, externalId);
        return await Row(key, cancellation) is { } row
            ? new ExternalReference(kind, externalId, new ColumnReader(row).Text("Target")).Taken
            : null;
    }

    /// <summary>A conditional write: under the ETag that was read, or as a new row.</summary>
    internal RowChange Write(string key, IReadOnlyDictionary<string, object> columns) =>
        _etags.TryGetValue(key, out var etag)
            ? new RowChange.Replace(key, columns, etag)
            : new RowChange.Insert(key, columns);

    /// <summary>A conditional removal under the ETag that was read; null when the row was not there.</summary>
    internal RowChange? Delete(string key) =>
        _etags.TryGetValue(key, out var etag) ? new RowChange.Delete(key, etag) : null;

    private async Task<T?> One<T>(string key, Func<TableRow, T> fromRow, CancellationToken cancellation)
        where T : class => await Row(key, cancellation) is { } row ? fromRow(row) : null;

    private Task<List<T>> Set<T>(RowRange range, Func<TableRow, T> fromRow, CancellationToken cancellation)
        where T : class =>
        StoredHead is null
            ? throw new InvalidOperationException(
                "Read the head before a set of rows: only then its ETag protects the set."
            )
            : Rows(range, fromRow, cancellation);

    private async Task<List<T>> Rows<T>(RowRange range, Func<TableRow, T> fromRow, CancellationToken cancellation)
        where T : class
    {
        var rows = new List<T>();
        await foreach (
            var row in tables.Range(StorageTables.Accounts, address.Partition, range.From, range.Before, cancellation)
        )
        {
            _etags[row.Row] = row.ETag;
            if (row.Columns.TryGetValue(AccountRows.HeadVersion, out var version))
                lock (_newest)
                    NewestRow = Math.Max(NewestRow, (long)version);
            rows.Add(fromRow(row));
        }
        return rows;
    }
}
