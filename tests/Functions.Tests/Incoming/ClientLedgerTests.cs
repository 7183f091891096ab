using Azure;
using Azure.Data.Tables;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>A client's ledger proves itself, and finds out whoever changes it by other means.</summary>
public sealed class ClientLedgerTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private static readonly string Genesis = new('0', 64);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A kind of row, one of its columns, and another value.</summary>
    public static TheoryData<string, string, object> Tampering =>
        new()
        {
            { "head", "LastHash", Genesis },
            { "head", "LastSeq", 2L },
            { "head", "LastSeq", 4L },
            { "batch.", "Starting", 101L },
            { "batch.", "Adjustments", 1L },
            { "batch.", "Current", 61L },
            { "batch.", "Unspent", 26L },
            { "batch.", "Redeemed", 16L },
            { "batch.", "Lapsed", 1L },
            { "batch.", "Entries", 2L },
            { "batch.", "LastSeq", 2L },
            { "alloc.", "Amount", 41L },
            { "alloc.", "Redeemed", 14L },
            { "alloc.", "Returned", 1L },
            { "action.", "Type", "return" },
            { "action.", "Amount", 16L },
            { "action.", "BeforeCurrent", 61L },
            { "action.", "AfterRedeemed", 16L },
            { "action.", "AllocationAfter", 24L },
            { "action.", "User", "somebody else" },
            { "action.", "ContentId", "another" },
            { "action.", "Actor", "key_0000000000000000" },
            { "action.", "Reason", "Because" },
            { "action.", "RequestId", "req_0" },
            { "action.", "Seq", 1L },
            { "action.", "Seq", 4L },
            { "action.", "PreviousHash", Genesis },
            { "action.", "Hash", Genesis },
        };

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task A_row_that_was_tampered_with_is_found_out(string kind, string column, object value)
    {
        var (client, table, rows) = await Stored(kind);
        rows[^1][column] = value;

        await table.UpdateEntityAsync(rows[^1], ETag.All, TableUpdateMode.Replace, Cancellation);

        await FoundOut(client);
    }

    [Theory]
    [InlineData("action.", 0)]
    [InlineData("action.", 1)]
    [InlineData("action.", 2)]
    [InlineData("batch.", 0)]
    [InlineData("alloc.", 0)]
    public async Task A_row_that_was_removed_is_found_out(string kind, int index)
    {
        var (client, table, rows) = await Stored(kind);

        await table.DeleteEntityAsync(rows[index].PartitionKey, rows[index].RowKey, ETag.All, Cancellation);

        await FoundOut(client);
    }

    // A client of three actions, and the stored rows of a kind.
    private async Task<(string Client, TableClient Table, List<TableEntity> Rows)> Stored(string kind)
    {
        var client = await host.Api.NewClient();
        var batch = (await host.Api.NewBatch(client, 100)).Id();
        await host.Api.Redeem(await host.Api.Allocated(batch, 40), 15).Is(200);
        await host.Api.VerifyClient(client, actions: 3);
        var table = host.Table(StorageTables.Accounts);
        List<TableEntity> rows = [];
        var heads = table.QueryAsync<TableEntity>($"CustomerId eq '{client}'", cancellationToken: Cancellation);
        await foreach (var head in heads)
        {
            var all = table.QueryAsync<TableEntity>(
                $"PartitionKey eq '{head.PartitionKey}'",
                cancellationToken: Cancellation
            );
            await foreach (var row in all)
                rows.Add(row);
        }
        return (client, table, rows.FindAll(row => row.RowKey.StartsWith(kind, StringComparison.Ordinal)));
    }

    private async Task FoundOut(string client)
    {
        var report = (await host.Api.Get($"{IncomingCalls.Clients}/{client}/ledger/verify").Is(200)).Thing();
        Assert.Equal(["ok", "actions", "headHash", "faults"], report.Names());
        Assert.False(report.GetProperty("ok").GetBoolean());
        Assert.NotEmpty(report.Items("faults"));
    }
}
