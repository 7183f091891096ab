using System.Text.Json;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>Credit batches: create, read, change, send back, void.</summary>
public sealed class CreditBatchTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private ApiClient Api => host.Api;

    public static TheoryData<string> OddNames =>
        [
            "<script>alert('x')</script> & \"quotes\" \\ back / slash",
            "line\nbreak\r\nand\ttab",
            "  blanks around  ",
            "客户 клиент عميل 🚀👩‍🚀 e\u0301 \u202Ereversed",
            "\u2028\u2029\uFEFF\uFFFD\uFFFE\uFFFF\u00A0\u200B",
            "{{template}} %00 %2F $1 ' OR 1=1 --",
            "null",
        ];

    [Fact]
    public async Task A_client_is_created_and_read_again()
    {
        var created = await Api.Post(
                IncomingCalls.Clients,
                """{"name": "Acme University", "id": "mine", "createdAt": 5, "colour": null}"""
            )
            .Is(201);

        var client = created.Thing("CreateClient");
        Assert.Equal(["id", "name", "createdAt"], client.Names());
        Assert.Equal("Acme University", client.Text("name"));
        Assert.True(Guid.TryParseExact(client.Text("id"), "D", out _));
        Assert.Equal($"{IncomingCalls.Clients}/{created.Id()}", created.Header("Location"));
        var read = await Api.Get(created.Header("Location")!).Is(200);
        Assert.Equal(client.GetRawText(), read.Thing("Client").GetRawText());
        Assert.Equal(created.ETag, read.ETag);
        await Api.VerifyClient(created.Id(), actions: 0);
    }

    [Fact]
    public async Task A_batch_is_answered_with_the_eleven_documented_fields_in_their_order()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);

        var created = await Api.Post(
                $"{IncomingCalls.Clients}/{client}/creditBatches",
                $$"""
                {"startingBalance": 100, "creditAccountId": "{{account}}", "name": "Winter", "expiresOn": "2030-01-01"}
                """
            )
            .Is(201);

        var createdAt = created.Thing().Text("createdAt");
        Assert.Equal(
            $$$$"""
            {"data":{"CreateCreditBatch":{"id":"{{{{created.Id()}}}}","name":"Winter","expiresOn":"2030-01-01T00:00:00.000Z","startingBalance":100,"currentBalance":100,"clientId":"{{{{client}}}}","status":"active","createdAt":"{{{{createdAt}}}}","updatedAt":"{{{{createdAt}}}}","creditAccountId":"{{{{account}}}}","allocatedCredits":0}}}
            """,
            created.Body
        );
        Assert.Equal($"{IncomingCalls.Batches}/{created.Id()}", created.Header("Location"));
        var read = await Api.Get(created.Header("Location")!).Is(200);
        Assert.Equal(created.Body.Replace("CreateCreditBatch", "CreditBatch", StringComparison.Ordinal), read.Body);
        Assert.Equal(created.ETag, read.ETag);
        await Api.VerifyClient(client, actions: 1);
    }

    [Fact]
    public async Task A_batch_of_no_account_has_nulls_where_nothing_is_set()
    {
        var batch = (await Api.NewBatch(await Api.NewClient(), 0)).Thing();

        foreach (var field in new[] { "name", "expiresOn", "creditAccountId" })
            Assert.Equal(JsonValueKind.Null, batch.GetProperty(field).ValueKind);
        Assert.Equal(("active", 0, 0), batch.Standing());
    }

    [Fact]
    public async Task An_account_gives_its_batches_a_name_and_an_expiry_unless_they_say_otherwise()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client, days: 30, batchName: "Monthly");

        var plain = await Create("");
        var named = await Create(""", "name": "Winter", "expiresOn": "2030-01-01T02:00:00+02:00" """);
        var cleared = await Create(""", "name": null, "expiresOn": null""");

        Assert.Equal("Monthly", plain.Text("name"));
        Assert.Equal(plain.Timestamp("createdAt").AddDays(30), plain.Timestamp("expiresOn"));
        Assert.Equal(("Winter", "2030-01-01T00:00:00.000Z"), (named.Text("name"), named.Text("expiresOn")));
        Assert.Equal((null, null), (cleared.Text("name"), cleared.Text("expiresOn")));

        async Task<JsonElement> Create(string fields) =>
            (
                await Api.Post(
                        $"{IncomingCalls.Clients}/{client}/creditBatches",
                        $$"""{"startingBalance": 5, "creditAccountId": "{{account}}"{{fields}}}"""
                    )
                    .Is(201)
            ).Thing();
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_nothing_else()
    {
        var client = await Api.NewClient();
        var batch = await Api.NewBatch(client, 100, expires: host.Now.AddDays(9));
        await Api.Allocated(batch.Id(), 30);
        var before = (await Api.Batch(batch.Id())).Thing();

        var named = await Update(new { name = "Winter" });
        AssertSame(before, named, "name", "updatedAt");
        Assert.Equal("Winter", named.Text("name"));

        var extended = await Update(new { expiresOn = "2031-05-06T07:08:09.1239Z" });
        AssertSame(named, extended, "expiresOn", "updatedAt");
        Assert.Equal("2031-05-06T07:08:09.123Z", extended.Text("expiresOn"));

        var raised = await Update(new { currentBalance = 250 });
        AssertSame(extended, raised, "currentBalance", "updatedAt");
        Assert.Equal(("active", 250, 30), raised.Standing());

        var emptied = await Update("""{"currentBalance": 0.0}""");
        AssertSame(raised, emptied, "currentBalance", "updatedAt");
        Assert.Equal(("active", 0, 30), emptied.Standing());

        var all = await Update(
            new
            {
                name = "Spring",
                expiresOn = "2032-01-01",
                currentBalance = 7,
            }
        );
        AssertSame(emptied, all, "name", "expiresOn", "currentBalance", "updatedAt");
        Assert.Equal(("active", 7, 30), all.Standing());
        await Api.VerifyClient(client, actions: 5);

        async Task<JsonElement> Update(object body)
        {
            var old = (await Api.Batch(batch.Id())).Thing();
            var answer = await Api.Put($"{IncomingCalls.Batches}/{batch.Id()}", body).Is(200);
            var updated = answer.Thing("UpdateCreditBatch");
            Assert.True(string.CompareOrdinal(old.Text("updatedAt"), updated.Text("updatedAt")) < 0);
            var read = await Api.Batch(batch.Id());
            Assert.Equal((updated.GetRawText(), answer.ETag), (read.Thing().GetRawText(), read.ETag));
            return updated;
        }
    }

    [Fact]
    public async Task Null_clears()
    {
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 5, expires: host.Now.AddDays(9))).Id();
        var path = $"{IncomingCalls.Batches}/{batch}";
        await Api.Put(path, new { name = "Winter" }).Is(200);

        var nameless = (await Api.Put(path, """{"name": null}""").Is(200)).Thing();
        Assert.Null(nameless.Text("name"));
        Assert.NotNull(nameless.Text("expiresOn"));
        var endless = (await Api.Put(path, """{"expiresOn": null}""").Is(200)).Thing();
        Assert.Null(endless.Text("expiresOn"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"colour": "red", "Name": "x", "__proto__": {"name": "x"}}""")]
    [InlineData("""{"name": "Winter"}""")]
    [InlineData("""{"currentBalance": 60}""")]
    [InlineData("""{"currentBalance": 6.0e1}""")]
    [InlineData("""{"expiresOn": "2030-01-01T01:00:00+01:00"}""")]
    [InlineData("""{"expiresOn": "2030-01-01T00:00:00.0009Z"}""")]
    [InlineData(
        """
            {"id": 7, "startingBalance": 1, "allocatedCredits": -5, "clientId": [], "status": "voided",
             "createdAt": "never", "updatedAt": null, "creditAccountId": {}}
            """
    )]
    public async Task What_asks_for_nothing_new_changes_nothing(string? body)
    {
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 100, expires: new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))).Id();
        await Api.Put($"{IncomingCalls.Batches}/{batch}", new { name = "Winter" }).Is(200);
        await Api.Allocated(batch, 40);
        var read = await Api.Batch(batch);
        var rows = await Rows();

        var answer = await Api.Put($"{IncomingCalls.Batches}/{batch}", body).Is(200);

        Assert.Equal(read.Thing().GetRawText(), answer.Thing("UpdateCreditBatch").GetRawText());
        Assert.Equal(read.ETag, answer.ETag);
        Assert.Equal(rows, await Rows());
    }

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task A_fetched_batch_can_be_sent_back_whatever_it_is_called_and_whether_it_is_closed(string name)
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        Dictionary<string, object?> terms = new() { ["startingBalance"] = 100, ["name"] = name };
        var nameless = await Create();
        terms["creditAccountId"] = account;
        terms["expiresOn"] = null;
        var endless = await Create();
        terms["expiresOn"] = "2190-01-01T00:00:00.1239999Z";
        var fine = await Create();
        terms["expiresOn"] = host.Now.AddHours(1).AddTicks(7);
        var expired = await Create();
        var voided = await Create();
        await Api.Post($"{IncomingCalls.Batches}/{voided}/void").Is(200);
        host.Time.Advance(TimeSpan.FromHours(2));

        string?[] status = ["active", "active", "active", "expired", "voided"];
        foreach (var (i, batch) in new[] { nameless, endless, fine, expired, voided }.Index())
        {
            var read = await Api.Batch(batch);
            Assert.Equal((status[i], name), (read.Thing().Text("status"), read.Thing().Text("name")));
            var rows = await Rows();

            var answer = await Api.Put(
                    $"{IncomingCalls.Batches}/{batch}",
                    read.Thing().GetRawText(),
                    ("If-Match", read.ETag!)
                )
                .Is(200);

            Assert.Equal(read.Thing().GetRawText(), answer.Thing().GetRawText());
            Assert.Equal(read.ETag, answer.ETag);
            Assert.Equal(rows, await Rows());
        }

        async Task<string> Create()
        {
            var answer = await Api.Post($"{IncomingCalls.Clients}/{client}/creditBatches", terms).Is(201);
            await Api.Allocated(answer.Id(), 10);
            return answer.Id();
        }
    }

    [Fact]
    public async Task A_fetched_batch_can_be_sent_back_when_more_came_back_than_a_request_may_state()
    {
        const long largest = 9_999_999_999;
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, largest)).Id();
        var path = $"{IncomingCalls.Batches}/{batch}";
        var allocation = await Api.Allocated(batch, largest);
        await Api.Put(path, new { currentBalance = largest }).Is(200);
        await Api.Post($"{IncomingCalls.Allocations}/{allocation}/revoke").Is(200);

        var read = await Api.Batch(batch);
        Assert.Equal(("active", 2 * largest, 0), read.Standing());
        var sentBack = await Api.Put(path, read.Thing().GetRawText()).Is(200);
        Assert.Equal(read.Thing().GetRawText(), sentBack.Thing().GetRawText());
        await Api.Put(path, new { currentBalance = 2 * largest - 1, expiresOn = "2020-01-01" })
            .IsError(422, "invalid_expires_on", "currentBalance", "expiresOn");
        await Api.Put(path, new { currentBalance = largest + 1 }).IsError(422, "invalid_balance", "currentBalance");
        await Api.Put(path, new { currentBalance = largest }).Is(200);
        await Api.VerifyClient(client);
    }

    [Fact]
    public async Task A_batch_that_is_voided_loses_what_was_not_redeemed_and_stays_as_it_is()
    {
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 100)).Id();
        var allocation = await Api.Allocated(batch, 40);
        await Api.Redeem(allocation, 15).Is(200);
        var path = $"{IncomingCalls.Batches}/{batch}";

        var voided = await Api.Post($"{path}/void", new { reason = "Ordered by mistake" }).Is(200);
        var rows = await Rows();
        var again = await Api.Post($"{path}/void", new { reason = "Another" }).Is(200);
        var bare = await Api.Post($"{path}/void").Is(200);

        Assert.Equal(("voided", 0, 15), voided.Thing("VoidCreditBatch").Standing());
        Assert.Equal(100, voided.Thing().Credits("startingBalance"));
        Assert.Equal((voided.Body, voided.Body), (again.Body, bare.Body));
        Assert.Equal(rows, await Rows());
        var held = (await Api.Get($"{IncomingCalls.Allocations}/{allocation}").Is(200)).Thing("CreditAllocation");
        Assert.Equal((0, 15, 25), (held.Credits("unspent"), held.Credits("redeemed"), held.Credits("lapsed")));
        var last = (await Api.Actions(batch))[^1];
        Assert.Equal(
            ("void", 85, "Ordered by mistake"),
            (last.Text("action"), last.Credits("amount"), last.Text("reason"))
        );
        await Api.VerifyClient(client, actions: 4);
    }

    [Fact]
    public async Task A_batch_without_credits_can_be_voided()
    {
        var client = await Api.NewClient();
        var batch = (await Api.NewBatch(client, 0)).Id();

        var voided = await Api.Post($"{IncomingCalls.Batches}/{batch}/void").Is(200);

        Assert.Equal(("voided", 0, 0), voided.Standing());
        await Api.VerifyClient(client, actions: 2);
    }

    [Theory]
    [InlineData("voided")]
    [InlineData("expired")]
    public async Task A_closed_batch_is_not_changed_or_spent(string status)
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var expiry = host.Now.AddHours(1);
        var batch = (await Api.NewBatch(client, 100, expires: expiry, account: account)).Id();
        var allocation = await Api.Allocated(batch, 40);
        await Api.Redeem(allocation, 10).Is(200);
        if (status == "voided")
            await Api.Post($"{IncomingCalls.Batches}/{batch}/void").Is(200);
        else
            host.Time.Advance(TimeSpan.FromHours(2));
        var path = $"{IncomingCalls.Batches}/{batch}";
        var before = await Api.Batch(batch);
        var rows = await Rows();

        Assert.Equal((status, 0, 10), before.Standing());
        foreach (
            var body in new object[]
            {
                new { name = "Winter" },
                new { currentBalance = 1 },
                new { expiresOn = "2190-01-01" },
                """{"expiresOn": null}""",
            }
        )
            await Api.Put(path, body)
                .IsError(409, "batch_not_active")
                .Says($"The batch is {status}. Only an active one can be changed or spent.");
        await Api.Allocate(batch, 1).IsError(409, "batch_not_active");
        await Api.Redeem(allocation, 1).IsError(409, "insufficient_credits");
        await Api.RedeemFromAccount(account, 1).IsError(409, "insufficient_credits");
        // What was taken back has lapsed.
        var revoked = await Api.Post($"{IncomingCalls.Allocations}/{allocation}/revoke").Is(200);
        Assert.Equal(30, revoked.Thing().GetProperty("allocation").Credits("lapsed"));
        Assert.Equal(before.Thing().GetRawText(), revoked.Thing().GetProperty("creditBatch").GetRawText());
        var voided = await Api.Post($"{path}/void").Is(200);
        Assert.Equal(before.Thing().GetRawText(), voided.Thing().GetRawText());

        Assert.Equal(rows, await Rows());
        Assert.Equal(before.Body, (await Api.Batch(batch)).Body);
        await Api.VerifyClient(client);
    }

    [Fact]
    public async Task An_id_may_be_written_in_either_case()
    {
        var client = await Api.NewClient();
        var batch = await Api.NewBatch(client, 5);

        var read = await Api.Get($"{IncomingCalls.Batches}/{batch.Id().ToUpperInvariant()}").Is(200);

        Assert.Equal(batch.Thing().GetRawText(), read.Thing().GetRawText());
        Assert.Equal(client, (await Api.Get($"{IncomingCalls.Clients}/{client.ToUpperInvariant()}").Is(200)).Id());
    }

    [Theory]
    [InlineData("creditBatches/creditBatches")]
    [InlineData("creditBatches/creditAccounts")]
    [InlineData("creditAccounts/creditBatches")]
    [InlineData("creditAccounts/creditAccounts")]
    [InlineData("creditAllocations/creditBatches")]
    [InlineData("creditAllocations/creditAccounts")]
    public async Task A_route_that_names_its_thing_comes_before_one_that_begins_with_a_client(string path)
    {
        // The list of a client called "creditBatches" would look at its page as well.
        await Api.Get($"{IncomingCalls.Clients}/{path}?page=0").IsError(400, "invalid_request", "id");
        await Api.Get($"{IncomingCalls.Clients}/any/creditBatches?page=0")
            .IsError(400, "invalid_request", "id", "page");
    }

    private static void AssertSame(JsonElement before, JsonElement after, params string[] but)
    {
        foreach (var property in before.EnumerateObject().Where(property => !but.Contains(property.Name)))
            Assert.Equal(property.Value.GetRawText(), after.GetProperty(property.Name).GetRawText());
    }

    private async Task<List<(string, string)>> Rows() =>
        [.. (await host.Rows(StorageTables.Accounts)).Select(row => (row.Partition + row.Row, row.ETag))];
}
