using System.Text.Json;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>Credit accounts, and redemptions that draw on all their batches in order.</summary>
public sealed class CreditAccountTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private ApiClient Api => host.Api;

    [Fact]
    public async Task An_account_begins_with_its_first_batch_when_it_starts_with_credits()
    {
        var client = await Api.NewClient();

        var created = await Api.Post(
                $"{IncomingCalls.Clients}/{client}/creditAccounts",
                """
                {
                  "name": "Training", "startingBalance": 100, "notifyEmails": ["a@example.com", "b@example.com"],
                  "licenseIds": ["license-1"], "batchDaysUntilExpire": 30, "minimumBatchAmount": 10, "type": "sublicense",
                  "creditBatchName": "Monthly", "id": "mine", "colour": "red"
                }
                """
            )
            .Is(201);

        var account = created.Thing("APICreateCreditAccount");
        Assert.Equal(
            ("Training", "sublicense", client),
            (account.Text("name"), account.Text("type"), ClientOf(account))
        );
        Assert.Equal(["a@example.com", "b@example.com"], Texts(account, "notifyEmails"));
        Assert.Equal(["license-1"], Texts(account, "licenseIds"));
        Assert.Equal((30, 10, 100), Numbers(account));
        Assert.Equal("Monthly", account.Text("creditBatchName"));
        Assert.Equal($"{IncomingCalls.Accounts}/{created.Id()}", created.Header("Location"));
        var read = await Api.Get(created.Header("Location")!).Is(200);
        Assert.Equal(account.GetRawText(), read.Thing("CreditAccount").GetRawText());
        Assert.Equal(created.ETag, read.ETag);

        var batch = Assert.Single(
            await Api.AllPages($"{IncomingCalls.Clients}/{client}/creditBatches", "creditBatches")
        );
        Assert.Equal(("active", 100, 0), batch.Standing());
        Assert.Equal(("Monthly", created.Id()), (batch.Text("name"), batch.Text("creditAccountId")));
        Assert.Equal(batch.Timestamp("createdAt").AddDays(30), batch.Timestamp("expiresOn"));
        await Api.VerifyClient(client, actions: 1);
    }

    [Fact]
    public async Task An_account_that_starts_with_nothing_has_no_batch_and_the_defaults()
    {
        var client = await Api.NewClient();

        var account = (
            await Api.Post(
                    $"{IncomingCalls.Clients}/{client}/creditAccounts",
                    """
                    {
                      "name": "Training", "startingBalance": 0, "notifyEmails": null, "licenseIds": [], "type": null,
                      "batchDaysUntilExpire": null, "minimumBatchAmount": null, "creditBatchName": null
                    }
                    """
                )
                .Is(201)
        ).Thing();

        Assert.Equal("client", account.Text("type"));
        Assert.Empty(account.Items("notifyEmails"));
        Assert.Empty(account.Items("licenseIds"));
        foreach (var field in new[] { "batchDaysUntilExpire", "minimumBatchAmount", "creditBatchName" })
            Assert.Equal(JsonValueKind.Null, account.GetProperty(field).ValueKind);
        Assert.Empty(await Api.AllPages($"{IncomingCalls.Clients}/{client}/creditBatches", "creditBatches"));
        await Api.VerifyClient(client, actions: 0);
    }

    [Fact]
    public async Task An_account_may_be_as_large_as_promised()
    {
        var client = await Api.NewClient();
        var licenses = Enumerable.Range(0, 100).Select(i => $"{i}".PadRight(255, '客')).ToArray();
        var emails = Enumerable.Repeat($"{new string('e', 60)}@{new string('x', 60)}.example.com", 100).ToArray();

        var created = await Api.Post(
                $"{IncomingCalls.Clients}/{client}/creditAccounts",
                new
                {
                    name = new string('客', 255),
                    startingBalance = 9_999_999_999,
                    minimumBatchAmount = 9_999_999_999,
                    batchDaysUntilExpire = 36_500,
                    licenseIds = licenses,
                    notifyEmails = emails,
                },
                ("Idempotency-Key", $"{Guid.NewGuid()}")
            )
            .Is(201);

        var read = (await Api.Get($"{IncomingCalls.Accounts}/{created.Id()}").Is(200)).Thing();
        Assert.Equal(licenses, Texts(read, "licenseIds"));
        Assert.Equal(licenses, read.Items("sublicenses").Select(license => license.Text("id")));
        Assert.Equal(emails, Texts(read, "notifyEmails"));
        Assert.Equal((36_500, 9_999_999_999, 9_999_999_999), Numbers(read));
        await Api.RedeemFromAccount(created.Id(), 9_999_999_999, ("Idempotency-Key", $"{Guid.NewGuid()}")).Is(200);
        Assert.Equal(0, await Api.Balance(created.Id()));
        await Api.VerifyClient(client);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_account_that_is_created_while_accounts_are_listed_is_shown_with_its_credits_or_not_at_all(
        int call
    )
    {
        var client = await Api.NewClient();
        await Api.NewAccount(client, 5);
        var calls = 0;
        var reader = await host.Another(
            StoragePolicy.Around(
                async (_, send) =>
                {
                    if (calls > 0 && --calls == 0)
                        await Api.NewAccount(client, 5);
                    await send();
                }
            )
        );
        await reader.Api.Get($"{IncomingCalls.Clients}/{client}").Is(200);

        calls = call;
        var accounts = await reader.Api.AllPages($"{IncomingCalls.Clients}/{client}/creditAccounts", "creditAccounts");

        Assert.Equal(0, calls);
        Assert.InRange(accounts.Count, 1, 2);
        Assert.All(accounts, account => Assert.Equal(5, account.Credits("currentBalance")));
    }

    [Fact]
    public async Task A_redemption_draws_the_soonest_expiry_first_and_what_never_expires_last()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        var endless = await New(10, null);
        var late = await New(10, 20);
        var early = await New(10, 10);
        // Of the same expiry the older one goes first.
        var younger = (
            await Api.Post(
                    $"{IncomingCalls.Clients}/{client}/creditBatches",
                    new
                    {
                        startingBalance = 10,
                        creditAccountId = account,
                        expiresOn = (await Api.Batch(early)).Thing().Text("expiresOn"),
                    }
                )
                .Is(201)
        ).Id();
        var endlessToo = await New(10, null);
        var spent = await New(10, 5);
        await Api.Allocated(spent, 10);
        var voided = await New(10, 5);
        await Api.Post($"{IncomingCalls.Batches}/{voided}/void").Is(200);
        var expired = await New(10, 1);
        await Api.NewBatch(client, 10);
        await Api.NewBatch(client, 10, account: await Api.NewAccount(client));
        host.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(50, await Api.Balance(account));

        var first = await Redeem(3);
        Assert.Equal([(early, 3)], Draws(first));
        var second = await Redeem(25);
        Assert.Equal([(early, 7), (younger, 10), (late, 8)], Draws(second));
        await Api.RedeemFromAccount(account, 23).IsError(409, "insufficient_credits");
        Assert.Equal(22, await Api.Balance(account));
        var third = await Redeem(22);
        Assert.Equal([(late, 2), (endless, 10), (endlessToo, 10)], Draws(third));

        Assert.Equal(0, third.GetProperty("creditAccount").Credits("currentBalance"));
        Assert.Equal(("expired", 0, 0), (await Api.Batch(expired)).Standing());
        foreach (var draw in third.Items("draws"))
        {
            var held = (await Api.Get($"{IncomingCalls.Allocations}/{draw.Text("allocationId")}").Is(200)).Thing();
            Assert.Equal(draw.Credits("amount"), held.Credits("redeemed"));
            Assert.Equal(draw.Text("creditBatchId"), held.Text("creditBatchId"));
            Assert.Equal(("learner-2", "Course 7"), (held.Text("userId"), held.Text("note")));
        }
        await Api.VerifyClient(client);

        async Task<string> New(long balance, int? days) =>
            (
                await Api.NewBatch(
                    client,
                    balance,
                    expires: days is { } until ? host.Now.AddDays(until) : null,
                    account: account
                )
            ).Id();

        async Task<JsonElement> Redeem(long amount)
        {
            var answer = await Api.Post(
                    $"{IncomingCalls.Accounts}/{account}/redeem",
                    new
                    {
                        userId = "learner-2",
                        amount,
                        note = "Course 7",
                        contentType = "course",
                        contentId = "7",
                    }
                )
                .Is(200);
            var thing = answer.Thing("RedeemAccountCredits");
            Assert.Equal(["amount", "draws", "creditAccount"], thing.Names());
            Assert.Equal(amount, thing.Credits("amount"));
            Assert.Equal(
                (await Api.Get($"{IncomingCalls.Accounts}/{account}").Is(200)).Thing().GetRawText(),
                thing.GetProperty("creditAccount").GetRawText()
            );
            return thing;
        }

        static List<(string, long)> Draws(JsonElement redeemed) =>
            [.. redeemed.Items("draws").Select(draw => (draw.Text("creditBatchId")!, draw.Credits("amount")))];
    }

    [Fact]
    public async Task A_redemption_touches_24_batches_at_most_and_takes_all_or_nothing()
    {
        var client = await Api.NewClient();
        var account = await Api.NewAccount(client);
        for (var i = 0; i < 26; i++)
            await Api.NewBatch(client, 1, account: account);

        await Api.RedeemFromAccount(account, 25)
            .IsError(422, "invalid_amount")
            .Says(
                "This amount is spread over more than 24 batches, which one redemption cannot touch. Redeem at most 24 at once."
            );
        Assert.Equal(26, await Api.Balance(account));
        await Api.RedeemFromAccount(account, 27).IsError(409, "insufficient_credits");
        await Api.RedeemFromAccount(account, 24, ("Idempotency-Key", $"{Guid.NewGuid()}")).Is(200);
        await Api.RedeemFromAccount(account, 2).Is(200);

        Assert.Equal(0, await Api.Balance(account));
        await Api.VerifyClient(client, actions: 26 * 3);
    }

    private static string? ClientOf(JsonElement account) => account.Text("clientId");

    private static (long, long, long) Numbers(JsonElement account) =>
        (
            account.Credits("batchDaysUntilExpire"),
            account.Credits("minimumBatchAmount"),
            account.Credits("currentBalance")
        );

    private static IEnumerable<string?> Texts(JsonElement json, string name) =>
        json.Items(name).Select(item => item.GetString());
}
