using System.Globalization;
using System.Text.Json.Nodes;
using Drawdown.Oracle.Batches;

namespace Drawdown.Simulation.Incoming;

/// <summary>Commands as requests to the Incoming side of the API.</summary>
public static class IncomingCalls
{
    private const string Clients = "/incoming/v2/clients";

    /// <summary>The request of a command.</summary>
    public static HttpCall Of(IncomingCommand command, string? key) =>
        command switch
        {
            CreateClient create => Post("", key, ("name", create.Name)),
            OpenAccount open => Post(
                $"/{open.Client}/creditAccounts",
                key,
                ("name", open.Name),
                ("startingBalance", open.StartingBalance),
                ("batchDaysUntilExpire", open.Days),
                ("minimumBatchAmount", open.Minimum),
                ("creditBatchName", open.BatchName)
            ),
            CreateBatch create => Create(create, key),
            PutBatch put => Put(put, key),
            VoidBatch voiding => Post($"/creditBatches/{voiding.Batch}/void", key, ("reason", voiding.Reason)),
            Allocate allocate => Post(
                $"/creditBatches/{allocate.Batch}/allocations",
                key,
                ("userId", allocate.User),
                ("amount", allocate.Amount),
                ("note", allocate.Note)
            ),
            Redeem redeem => Post(
                $"/creditAllocations/{redeem.Allocation}/redeem",
                key,
                ("amount", redeem.Amount),
                ("contentType", redeem.ContentType),
                ("contentId", redeem.ContentId)
            ),
            Revoke revoke => Post(
                $"/creditAllocations/{revoke.Allocation}/revoke",
                key,
                ("amount", revoke.Amount),
                ("reason", revoke.Reason)
            ),
            RedeemPooled redeem => Post(
                $"/creditAccounts/{redeem.Account}/redeem",
                key,
                ("userId", redeem.User),
                ("amount", redeem.Amount),
                ("note", redeem.Note),
                ("contentType", redeem.ContentType),
                ("contentId", redeem.ContentId)
            ),
            GetClient get => Get($"/{get.Client}"),
            VerifyClient verify => Get($"/{verify.Client}/ledger/verify"),
            GetAccount get => Get($"/creditAccounts/{get.Account}"),
            GetBatch get => Get($"/creditBatches/{get.Batch}"),
            GetAllocation get => Get($"/creditAllocations/{get.Allocation}"),
            ListAccounts list => Get($"/{list.Client}/creditAccounts", list.Page),
            ListBatches list => Get($"/{list.Client}/creditBatches", list.Page, ("creditAccountId", list.Account)),
            ListAllocations list => Get($"/creditBatches/{list.Batch}/allocations", list.Page),
            ListActions list => Get(
                $"/{list.Client}/creditAccount/{list.Account}/creditActions",
                list.Page,
                ("actionType", list.Type)
            ),
            ListBatchActions list => Get($"/creditBatches/{list.Batch}/creditActions", list.Page),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of this side."),
        } with
        {
            IfMatch = command.Seen?.Tag,
        };

    private static HttpCall Create(CreateBatch create, string? key)
    {
        var body = new JsonObject { ["startingBalance"] = create.StartingBalance };
        if (create.Account is not null)
            body["creditAccountId"] = create.Account;
        if (create.SetsName)
            body["name"] = create.Name;
        if (create.SetsExpiry)
            body["expiresOn"] = LotusCalls.Text(create.ExpiresOn);
        return new("POST", $"{Clients}/{create.Client}/creditBatches", body.ToJsonString(), key);
    }

    private static HttpCall Put(PutBatch put, string? key)
    {
        var body = put.Whole?.DeepClone().AsObject() ?? [];
        if (put.SetsName)
            body["name"] = put.Name;
        // What was fetched is sent back as it is written.
        if (put.SetsExpiry && put.Whole is null)
            body["expiresOn"] = LotusCalls.Text(put.ExpiresOn);
        if (put.CurrentBalance is { } balance)
            body["currentBalance"] = balance;
        return new("PUT", $"{Clients}/creditBatches/{put.Batch}", body.ToJsonString(), key);
    }

    private static HttpCall Get(string path, Page? page = null, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var parts = new List<string>();
        foreach (var (name, value) in query)
            if (value is not null)
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        if (page?.Cursor is { } cursor)
            parts.Add($"cursor={Uri.EscapeDataString(cursor)}");
        else if (page is not null)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"page={page.Number}"));
        return new("GET", Clients + path + (parts.Count == 0 ? "" : "?" + string.Join('&', parts)), null, null);
    }

    private static HttpCall Post(string path, string? key, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var body = new JsonObject();
        foreach (var (name, value) in fields)
            if (value is not null)
                body[name] = value switch
                {
                    string text => text,
                    long number => number,
                    int number => number,
                    _ => throw new ArgumentOutOfRangeException(nameof(fields), value, "Not a field's value."),
                };
        return new("POST", Clients + path, body.ToJsonString(), key);
    }
}
