using System.Globalization;
using System.Text.Json;

namespace Drawdown.Functions.Tests.Support;

/// <summary>What callers of the Incoming side (Thought Industries) ask for, and how they read its answers.</summary>
public static class IncomingCalls
{
    public const string Clients = "/incoming/v2/clients";
    public const string Batches = $"{Clients}/creditBatches";
    public const string Accounts = $"{Clients}/creditAccounts";
    public const string Allocations = $"{Clients}/creditAllocations";

    public static Task<Answer> Put(
        this ApiClient api,
        string path,
        object? body,
        params (string Name, string Value)[] headers
    ) => api.Send("PUT", path, body, headers);

    /// <summary>Creates a client of the test's own and returns its id.</summary>
    public static async Task<string> NewClient(this ApiClient api) =>
        (await api.Post(Clients, new { name = "Acme University" }).Is(201)).Id();

    /// <summary>Creates a credit account and returns its id.</summary>
    public static async Task<string> NewAccount(
        this ApiClient api,
        string client,
        long balance = 0,
        int? days = null,
        long? minimum = null,
        string? batchName = null
    )
    {
        var answer = await api.Post(
                $"{Clients}/{client}/creditAccounts",
                new
                {
                    name = "Training",
                    startingBalance = balance,
                    batchDaysUntilExpire = days,
                    minimumBatchAmount = minimum,
                    creditBatchName = batchName,
                }
            )
            .Is(201);
        return answer.Id();
    }

    /// <summary>Creates a batch, with what is given of its terms.</summary>
    public static Task<Answer> NewBatch(
        this ApiClient api,
        string client,
        long balance,
        DateTimeOffset? expires = null,
        string? account = null
    )
    {
        var terms = new Dictionary<string, object> { ["startingBalance"] = balance };
        if (expires is { } expiry)
            terms["expiresOn"] = expiry;
        if (account is not null)
            terms["creditAccountId"] = account;
        return api.Post($"{Clients}/{client}/creditBatches", terms).Is(201);
    }

    /// <summary>Asks for an allocation, which may be refused.</summary>
    public static Task<Answer> Allocate(
        this ApiClient api,
        string batch,
        long amount,
        params (string Name, string Value)[] headers
    ) => api.Post($"{Batches}/{batch}/allocations", new { userId = "learner-1", amount }, headers);

    /// <summary>Allocates, and returns the allocation's id.</summary>
    public static async Task<string> Allocated(this ApiClient api, string batch, long amount) =>
        (await api.Allocate(batch, amount).Is(201)).Thing().GetProperty("allocation").Text("id")!;

    public static Task<Answer> Redeem(
        this ApiClient api,
        string allocation,
        long amount,
        params (string Name, string Value)[] headers
    ) => api.Post($"{Allocations}/{allocation}/redeem", new { amount }, headers);

    /// <summary>Asks for a redemption from an account, which may be refused.</summary>
    public static Task<Answer> RedeemFromAccount(
        this ApiClient api,
        string account,
        long amount,
        params (string Name, string Value)[] headers
    ) => api.Post($"{Accounts}/{account}/redeem", new { userId = "learner-1", amount }, headers);

    /// <summary>A batch as it is now.</summary>
    public static Task<Answer> Batch(this ApiClient api, string id) => api.Get($"{Batches}/{id}").Is(200);

    /// <summary>What an account can spend now.</summary>
    public static async Task<long> Balance(this ApiClient api, string account) =>
        (await api.Get($"{Accounts}/{account}").Is(200)).Thing().Credits("currentBalance");

    /// <summary>All that happened to a batch, oldest first.</summary>
    public static async Task<List<JsonElement>> Actions(this ApiClient api, string batch)
    {
        var actions = await api.AllPages($"{Batches}/{batch}/creditActions", "creditActions");
        actions.Reverse();
        return actions;
    }

    /// <summary>All pages of a list, by following the cursors.</summary>
    public static async Task<List<JsonElement>> AllPages(this ApiClient api, string path, string list)
    {
        var items = new List<JsonElement>();
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        for (var next = path; ; )
        {
            var page = (await api.Get(next).Is(200)).Thing();
            items.AddRange(page.Items(list));
            if (page.GetProperty("pageInfo").Text("cursor") is not { } cursor)
                return items;
            next = $"{path}{separator}cursor={Uri.EscapeDataString(cursor)}";
        }
    }

    /// <summary>Asserts that the client's ledger proves itself, and that it has so many actions.</summary>
    public static async Task VerifyClient(this ApiClient api, string client, int? actions = null)
    {
        var report = (await api.Get($"{Clients}/{client}/ledger/verify").Is(200)).Thing();
        Assert.True(report.GetProperty("ok").GetBoolean(), report.GetRawText());
        Assert.Empty(report.Items("faults"));
        Assert.Equal(actions ?? report.GetProperty("actions").GetInt32(), report.GetProperty("actions").GetInt32());
    }

    /// <summary>What the envelope calls the thing in it.</summary>
    public static string Operation(this Answer answer) => answer.Json.GetProperty("data").Names().Single();

    /// <summary>The thing in the envelope.</summary>
    public static JsonElement Thing(this Answer answer) =>
        answer.Json.GetProperty("data").EnumerateObject().Single().Value;

    /// <summary>The thing in the envelope, which must be called so.</summary>
    public static JsonElement Thing(this Answer answer, string operation)
    {
        Assert.Equal(operation, answer.Operation());
        return answer.Thing();
    }

    public static string Id(this Answer answer) => answer.Thing().Text("id")!;

    /// <summary>A whole number.</summary>
    public static long Credits(this JsonElement json, string name) => json.GetProperty(name).GetInt64();

    /// <summary>An instant, which must be there.</summary>
    public static DateTimeOffset Timestamp(this JsonElement json, string name) =>
        DateTimeOffset.Parse(json.Text(name)!, CultureInfo.InvariantCulture);

    /// <summary>Status, current balance and allocated credits of a batch.</summary>
    public static (string? Status, long Current, long Allocated) Standing(this JsonElement batch) =>
        (batch.Text("status"), batch.Credits("currentBalance"), batch.Credits("allocatedCredits"));

    /// <summary>The same of an answer that shows a batch.</summary>
    public static (string? Status, long Current, long Allocated) Standing(this Answer answer) =>
        answer.Thing().Standing();

    /// <summary>Asserts a refusal, with the fields whose faults it names.</summary>
    public static async Task<Answer> IsError(this Task<Answer> task, int status, string code, params string[] fields)
    {
        var answer = await task;
        answer.Is(status);
        Assert.Equal(code, answer.Text("error"));
        Assert.True(
            fields.Order(StringComparer.Ordinal).SequenceEqual(answer.FaultyFields().Order(StringComparer.Ordinal)),
            $"{answer}\nExpected faults of: {string.Join(", ", fields)}"
        );
        return answer;
    }

    /// <summary>Asserts the words of a refusal.</summary>
    public static async Task<Answer> Says(this Task<Answer> task, string message)
    {
        var answer = await task;
        Assert.Equal(message, answer.Text("message"));
        return answer;
    }

    /// <summary>The fields whose faults an error names, in its order.</summary>
    public static IReadOnlyList<string> FaultyFields(this Answer answer) =>
        answer.Json.TryGetProperty("details", out _)
            ? [.. answer.Items("details").Select(detail => detail.Text("field")!)]
            : [];
}
