using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Azure;

/// <summary><see cref="ITableStore"/> on Azure Table Storage, or on Azurite.</summary>
public sealed class AzureTableStore : ITableStore
{
    private readonly TableServiceClient _service;
    private readonly string _prefix;
    private readonly ConcurrentDictionary<string, TableClient> _tables = new(StringComparer.Ordinal);

    /// <summary>A store over a client from <see cref="StorageClients"/>.</summary>
    /// <param name="prefix">See <see cref="StorageConnection.Prefix"/>.</param>
    public AzureTableStore(TableServiceClient service, string prefix = "")
    {
        _service = service;
        _prefix = prefix;
    }

    /// <summary>A store over that account. Nothing is sent yet.</summary>
    public static ITableStore Open(StorageConnection connection) =>
        new AzureTableStore(StorageClients.Tables(connection), connection.Prefix);

    /// <inheritdoc/>
    public async Task CreateTable(string table, CancellationToken cancellation)
    {
        TableClient client = Table(table);
        await StorageFailures.Ask(() => client.CreateIfNotExistsAsync(cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> CanRead(string table, CancellationToken cancellation)
    {
        TableClient client = Table(table);
        return await StorageFailures.Ask(
            async () =>
            {
                try
                {
                    await Read(client, "", "", cancellation);
                    return true;
                }
                catch (RequestFailedException refusal) when (IsUnreadable(refusal))
                {
                    return false;
                }
            },
            cancellation
        );
    }

    /// <inheritdoc/>
    public async Task<TableRow?> Get(string table, string partition, string row, CancellationToken cancellation)
    {
        TableRules.CheckKey(partition, nameof(partition));
        TableRules.CheckKey(row, nameof(row));
        TableClient client = Table(table);
        TableEntity? entity = await StorageFailures.Ask(() => Read(client, partition, row, cancellation), cancellation);
        return entity is null ? null : ToRow(entity);
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
        TableRules.CheckKey(partition, nameof(partition));
        return Query(
            table,
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {partition} and RowKey ge {fromRow} and RowKey lt {beforeRow}"
            ),
            pageSize,
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
    ) =>
        Query(
            table,
            TableClient.CreateQueryFilter($"PartitionKey ge {fromPartition} and PartitionKey lt {beforePartition}"),
            pageSize,
            cancellation
        );

    /// <inheritdoc/>
    public async Task<CommitResult> Commit(
        string table,
        string partition,
        IReadOnlyList<RowChange> changes,
        CancellationToken cancellation
    )
    {
        TableRules.CheckTransaction(partition, changes);
        TableClient client = Table(table);
        List<TableTransactionAction> actions = [.. changes.Select(change => ToAction(partition, change))];
        return await StorageFailures.Ask<CommitResult>(
            async () =>
            {
                try
                {
                    var answers = await client.SubmitTransactionAsync(actions, cancellation);
                    return new CommitResult.Committed([
                        .. answers.Value.Select(answer => answer.Headers.ETag?.ToString()),
                    ]);
                }
                catch (RequestFailedException refusal) when (Conflict(refusal) is { } kind)
                {
                    return new CommitResult.Conflicted(kind);
                }
            },
            cancellation
        );
    }

    /// <summary>
    /// Which expectation of a change did not hold, or null when the failure is something else. By status AND error code:
    /// 404 alone is also a missing table, 409 alone also a table that is being deleted. Never by message, which is
    /// localized text. Inside a transaction the SDK reports the first failed change as a
    /// <see cref="TableTransactionFailedException"/>, a <see cref="RequestFailedException"/> with that change's status.
    /// </summary>
    /// <remarks>Source: "Table service error codes" in the Azure Storage REST reference; tried on Azurite 3.37.</remarks>
    private static ConflictKind? Conflict(RequestFailedException refusal) =>
        (refusal.Status, refusal.ErrorCode) switch
        {
            (409, "EntityAlreadyExists") => ConflictKind.RowExists,
            (412, "UpdateConditionNotSatisfied" or "ConditionNotMet") => ConflictKind.RowChanged,
            (404, "ResourceNotFound" or "EntityNotFound") => ConflictKind.RowMissing,
            _ => null,
        };

    private static bool IsUnreadable(RequestFailedException refusal) =>
        refusal is { Status: 401 or 403 } or { Status: 404, ErrorCode: "TableNotFound" };

    // Null when the row is missing. GetEntityIfExists takes every 404 for a missing row, a missing table included.
    private static async Task<TableEntity?> Read(
        TableClient client,
        string partition,
        string row,
        CancellationToken cancellation
    )
    {
        NullableResponse<TableEntity> answer = await client.GetEntityIfExistsAsync<TableEntity>(
            partition,
            row,
            cancellationToken: cancellation
        );
        if (answer.HasValue)
        {
            return answer.Value;
        }

        RequestFailedException refusal = new(answer.GetRawResponse());
        return Conflict(refusal) is ConflictKind.RowMissing ? null : throw refusal;
    }

    private static TableTransactionAction ToAction(string partition, RowChange change)
    {
        TableEntity entity = new(partition, change.Row);
        foreach ((string name, object value) in change.Columns)
        {
            entity[name] = value;
        }

        return change switch
        {
            RowChange.Insert => new(TableTransactionActionType.Add, entity),
            RowChange.Replace replace => new(TableTransactionActionType.UpdateReplace, entity, new ETag(replace.ETag)),
            RowChange.Upsert => new(TableTransactionActionType.UpsertReplace, entity),
            RowChange.Delete delete => new(TableTransactionActionType.Delete, entity, new ETag(delete.ETag)),
            _ => throw new ArgumentException($"Unknown change {change.GetType().Name}.", nameof(change)),
        };
    }

    private static TableRow ToRow(TableEntity entity)
    {
        Dictionary<string, object> columns = new(entity.Count, StringComparer.Ordinal);
        foreach ((string name, object? value) in entity)
        {
            if (value is null || name is "PartitionKey" or "RowKey" or "Timestamp" or "odata.etag")
            {
                continue;
            }

            columns[name] = TableLimits.IsStorable(value)
                ? value
                : throw new InvalidDataException(
                    $"The property '{name}' of row '{entity.RowKey}' is a {value.GetType().Name}: Drawdown did not write it."
                );
        }

        return new TableRow(entity.PartitionKey, entity.RowKey, entity.ETag.ToString(), columns);
    }

    private IAsyncEnumerable<TableRow> Query(string table, string filter, int pageSize, CancellationToken cancellation)
    {
        TableRules.CheckPageSize(pageSize);
        return Pages(Table(table), filter, pageSize, cancellation);
    }

    private static async IAsyncEnumerable<TableRow> Pages(
        TableClient client,
        string filter,
        int pageSize,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await using IAsyncEnumerator<Page<TableEntity>> pages = client
            .QueryAsync<TableEntity>(filter, pageSize, cancellationToken: cancellation)
            .AsPages()
            .GetAsyncEnumerator(cancellation);
        while (await StorageFailures.Ask(() => pages.MoveNextAsync().AsTask(), cancellation))
        {
            foreach (TableEntity entity in pages.Current.Values)
            {
                yield return ToRow(entity);
            }
        }
    }

    private TableClient Table(string table) =>
        _tables.GetOrAdd(
            table,
            static (table, store) =>
            {
                TableRules.CheckTable(table);
                string name = store._prefix + table;
                TableRules.CheckTable(name);
                return store._service.GetTableClient(name);
            },
            this
        );
}
