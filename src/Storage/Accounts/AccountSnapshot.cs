using System.Collections.Concurrent;
using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts;

/// <summary>
/// What one attempt has read of one account, with the ETag of every row. A change may rest only on what is in here:
/// <see cref="ToRowChanges"/> replaces a row under the ETag that was read, and inserts what was not read.
/// </summary>
/// <remarks>
/// The read rule: a decision about one row may read head and row in parallel, because both are written under their ETags.
/// A decision over a set of rows must read the head first, because rows of the set that stay as they are carry no
/// condition in the transaction; only the head's version then says that nothing was added or changed since.
/// </remarks>
public sealed class AccountSnapshot(ITableStore tables, AccountAddress address)
{
    private readonly ConcurrentDictionary<string, string> _etags = new(StringComparer.Ordinal);

    /// <summary>Where the account is.</summary>
    public AccountAddress Address => address;

    /// <summary>The head as it was read; null when it was not read, or is not there.</summary>
    public StoredHead? StoredHead { get; private set; }

    /// <summary>The head, or null when there is no such account.</summary>
    public async Task<AccountHead?> Head(CancellationToken cancellation)
    {
        var row = await Row(AccountRows.Head, cancellation);
        StoredHead = row is null ? null : StoredHead.FromRow(row);
        return StoredHead?.Head;
    }

    /// <summary>One credit, or null.</summary>
    public async Task<Credit?> Credit(CreditId id, CancellationToken cancellation) =>
        await Row(AccountRows.Credit(id), cancellation) is { } row ? CreditRow.FromRow(row) : null;

    /// <summary>One drawdown, or null.</summary>
    public async Task<CreditDrawdown?> Drawdown(DrawdownId id, CancellationToken cancellation) =>
        await Row(AccountRows.Drawdown(id), cancellation) is { } row ? DrawdownRow.FromRow(row) : null;

    /// <summary>All credits, oldest first. The head must have been read before.</summary>
    /// <exception cref="InvalidOperationException">The head was not read: a bug, see the read rule.</exception>
    public Task<List<Credit>> Credits(CancellationToken cancellation) =>
        StoredHead is null
            ? throw new InvalidOperationException(
                "Read the head before a set of rows: only then its ETag protects the set."
            )
            : Rows(AccountRows.Credits, CreditRow.FromRow, cancellation);

    /// <summary>The ledger entries of one credit, in order.</summary>
    public Task<List<LedgerEntry>> Entries(CreditId id, CancellationToken cancellation) =>
        Rows(AccountRows.EntriesOf(id), EntryRow.FromRow, cancellation);

    /// <summary>All ledger entries, by credit.</summary>
    public Task<List<LedgerEntry>> Entries(CancellationToken cancellation) =>
        Rows(AccountRows.Entries, EntryRow.FromRow, cancellation);

    /// <summary>A row that is not one of the account's own things, such as an idempotency key; null when it is not there.</summary>
    internal async Task<TableRow?> Row(string key, CancellationToken cancellation)
    {
        var row = await tables.Get(StorageTables.Accounts, address.Partition, key, cancellation);
        if (row is not null)
            _etags[key] = row.ETag;
        return row;
    }

    /// <summary>The transaction of a change, its head included.</summary>
    internal List<RowChange> ToRowChanges(AccountChange change, string requestId)
    {
        List<RowChange> rows =
        [
            Write(AccountRows.Head, StoredHead.After(StoredHead, change.Head, requestId).ToColumns()),
            .. change.Credits.Select(credit => Write(AccountRows.Credit(credit.Id), CreditRow.ToColumns(credit))),
            // An entry is only ever inserted: nobody reads one in order to replace it.
            .. change.Entries.Select(entry => new RowChange.Insert(
                AccountRows.Entry(entry),
                EntryRow.ToColumns(entry)
            )),
        ];
        if (change.Drawdown is { } drawdown)
            rows.Add(Write(AccountRows.Drawdown(drawdown.Id), DrawdownRow.ToColumns(drawdown)));
        if (change.Reference is { } reference)
            rows.Add(
                new RowChange.Insert(
                    AccountRows.Reference(reference.Kind, reference.ExternalId),
                    ReferenceColumns(reference)
                )
            );
        return rows;
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

    private static IReadOnlyDictionary<string, object> ReferenceColumns(ExternalReference reference) =>
        new ColumnWriter().Text("ExternalId", reference.ExternalId).Text("Target", reference.Target).Columns;

    private async Task<List<T>> Rows<T>(RowRange range, Func<TableRow, T> fromRow, CancellationToken cancellation)
        where T : class
    {
        var rows = new List<T>();
        await foreach (
            var row in tables.Range(StorageTables.Accounts, address.Partition, range.From, range.Before, cancellation)
        )
        {
            _etags[row.Row] = row.ETag;
            rows.Add(fromRow(row));
        }
        return rows;
    }
}
