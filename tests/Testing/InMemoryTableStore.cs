using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;
using Drawdown.Storage;
using Drawdown.Storage.Tables;

namespace Drawdown.Testing;

/// <summary>
/// The Table service in memory, with its real semantics: ETags, all-or-nothing transactions, ordinal order, pages that are
/// read one by one (what commits between two pages is seen). The contract suite that AzureTableStore passes on Azurite
/// proves it. Thread-safe; nothing in it is random, so a run can be replayed.
/// </summary>
public sealed class InMemoryTableStore : ITableStore
{
    private readonly Database _database;

    /// <summary>An account without tables.</summary>
    public InMemoryTableStore()
        : this(new Database()) { }

    private InMemoryTableStore(Database database) => _database = database;

    /// <summary>What a test does around each call.</summary>
    public StoreHooks Hooks { get; } = new();

    /// <summary>
    /// Another user of the same account, with hooks of its own: what a hook uses to act in between without being hooked
    /// itself.
    /// </summary>
    public InMemoryTableStore Rival() => new(_database);

    /// <inheritdoc/>
    public Task CreateTable(string table, CancellationToken cancellation)
    {
        TableRules.CheckTable(table);
        return Hooks.Run(
            new StoreCall(StoreOperation.CreateTable, table, "", []),
            () => _database.Create(table),
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task<bool> CanRead(string table, CancellationToken cancellation)
    {
        TableRules.CheckTable(table);
        return Hooks.Run(
            new StoreCall(StoreOperation.CanReadTable, table, "", []),
            () => _database.Has(table),
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task<TableRow?> Get(string table, string partition, string row, CancellationToken cancellation)
    {
        TableRules.CheckTable(table);
        TableRules.CheckKey(partition, nameof(partition));
        TableRules.CheckKey(row, nameof(row));
        return Hooks.Run(
            new StoreCall(StoreOperation.Get, table, partition, [row]),
            () => _database.Get(table, partition, row),
            cancellation
        );
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<TableRow> Range(
        string table,
        string partition,
        string fromRow,
        string beforeRow,
        CancellationToken cancellation,
        int pageSize = TableLimits.RowsPerPage
    )
    {
        TableRules.CheckTable(table);
        TableRules.CheckKey(partition, nameof(partition));
        TableRules.CheckPageSize(pageSize);
        return Pages(
            from => new StoreCall(StoreOperation.Range, table, partition, [from.Row]),
            new RowKey(partition, fromRow),
            from => _database.Range(table, partition, from.Row, beforeRow, pageSize),
            cancellation
        );
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<TableRow> Scan(
        string table,
        string fromPartition,
        string beforePartition,
        CancellationToken cancellation,
        int pageSize = TableLimits.RowsPerPage
    )
    {
        TableRules.CheckTable(table);
        TableRules.CheckPageSize(pageSize);
        return Pages(
            from => new StoreCall(StoreOperation.Scan, table, from.Partition, [from.Row]),
            new RowKey(fromPartition, ""),
            from => _database.Scan(table, from, beforePartition, pageSize),
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task<CommitResult> Commit(
        string table,
        string partition,
        IReadOnlyList<RowChange> changes,
        CancellationToken cancellation
    )
    {
        TableRules.CheckTable(table);
        TableRules.CheckTransaction(partition, changes);
        return Hooks.Run(
            new StoreCall(StoreOperation.Commit, table, partition, [.. changes.Select(change => change.Row)])
            {
                Changes = changes,
            },
            () => _database.Commit(table, partition, changes),
            cancellation
        );
    }

    private async IAsyncEnumerable<TableRow> Pages(
        Func<RowKey, StoreCall> call,
        RowKey from,
        Func<RowKey, Page> read,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        RowKey? next = from;
        while (next is { } start)
        {
            Page page = await Hooks.Run(call(start), () => read(start), cancellation);
            foreach (TableRow row in page.Rows)
            {
                yield return row;
            }

            next = page.Next;
        }
    }

    private readonly record struct RowKey(string Partition, string Row);

    // Next is where the following page begins, as the service's continuation token says; null after the last page.
    private sealed record Page(IReadOnlyList<TableRow> Rows, RowKey? Next);

    private sealed class Database
    {
        private readonly Lock _gate = new();

        // The service takes table names without regard to case.
        private readonly Dictionary<string, Table> _tables = new(StringComparer.OrdinalIgnoreCase);

        private long _version;

        public bool Create(string table)
        {
            lock (_gate)
            {
                return _tables.TryAdd(table, new Table());
            }
        }

        public bool Has(string table)
        {
            lock (_gate)
            {
                return _tables.ContainsKey(table);
            }
        }

        public TableRow? Get(string table, string partition, string row)
        {
            lock (_gate)
            {
                return Find(table).Partition(partition)?.GetValueOrDefault(row) is { } found ? Copy(found) : null;
            }
        }

        public Page Range(string table, string partition, string fromRow, string beforeRow, int pageSize)
        {
            lock (_gate)
            {
                return FirstPage(Find(table).Rows(partition, fromRow, beforeRow), pageSize);
            }
        }

        public Page Scan(string table, RowKey from, string beforePartition, int pageSize)
        {
            lock (_gate)
            {
                Table found = Find(table);
                return FirstPage(
                    found
                        .Partitions(from.Partition, beforePartition)
                        .SelectMany(partition =>
                            found.Rows(partition, partition == from.Partition ? from.Row : "", beforeRow: null)
                        ),
                    pageSize
                );
            }
        }

        public CommitResult Commit(string table, string partition, IReadOnlyList<RowChange> changes)
        {
            lock (_gate)
            {
                Table found = Find(table);
                // Each change is to another row, so all can be checked before the first is made.
                foreach (RowChange change in changes)
                {
                    if (Conflict(change, found.Partition(partition)?.GetValueOrDefault(change.Row)) is { } kind)
                    {
                        return new CommitResult.Conflicted(kind);
                    }
                }

                return new CommitResult.Committed([.. changes.Select(change => Apply(found, partition, change))]);
            }
        }

        private static ConflictKind? Conflict(RowChange change, TableRow? current) =>
            (change, current) switch
            {
                (RowChange.Insert, not null) => ConflictKind.RowExists,
                (RowChange.Replace or RowChange.Delete, null) => ConflictKind.RowMissing,
                (RowChange.Replace replace, not null) when replace.ETag != current.ETag => ConflictKind.RowChanged,
                (RowChange.Delete delete, not null) when delete.ETag != "*" && delete.ETag != current.ETag =>
                    ConflictKind.RowChanged,
                _ => null,
            };

        private static TableRow Copy(TableRow row) =>
            row.Columns.Values.Any(value => value is byte[]) ? row with { Columns = Copy(row.Columns) } : row;

        // What is stored must not change when the caller's dictionary or arrays do, and the other way round.
        private static ReadOnlyDictionary<string, object> Copy(IReadOnlyDictionary<string, object> columns)
        {
            Dictionary<string, object> copy = new(columns.Count, StringComparer.Ordinal);
            foreach ((string name, object value) in columns)
            {
                copy[name] = value switch
                {
                    byte[] bytes => bytes.ToArray(),
                    DateTimeOffset time => time.ToUniversalTime(),
                    _ => value,
                };
            }

            return copy.AsReadOnly();
        }

        private static Page FirstPage(IEnumerable<TableRow> rows, int pageSize)
        {
            List<TableRow> page = [.. rows.Take(pageSize + 1)];
            if (page.Count <= pageSize)
            {
                return new Page([.. page.Select(Copy)], Next: null);
            }

            TableRow next = page[pageSize];
            return new Page([.. page.Take(pageSize).Select(Copy)], new RowKey(next.Partition, next.Row));
        }

        private string? Apply(Table table, string partition, RowChange change)
        {
            if (change is RowChange.Delete)
            {
                table.Remove(partition, change.Row);
                return null;
            }

            string etag = $"W/\"{++_version:d10}\"";
            table.Put(new TableRow(partition, change.Row, etag, Copy(change.Columns)));
            return etag;
        }

        private Table Find(string table) =>
            _tables.GetValueOrDefault(table) ?? throw new StorageUnavailableException($"There is no table '{table}'.");
    }

    // Rows by partition, both in ordinal order.
    private sealed class Table
    {
        private readonly Dictionary<string, SortedList<string, TableRow>> _partitions = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

        public SortedList<string, TableRow>? Partition(string partition) => _partitions.GetValueOrDefault(partition);

        public IEnumerable<string> Partitions(string from, string before) =>
            string.CompareOrdinal(from, before) >= 0
                ? []
                : _names.GetViewBetween(from, before).TakeWhile(name => string.CompareOrdinal(name, before) < 0);

        public IEnumerable<TableRow> Rows(string partition, string fromRow, string? beforeRow)
        {
            if (Partition(partition) is not { } rows)
            {
                yield break;
            }

            for (int i = FirstAtOrAfter(rows.Keys, fromRow); i < rows.Count; i++)
            {
                TableRow row = rows.GetValueAtIndex(i);
                if (beforeRow is not null && string.CompareOrdinal(row.Row, beforeRow) >= 0)
                {
                    yield break;
                }

                yield return row;
            }
        }

        public void Put(TableRow row)
        {
            if (!_partitions.TryGetValue(row.Partition, out SortedList<string, TableRow>? rows))
            {
                _partitions[row.Partition] = rows = new SortedList<string, TableRow>(StringComparer.Ordinal);
                _names.Add(row.Partition);
            }

            rows[row.Row] = row;
        }

        public void Remove(string partition, string row)
        {
            SortedList<string, TableRow> rows = _partitions[partition];
            rows.Remove(row);
            if (rows.Count == 0)
            {
                _partitions.Remove(partition);
                _names.Remove(partition);
            }
        }

        private static int FirstAtOrAfter(IList<string> sorted, string key)
        {
            int low = 0;
            int high = sorted.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (string.CompareOrdinal(sorted[middle], key) < 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low;
        }
    }
}
