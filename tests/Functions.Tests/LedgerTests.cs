using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests;

/// <summary>The ledger proves itself, to the service and to anyone who recomputes its hashes.</summary>
public sealed class LedgerTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private static readonly string Genesis = new('0', 64);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_change_of_a_balance_is_an_entry_newest_first()
    {
        var (customer, credit) = await Story();

        var ledger = await host.Api.Get($"/api/customers/{customer}/ledger/").Is(200);

        var entries = ledger.Json.EnumerateArray().ToList();
        Assert.Null(ledger.Next);
        Assert.Equal(
            [
                "seq",
                "entry_id",
                "type",
                "credit_id",
                "ordinal",
                "currency_code",
                "amount",
                "balance_after",
                "effective_at",
                "recorded_at",
                "actor",
                "reason",
                "request_id",
                "drawdown_id",
                "previous_hash",
                "hash",
            ],
            entries[0].Names()
        );
        Assert.Equal(
            [
                (7, "void", 1, -75.5m, 0m, "Voided"),
                (6, "expire", 2, -5m, 0m, "Expired"),
                (5, "reinstate", 1, 20m, 75.5m, "wrong \"one\"\n🚀"),
                (4, "drawdown", 1, -20m, 55.5m, null),
                (3, "grant", 2, 5m, 5m, null),
                (2, "drawdown", 1, -24.5m, 75.5m, null),
                (1, "grant", 1, 100m, 100m, null),
            ],
            entries.Select(entry =>
                (
                    entry.GetProperty("seq").GetInt32(),
                    entry.Text("type"),
                    entry.Text("credit_id") == credit ? 1 : 2,
                    entry.Money("amount"),
                    entry.Money("balance_after"),
                    entry.Text("reason")
                )
            )
        );
        Assert.Equal([5, 2, 4, 3, 1, 2, 1], entries.Select(entry => entry.GetProperty("ordinal").GetInt32()));
        Assert.Equal("timer:DeactivateExpiredCredits", entries[1].Text("actor"));
    }

    [Fact]
    public async Task The_chain_closes_when_its_hashes_are_computed_anew_from_the_documentation()
    {
        var (customer, _) = await Story();

        var entries = await host.Api.All($"/api/customers/{customer}/ledger/?limit=2");
        var report = await host.Api.Get($"/api/customers/{customer}/ledger/verify/").Is(200);

        var previous = Genesis;
        foreach (var entry in Enumerable.Reverse(entries))
        {
            Assert.Equal(previous, entry.Text("previous_hash"));
            Assert.Equal(HashOf(entry), entry.Text("hash"));
            previous = entry.Text("hash")!;
        }
        Assert.Equal(["ok", "entries", "head_hash", "faults"], report.Json.Names());
        Assert.True(report.Json.GetProperty("ok").GetBoolean());
        Assert.Equal(entries.Count, report.Json.GetProperty("entries").GetInt32());
        Assert.Equal(previous, report.Text("head_hash"));
    }

    [Fact]
    public async Task A_ledger_without_entries_is_sound()
    {
        var customer = await host.Api.NewCustomer();

        Assert.Equal("[]", (await host.Api.Get($"/api/customers/{customer}/ledger/").Is(200)).Body);
        Assert.Equal("[]", (await host.Api.Get($"/api/customers/{customer}/balance/").Is(200)).Body);
        Assert.Equal(
            $$"""{"ok":true,"entries":0,"head_hash":"{{Genesis}}","faults":[]}""",
            (await host.Api.Get($"/api/customers/{customer}/ledger/verify/").Is(200)).Body
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task A_ledger_is_read_page_by_page_to_its_first_entry(int limit)
    {
        var (customer, _) = await Story();

        var entries = await host.Api.All($"/api/customers/{customer}/ledger/?limit={limit}");

        Assert.Equal([7, 6, 5, 4, 3, 2, 1], entries.Select(entry => entry.GetProperty("seq").GetInt32()));
    }

    [Fact]
    public async Task A_page_is_not_disturbed_by_entries_that_come_meanwhile()
    {
        var customer = await host.Api.NewCustomer();
        for (var i = 0; i < 4; i++)
            await host.Api.Grant(customer, 1m);
        var first = await host.Api.Get($"/api/customers/{customer}/ledger/?limit=2").Is(200);
        await host.Api.Draw(customer, 4m).Is(201);

        var rest = await host.Api.All(first.Next!);

        Assert.Equal([2, 1], rest.Select(entry => entry.GetProperty("seq").GetInt32()));
    }

    [Fact]
    public async Task Queries_of_a_ledger_and_a_balance_are_checked()
    {
        var customer = await host.Api.NewCustomer();

        await host.Api.Get($"/api/customers/{customer}/ledger/?limit=0").IsFault("invalid", "limit");
        await host.Api.Get($"/api/customers/{customer}/ledger/?cursor=x").IsFault("invalid", "cursor");
        await host.Api.Get($"/api/customers/{customer}/ledger/?credit_id=x").IsFault("unknown_field", "credit_id");
        await host.Api.Get($"/api/customers/{customer}/balance/?at=now").IsFault("invalid", "at");
        await host
            .Api.Get($"/api/customers/{customer}/balance/?currency_code=XXX")
            .IsFault("invalid_choice", "currency_code");
        await host.Api.Get($"/api/customers/{customer}/balance/?currency=USD").IsFault("unknown_field", "currency");
    }

    [Fact]
    public async Task A_balance_is_what_is_left_per_currency_and_when_it_will_be_lost()
    {
        var customer = await host.Api.NewCustomer();
        var soon = host.Now.AddDays(10);
        var late = host.Now.AddDays(20);
        await host.Api.Grant(customer, 10m, expires: late);
        await host.Api.Grant(customer, 10m, expires: soon);
        await host.Api.Grant(customer, 10m, expires: late);
        await host.Api.Grant(customer, 10m);
        await host.Api.Grant(customer, 10m, effective: host.Now.AddDays(1));
        await host.Api.Grant(customer, 5m, expires: host.Now.AddHours(1));
        var voided = await host.Api.Grant(customer, 7m);
        await host.Api.Post($"{ApiClient.PathOf(voided)}void/").Is(200);
        await host.Api.Grant(customer, 3.25m, currency: "JPY");
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.Api.Draw(customer, 12m).Is(201);
        await host.Api.Reverse(await host.Api.Draw(customer, 20m).Is(201));

        var balance = await host.Api.Get($"/api/customers/{customer}/balance/").Is(200);

        Assert.Equal(
            $$"""
            [{"currency":{"code":"JPY","name":"Yen","symbol":"¥"},"granted":3.25,"remaining":3.25,"drawn":0,"expired":0,"voided":0,"expiring":[]},{"currency":{"code":"USD","name":"US Dollar","symbol":"$"},"granted":52,"remaining":28,"drawn":12,"expired":5,"voided":7,"expiring":[{"expires_at":"{{Text(
                late
            )}}","amount":18}]}]
            """,
            balance.Body
        );
        var yen = await host.Api.Get($"/api/customers/{customer}/balance/?currency_code=JPY").Is(200);
        Assert.Equal(balance.Json[0].GetRawText(), Assert.Single(yen.Json.EnumerateArray()).GetRawText());
        Assert.Equal("[]", (await host.Api.Get($"/api/customers/{customer}/balance/?currency_code=EUR").Is(200)).Body);
    }

    [Fact]
    public async Task A_balance_is_known_as_of_any_instant()
    {
        var customer = await host.Api.NewCustomer();
        var start = host.Now;
        var expiry = start.AddDays(30);
        await host.Api.Grant(customer, 100m, expires: expiry);
        var later = await host.Api.Grant(customer, 50m, effective: start.AddDays(10));
        host.Time.Advance(TimeSpan.FromDays(5));
        var drawdown = await host.Api.Draw(customer, 30m).Is(201);
        host.Time.Advance(TimeSpan.FromDays(10));
        var reversed = await host.Api.Reverse(drawdown);
        host.Time.Advance(TimeSpan.FromDays(5));
        await host.Api.Post($"{ApiClient.PathOf(later)}void/").Is(200);
        var voided = (await host.Api.Credit(later)).Items("drawdowns")[0].Instant("applied_at")!.Value;
        host.Time.Advance(TimeSpan.FromDays(20));
        var drawn = drawdown.Instant("drawn_at")!.Value;
        var taken = reversed.Json.GetProperty("reversal").Instant("reversed_at")!.Value;

        // Before and after the timer has written the expiry down.
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal("[]", (await host.Api.Get(Path(start.AddDays(-1))).Is(200)).Body);
            Assert.Equal((100m, 100m, 0m, 0m, 0m), await At(drawn.AddMilliseconds(-1)));
            Assert.Equal((100m, 70m, 30m, 0m, 0m), await At(drawn));
            Assert.Equal((150m, 120m, 30m, 0m, 0m), await At(start.AddDays(10)));
            Assert.Equal((150m, 120m, 30m, 0m, 0m), await At(taken.AddMilliseconds(-1)));
            Assert.Equal((150m, 150m, 0m, 0m, 0m), await At(taken));
            Assert.Equal((150m, 150m, 0m, 0m, 0m), await At(voided.AddMilliseconds(-1)));
            Assert.Equal((150m, 100m, 0m, 0m, 50m), await At(voided));
            Assert.Equal((150m, 100m, 0m, 0m, 50m), await At(expiry.AddTicks(-1)));
            Assert.Equal((150m, 0m, 0m, 100m, 50m), await At(expiry));
            Assert.Equal((150m, 0m, 0m, 100m, 50m), await At(expiry.AddYears(100)));
            Assert.Equal(
                (await host.Api.Get($"/api/customers/{customer}/balance/").Is(200)).Body,
                (await host.Api.Get(Path(host.Now)).Is(200)).Body
            );
            await host.RunTimer("DeactivateExpiredCredits");
        }

        string Path(DateTimeOffset at) => $"/api/customers/{customer}/balance/?at={ApiClient.Query(at)}";

        async Task<(decimal, decimal, decimal, decimal, decimal)> At(DateTimeOffset at)
        {
            var balance = Assert.Single((await host.Api.Get(Path(at)).Is(200)).Json.EnumerateArray());
            return (
                balance.Money("granted"),
                balance.Money("remaining"),
                balance.Money("drawn"),
                balance.Money("expired"),
                balance.Money("voided")
            );
        }
    }

    public static TheoryData<string, string, object, string> Tampering =>
        new()
        {
            { "credit.", "Remaining", "999", "does not hold what its entries say" },
            { "credit.", "Amount", "1000000", "does not begin with its grant" },
            { "credit.", "Drawn", "0", "does not hold what its entries say" },
            { "credit.", "Entries", 1L, "does not hold what its entries say" },
            { "credit.", "LastSeq", 7L, "does not hold what its entries say" },
            { "entry.", "Amount", "99", "was changed after it was written" },
            { "entry.", "Currency", "EUR", "was changed after it was written" },
            { "entry.", "BalanceAfter", "99", "was changed after it was written" },
            { "entry.", "Reason", "something else", "was changed after it was written" },
            { "entry.", "Actor", "key_0000000000000000", "was changed after it was written" },
            { "entry.", "RequestId", "req_0", "was changed after it was written" },
            { "entry.", "Type", "void", "was changed after it was written" },
            { "entry.", "PreviousHash", Genesis, "does not follow the entry before it" },
            { "entry.", "Hash", Genesis, "was changed after it was written" },
            { "entry.", "Seq", 1L, "is missing or doubled" },
            { "entry.", "Seq", 3L, "is missing or doubled" },
            { "head", "LastHash", Genesis, "The chain ends at" },
            { "head", "LastSeq", 1L, "The chain ends at" },
            { "head", "LastSeq", 3L, "The chain ends at" },
        };

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task A_row_that_was_tampered_with_is_found_out(string row, string column, object value, string fault)
    {
        var (customer, table, rows) = await Stored(row);
        var tampered = rows[^1];
        Assert.True(tampered.ContainsKey(column) || column == "Reason");
        tampered[column] = value;

        await table.UpdateEntityAsync(tampered, ETag.All, TableUpdateMode.Replace, Cancellation);

        await FoundOut(customer, fault);
    }

    [Theory]
    [InlineData("entry.", 0, "is missing or doubled")]
    [InlineData("entry.", 1, "The chain ends at")]
    [InlineData("credit.", 0, "have no credit")]
    public async Task A_row_that_was_removed_is_found_out(string row, int index, string fault)
    {
        var (customer, table, rows) = await Stored(row);

        await table.DeleteEntityAsync(rows[index].PartitionKey, rows[index].RowKey, ETag.All, Cancellation);

        await FoundOut(customer, fault);
    }

    // A customer of two entries, and the stored rows of a kind.
    private async Task<(string Customer, TableClient Table, List<TableEntity> Rows)> Stored(string kind)
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m);
        await host.Api.Draw(customer, 4m).Is(201);
        await host.Api.Verify(customer);
        var table = host.Table(StorageTables.Accounts);
        var rows = await RowsOf(table, customer);
        return (customer, table, rows.FindAll(row => row.RowKey.StartsWith(kind, StringComparison.Ordinal)));
    }

    private async Task FoundOut(string customer, string fault)
    {
        var report = await host.Api.Get($"/api/customers/{customer}/ledger/verify/").Is(200);
        Assert.False(report.Json.GetProperty("ok").GetBoolean());
        Assert.Contains(report.Items("faults"), found => found.GetString()!.Contains(fault, StringComparison.Ordinal));
    }

    // Seven entries of all types.
    private async Task<(string Customer, string Credit)> Story()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 100m);
        await host.Api.Draw(customer, 24.5m).Is(201);
        await host.Api.Grant(customer, 5m, currency: "EUR", expires: host.Now.AddHours(1));
        var drawdown = await host.Api.Draw(customer, 20m).Is(201);
        await host
            .Api.Post($"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/", new { reason = "wrong \"one\"\n🚀" })
            .Is(200);
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.RunTimer("DeactivateExpiredCredits");
        await host.Api.Post($"{ApiClient.PathOf(credit)}void/").Is(200);
        return (customer, credit.Text("credit_id")!);
    }

    private static async Task<List<TableEntity>> RowsOf(TableClient table, string customer)
    {
        var rows = new List<TableEntity>();
        var heads = table.QueryAsync<TableEntity>($"CustomerId eq '{customer}'", cancellationToken: Cancellation);
        await foreach (var head in heads)
        {
            var all = table.QueryAsync<TableEntity>(
                $"PartitionKey eq '{head.PartitionKey}'",
                cancellationToken: Cancellation
            );
            await foreach (var row in all)
                rows.Add(row);
        }
        return rows;
    }

    // Written from the API's documentation alone, without the service's own code.
    private static string HashOf(JsonElement entry)
    {
        var text = new StringBuilder("17:drawdown-ledger-1");
        foreach (
            var name in new[]
            {
                "previous_hash",
                "seq",
                "type",
                "credit_id",
                "currency_code",
                "ordinal",
                "amount",
                "balance_after",
                "effective_at",
                "recorded_at",
                "actor",
                "reason",
                "request_id",
                "drawdown_id",
            }
        )
        {
            var value = entry.GetProperty(name);
            var field = value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.Number => value.GetRawText(),
                _ when name.EndsWith("_at", StringComparison.Ordinal) => $"{entry.Instant(name)!.Value.UtcTicks}",
                _ => value.GetString(),
            };
            text.Append(field is null ? "-:" : $"{field.Length}:{field}");
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Text(DateTimeOffset instant) =>
        instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
