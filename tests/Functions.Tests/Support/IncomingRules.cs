using System.Collections.Concurrent;
using System.Text.Json;

namespace Drawdown.Functions.Tests.Support;

/// <summary>What holds for every answer of the Incoming side (Thought Industries), whatever was asked.</summary>
public sealed class IncomingRules
{
    private const string Timestamp = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$";

    private static readonly string[] BatchFields =
    [
        "id",
        "name",
        "expiresOn",
        "startingBalance",
        "currentBalance",
        "clientId",
        "status",
        "createdAt",
        "updatedAt",
        "creditAccountId",
        "allocatedCredits",
    ];

    private static readonly Dictionary<int, string[]> Codes = new()
    {
        [400] = ["invalid_request"],
        [404] = ["not_found"],
        [409] = ["batch_not_active", "insufficient_credits", "conflict"],
        [412] = ["precondition_failed"],
        [413] = ["too_large"],
        [415] = ["unsupported_media_type"],
        [422] =
        [
            "invalid_value",
            "invalid_balance",
            "invalid_amount",
            "invalid_expires_on",
            "below_minimum_batch_amount",
            "account_client_mismatch",
            "idempotency_mismatch",
        ],
        [503] = ["unavailable"],
    };

    private readonly ConcurrentDictionary<string, string> _things = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _tags = new(StringComparer.Ordinal);

    /// <summary>Asserts them.</summary>
    public void Check(Answer answer)
    {
        if (answer.Status == 401)
            CheckUnauthenticated(answer);
        else if (answer.Status >= 400)
            CheckError(answer);
        else if (answer.Status != 304)
            CheckSuccess(answer);
    }

    private static void CheckUnauthenticated(Answer answer)
    {
        Assert.Empty(answer.Bytes);
        Assert.Null(answer.Header("Content-Type"));
        Assert.Equal("""Bearer realm="drawdown", Token realm="drawdown" """.Trim(), answer.Header("WWW-Authenticate"));
    }

    private static void CheckError(Answer answer)
    {
        Assert.Equal("application/json", answer.Header("Content-Type"));
        var hasDetails = answer.Json.TryGetProperty("details", out _);
        Assert.Equal(hasDetails ? ["error", "message", "details"] : ["error", "message"], answer.Json.Names());
        Assert.Contains(answer.Text("error"), Codes[answer.Status]);
        Assert.False(string.IsNullOrWhiteSpace(answer.Text("message")));
        if (!hasDetails)
            return;
        Assert.Contains(answer.Status, (int[])[400, 422]);
        Assert.NotEmpty(answer.Items("details"));
        foreach (var detail in answer.Items("details"))
        {
            Assert.Equal(["field", "message"], detail.Names());
            Assert.False(string.IsNullOrEmpty(detail.Text("field")));
            Assert.False(string.IsNullOrWhiteSpace(detail.Text("message")));
        }
        Assert.Contains(answer.Items("details"), detail => detail.Text("message") == answer.Text("message"));
    }

    private void CheckSuccess(Answer answer)
    {
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.Equal(["data"], answer.Json.Names());
        Assert.Single(answer.Json.GetProperty("data").Names());
        var thing = answer.Thing();
        if (answer.Status == 201)
            Assert.StartsWith("/incoming/v2/clients/", answer.Header("Location"));
        CheckTag(answer, thing);
        CheckThings(thing);
    }

    /// <summary>Equal tags are equal things, whatever envelope they come in; a list has none.</summary>
    private void CheckTag(Answer answer, JsonElement thing)
    {
        if (thing.TryGetProperty("pageInfo", out _))
        {
            Assert.Null(answer.ETag);
            return;
        }
        var (tag, text) = (answer.ETag!, thing.GetRawText());
        Assert.Matches("^\"[A-Za-z0-9_-]{22}\"$", tag);
        Assert.Equal(_things.GetOrAdd(tag, text), text);
        Assert.True(_tags.GetOrAdd(text, tag) == tag, $"{answer}\n{tag} is not the tag of the same thing before.");
    }

    private static void CheckThings(JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
                CheckThings(item);
            return;
        }
        if (json.ValueKind is not JsonValueKind.Object)
            return;
        if (json.TryGetProperty("unspent", out _))
            CheckAllocation(json);
        else if (json.TryGetProperty("before", out _))
            CheckAction(json);
        else if (json.TryGetProperty("allocatedCredits", out _))
            CheckBatch(json);
        if (json.TryGetProperty("pageInfo", out var page))
            CheckPage(json, page);
        foreach (var property in json.EnumerateObject())
        {
            if (property.Name is "createdAt" or "updatedAt" or "timestamp")
                Assert.Matches(Timestamp, property.Value.GetString());
            if (property.Name is not ("before" or "after"))
                CheckThings(property.Value);
        }
    }

    /// <summary>The eleven documented fields, in their order.</summary>
    private static void CheckBatch(JsonElement batch)
    {
        Assert.Equal(BatchFields, batch.Names());
        Assert.Contains(batch.Text("status"), (string[])["active", "expired", "voided"]);
        foreach (var number in new[] { "startingBalance", "currentBalance", "allocatedCredits" })
            Assert.Matches(@"^\d+$", batch.GetProperty(number).GetRawText());
        if (batch.Text("status") != "active")
            Assert.Equal(0, batch.Credits("currentBalance"));
        if (batch.Text("expiresOn") is { } expiry)
            Assert.Matches(Timestamp, expiry);
        Assert.True(string.CompareOrdinal(batch.Text("createdAt"), batch.Text("updatedAt")) <= 0);
        foreach (var id in new[] { "id", "clientId", "creditAccountId" })
            if (batch.Text(id) is { } uuid)
                Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", uuid);
    }

    private static void CheckAllocation(JsonElement allocation)
    {
        string[] parts = ["unspent", "redeemed", "returned", "lapsed"];
        Assert.All(parts, part => Assert.True(allocation.Credits(part) >= 0));
        Assert.Equal(allocation.Credits("amount"), parts.Sum(part => allocation.Credits(part)));
    }

    /// <summary>Before and after every action: no credit comes from nowhere and none is lost.</summary>
    private static void CheckAction(JsonElement action)
    {
        foreach (var side in new[] { "before", "after" })
        {
            var balances = action.GetProperty(side);
            Assert.Equal(
                balances.Credits("startingBalance") + balances.Credits("adjustments"),
                balances.Credits("currentBalance") + balances.Credits("allocatedCredits") + balances.Credits("lapsed")
            );
            Assert.All(
                balances.EnumerateObject().Where(balance => balance.Name != "adjustments"),
                balance => Assert.True(balance.Value.GetInt64() >= 0)
            );
            Assert.True(balances.Credits("redeemed") <= balances.Credits("allocatedCredits"));
        }
    }

    private static void CheckPage(JsonElement list, JsonElement page)
    {
        Assert.Equal(["perPage", "cursor", "total", "hasMore"], page.Names());
        Assert.Equal(25, page.Credits("perPage"));
        var items = list.EnumerateObject().Single(property => property.Value.ValueKind is JsonValueKind.Array).Value;
        Assert.InRange(items.GetArrayLength(), 0, (int)Math.Min(25, page.Credits("total")));
        Assert.Equal(page.GetProperty("hasMore").GetBoolean(), page.Text("cursor") is not null);
        if (page.GetProperty("hasMore").GetBoolean())
            Assert.Equal(25, items.GetArrayLength());
    }
}
