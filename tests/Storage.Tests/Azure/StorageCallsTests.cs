using Azure.Data.Tables;
using Drawdown.Storage.Azure;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Azure;

/// <summary>Which requests the stores send: how many, and what a lost answer leads to.</summary>
public sealed class StorageCallsTests(AzuriteServer azurite)
{
    private readonly CallCounter _calls = new();
    private readonly StorageConnection _connection = azurite.NewStorage().Connection;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_point_read_and_a_transaction_are_one_call_each()
    {
        AzureTableStore store = _connection.Tables(_calls.AddTo);
        await store.CreateTable("Table", Cancellation);

        Assert.Equal(1, await Calls(() => store.Get("Table", "p", "missing", Cancellation)));
        Assert.Equal(1, await Calls(() => store.Commit("Table", "p", Rows(0, 100), Cancellation)));
        Assert.Equal(1, await Calls(() => store.Commit("Table", "p", Rows(0, 1), Cancellation)));
        Assert.Equal(1, await Calls(() => store.Commit("Table", "p", [Insert("0000")], Cancellation)));
        Assert.Equal(1, await Calls(() => store.CanRead("Table", Cancellation)));
    }

    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(100, 3)]
    [InlineData(125, 2)]
    [InlineData(250, 1)]
    public async Task A_range_is_one_call_for_each_page(int pageSize, int calls)
    {
        AzureTableStore store = _connection.Tables(_calls.AddTo);
        await store.CreateTable("Table", Cancellation);
        await Fill(store, 250);

        Assert.Equal(
            calls,
            await Calls(async () =>
                Assert.Equal(
                    250,
                    await store.Range("Table", "p", "", "~", Cancellation, pageSize).CountAsync(Cancellation)
                )
            )
        );
    }

    [Fact]
    public async Task A_caller_that_stops_early_stops_the_reading()
    {
        AzureTableStore store = _connection.Tables(_calls.AddTo);
        await store.CreateTable("Table", Cancellation);
        await Fill(store, 50);

        Assert.Equal(
            2,
            await Calls(async () =>
                Assert.Equal(
                    15,
                    await store
                        .Range("Table", "p", "", "~", Cancellation, pageSize: 10)
                        .Take(15)
                        .CountAsync(Cancellation)
                )
            )
        );
    }

    [Fact]
    public async Task An_argument_that_breaks_a_rule_is_never_sent()
    {
        AzureTableStore store = _connection.Tables(_calls.AddTo);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Commit("Table", "p", Rows(0, 101), Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Get("Table", "p/", "row", Cancellation));

        Assert.Equal(0, _calls.Count);
    }

    [Fact]
    public async Task An_outage_is_tried_three_times()
    {
        AzureTableStore store = Accounts.Nowhere().Tables(_calls.AddTo);

        Assert.Equal(
            3,
            await Calls(() =>
                Assert.ThrowsAsync<StorageUnavailableException>(() => store.Get("Table", "p", "row", Cancellation))
            )
        );
    }

    [Theory]
    [InlineData(ConflictKind.RowExists)]
    [InlineData(ConflictKind.RowChanged)]
    [InlineData(ConflictKind.RowMissing)]
    public async Task A_commit_whose_answer_is_lost_is_retried_and_meets_itself_as_a_conflict(ConflictKind kind)
    {
        LossyTransport transport = new();
        AzureTableStore store = _connection.Tables(options =>
        {
            options.Transport = transport;
            _calls.AddTo(options);
        });
        await store.CreateTable("Table", Cancellation);
        string etag = Assert
            .IsType<CommitResult.Committed>(await store.Commit("Table", "p", [Insert("head")], Cancellation))
            .ETags.Single()!;
        RowChange change = kind switch
        {
            ConflictKind.RowExists => Insert("own"),
            ConflictKind.RowChanged => new RowChange.Replace("head", Own, etag),
            _ => new RowChange.Delete("head", etag),
        };
        _calls.Clear();
        transport.ToLose = 1;

        CommitResult result = await store.Commit("Table", "p", [change], Cancellation);

        Assert.Equal(new CommitResult.Conflicted(kind), result);
        Assert.Equal(2, _calls.Count);
        TableRow? row = await store.Get("Table", "p", change.Row, Cancellation);
        Assert.Equal(kind != ConflictKind.RowMissing, row?.Columns.ContainsKey("own") ?? false);
    }

    [Fact]
    public async Task A_commit_whose_answers_are_all_lost_is_an_outage_although_it_happened()
    {
        LossyTransport transport = new();
        AzureTableStore store = _connection.Tables(options => options.Transport = transport);
        await store.CreateTable("Table", Cancellation);
        transport.ToLose = 3;

        await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            store.Commit("Table", "p", [Insert("own")], Cancellation)
        );

        Assert.NotNull(await store.Get("Table", "p", "own", Cancellation));
    }

    [Fact]
    public async Task A_message_whose_answer_is_lost_is_sent_twice()
    {
        LossyTransport transport = new();
        AzureQueueStore store = _connection.Queues(options => options.Transport = transport);
        await store.CreateQueue("queue", Cancellation);
        transport.ToLose = 1;

        await store.Send("queue", "body", TimeSpan.Zero, Cancellation);

        Assert.Equal(["body", "body"], (await store.Peek("queue", 32, Cancellation)).Select(message => message.Body));
    }

    [Fact]
    public async Task A_message_never_expires()
    {
        await _connection.Queues().CreateQueue("queue", Cancellation);
        await _connection.Queues().Send("queue", "body", TimeSpan.Zero, Cancellation);

        // Without asking, the service would drop it after 7 days, and with it an invoice.
        var message = await StorageClients
            .Queues(_connection)
            .GetQueueClient(_connection.Prefix + "queue")
            .PeekMessageAsync(Cancellation);

        Assert.Equal(9999, message.Value.ExpiresOn?.Year);
    }

    [Fact]
    public async Task A_body_is_not_encoded()
    {
        await _connection.Queues().CreateQueue("queue", Cancellation);
        await _connection.Queues().Send("queue", "{}", TimeSpan.Zero, Cancellation);

        var message = await StorageClients
            .Queues(_connection)
            .GetQueueClient(_connection.Prefix + "queue")
            .PeekMessageAsync(Cancellation);

        Assert.Equal("{}", message.Value.MessageText);
    }

    [Fact]
    public async Task Users_with_different_prefixes_share_nothing()
    {
        (ITableStore tables, IQueueStore queues, StorageConnection connection) = azurite.NewStorage();
        StorageConnection other = connection with { Prefix = connection.Prefix + "Other" };
        await tables.CreateTable("Table", Cancellation);
        await queues.CreateQueue("queue", Cancellation);

        Assert.False(await other.Tables().CanRead("Table", Cancellation));
        Assert.False(await other.Queues().CanRead("queue", Cancellation));
        await other.Tables().CreateTable("Table", Cancellation);
        await other.Queues().CreateQueue("queue", Cancellation);
        await other.Tables().Commit("Table", "p", Rows(0, 1), Cancellation);

        Assert.Null(await tables.Get("Table", "p", "0000", Cancellation));
        Assert.NotNull(await other.Tables().Get("Table", "p", "0000", Cancellation));
    }

    [Fact]
    public async Task A_column_of_a_type_that_is_not_ours_is_not_read_as_something_else()
    {
        AzureTableStore store = _connection.Tables();
        await store.CreateTable("Table", Cancellation);
        var client = StorageClients.Tables(_connection).GetTableClient(_connection.Prefix + "Table");
        await client.AddEntityAsync(new TableEntity("p", "foreign") { ["amount"] = 0.1 }, Cancellation);

        await Assert.ThrowsAsync<InvalidDataException>(() => store.Get("Table", "p", "foreign", Cancellation));
    }

    [Fact]
    public void Clients_are_built_from_addresses_and_an_identity_where_there_is_no_key()
    {
        StorageConnection connection = new()
        {
            TableServiceUri = new Uri("https://account.table.core.windows.net"),
            QueueServiceUri = new Uri("https://account.queue.core.windows.net"),
        };

        Assert.Equal(connection.TableServiceUri, StorageClients.Tables(connection).Uri);
        Assert.Equal(connection.QueueServiceUri, StorageClients.Queues(connection).Uri);
    }

    [Fact]
    public void A_connection_to_nothing_is_refused()
    {
        Assert.Throws<StorageSetupException>(() => StorageClients.Tables(new StorageConnection()));
        Assert.Throws<StorageSetupException>(() => StorageClients.Queues(new StorageConnection()));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData(
        "DefaultEndpointsProtocol=https;AccountName=account;AccountKey=not base64;EndpointSuffix=core.windows.net"
    )]
    public void A_malformed_connection_string_is_refused_without_repeating_any_of_it(string text)
    {
        var connection = new StorageConnection { ConnectionString = text };

        foreach (
            Func<object> open in (Func<object>[])
                [() => StorageClients.Tables(connection), () => StorageClients.Queues(connection)]
        )
        {
            var fault = Assert.Throws<StorageSetupException>(open);
            Assert.Equal("DrawdownStorage is not a connection string of a storage account.", fault.Message);
            Assert.Null(fault.InnerException);
        }
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("ClientId=7f9c", false)]
    [InlineData("Authorization=AAD", true)]
    [InlineData("Authorization=AAD;ClientId=7f9c", true)]
    [InlineData("ClientId=7f9c; Authorization=AAD", true)]
    public void Telemetry_goes_by_the_identity_that_its_setting_names(string? setting, bool byIdentity)
    {
        Assert.Equal(byIdentity, TelemetryIdentity.From(setting) is not null);
    }

    private static Dictionary<string, object> Own => new(StringComparer.Ordinal) { ["own"] = true };

    private static RowChange Insert(string row) => new RowChange.Insert(row, Own);

    private static RowChange[] Rows(int from, int before) =>
        [.. Enumerable.Range(from, before - from).Select(i => new RowChange.Upsert($"{i:d4}", Own))];

    private static async Task Fill(AzureTableStore store, int count)
    {
        for (int i = 0; i < count; i += TableLimits.RowsPerTransaction)
        {
            await store.Commit(
                "Table",
                "p",
                Rows(i, Math.Min(count, i + TableLimits.RowsPerTransaction)),
                Cancellation
            );
        }
    }

    private async Task<int> Calls(Func<Task> call)
    {
        _calls.Clear();
        await call();
        return _calls.Count;
    }
}
