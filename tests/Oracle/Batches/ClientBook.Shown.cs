using System.Globalization;
using System.Text.Json.Nodes;

namespace Drawdown.Oracle.Batches;

/// <summary>What must be shown.</summary>
public sealed partial class ClientBook
{
    private const int PerPage = 25;

    private static Expected Answer(string operation, JsonNode thing) => Expected.Unchanged(Envelope(operation, thing));

    private static JsonObject Envelope(string operation, JsonNode thing) =>
        new() { ["data"] = new JsonObject { [operation] = thing } };

    private JsonObject Both(string operation, Allocation allocation, Batch batch, DateTimeOffset now) =>
        Envelope(
            operation,
            new JsonObject { ["allocation"] = Show(allocation, now), ["creditBatch"] = Show(batch, now) }
        );

    private JsonObject Show() =>
        new()
        {
            ["id"] = client,
            ["name"] = name,
            ["createdAt"] = Text(createdAt),
        };

    private JsonObject Show(Account account, DateTimeOffset now)
    {
        var own = Batches.FindAll(batch => batch.Account == account.Id);
        return new()
        {
            ["id"] = account.Id,
            ["clientId"] = client,
            ["name"] = account.Name,
            ["type"] = "client",
            ["currentBalance"] = own.Sum(batch => Spendable(batch, now)),
            ["status"] = "active",
            ["batchDaysUntilExpire"] = account.Days,
            ["minimumBatchAmount"] = account.Minimum,
            ["creditBatchName"] = account.BatchName,
            ["createdAt"] = Text(account.CreatedAt),
            ["updatedAt"] = Text(own.Select(batch => ShownChange(batch, now)).Append(account.CreatedAt).Max()),
        };
    }

    private JsonObject Show(Batch batch, DateTimeOffset now)
    {
        var places = At(batch, now);
        return new()
        {
            ["id"] = batch.Id,
            ["name"] = batch.Name,
            ["expiresOn"] = Text(batch.ExpiresOn),
            ["startingBalance"] = places.Starting,
            ["currentBalance"] = places.Current,
            ["clientId"] = client,
            ["status"] = Status(batch, now),
            ["createdAt"] = Text(batch.CreatedAt),
            ["updatedAt"] = Text(ShownChange(batch, now)),
            ["creditAccountId"] = batch.Account,
            ["allocatedCredits"] = places.Unspent + places.Redeemed,
        };
    }

    private JsonObject Show(Allocation allocation, DateTimeOffset now)
    {
        var batch = FindBatch(allocation.Batch)!;
        var left = Left(allocation);
        var isOpen = Status(batch, now) == "active";
        return new()
        {
            ["id"] = allocation.Id,
            ["clientId"] = client,
            ["creditAccountId"] = batch.Account,
            ["creditBatchId"] = allocation.Batch,
            ["userId"] = allocation.User,
            ["amount"] = Sum(allocation, "allocate"),
            ["unspent"] = isOpen ? left : 0,
            ["redeemed"] = Sum(allocation, "redeem"),
            ["returned"] = Sum(allocation, "return"),
            ["lapsed"] = isOpen ? 0 : left,
            ["note"] = allocation.Note,
            ["createdAt"] = Text(allocation.CreatedAt),
            ["updatedAt"] = Text(!isOpen && left > 0 ? ShownChange(batch, now) : ChangedAt(allocation)),
        };
    }

    // An expiry is a change, at the instant of the expiry.
    private DateTimeOffset ShownChange(Batch batch, DateTimeOffset now) =>
        Status(batch, now) == "expired" ? Later(batch.ExpiresOn!.Value, ChangedAt(batch)) : ChangedAt(batch);

    private Expected Do(ListAccounts list, DateTimeOffset now) =>
        Listed(
            "CreditAccounts",
            "creditAccounts",
            [
                .. Accounts
                    .OrderByDescending(account => account.CreatedAt)
                    .ThenByDescending(account => account.Id, StringComparer.Ordinal)
                    .Select(account => (account.Id, (JsonNode)Show(account, now))),
            ],
            list.Page,
            ("clientId", client)
        );

    private Expected Do(ListBatches list, DateTimeOffset now) =>
        list.Account is not null && FindAccount(list.Account) is null
            ? Expected.Refusal(422, "account_client_mismatch")
            : Listed(
                "APICreditBatchesByClientAndCreditAccount",
                "creditBatches",
                [
                    .. Batches
                        .Where(batch => list.Account is null || batch.Account == list.Account)
                        .OrderByDescending(batch => batch.CreatedAt)
                        .ThenByDescending(batch => batch.Id, StringComparer.Ordinal)
                        .Select(batch => (batch.Id, (JsonNode)Show(batch, now))),
                ],
                list.Page,
                ("clientId", client),
                ("creditAccountId", list.Account)
            );

    private Expected Do(ListAllocations list, Batch batch, DateTimeOffset now) =>
        Listed(
            "CreditAllocations",
            "creditAllocations",
            [
                .. Allocations
                    .Where(allocation => allocation.Batch == batch.Id)
                    .OrderByDescending(allocation => allocation.CreatedAt)
                    .ThenByDescending(allocation => allocation.Id, StringComparer.Ordinal)
                    .Select(allocation => (allocation.Id, (JsonNode)Show(allocation, now))),
            ],
            list.Page,
            ("creditBatchId", batch.Id)
        );

    private Expected Do(ListActions list)
    {
        if (FindAccount(list.Account) is null)
            return Missing;
        bool IsAsked(Move move) =>
            list.Type switch
            {
                "credit" => move.Type is "grant" or "return" || (move.Type == "adjust" && move.Amount >= 0),
                "debit" => move.Type is "allocate" or "redeem" or "expire" or "void"
                    || (move.Type == "adjust" && move.Amount < 0),
                _ => move.Type == list.Type,
            };
        return Listed(
            "APICreditActionsByClientIdAndAccountIdAndActionType",
            "creditActions",
            Actions(move => FindBatch(move.Batch)!.Account == list.Account && IsAsked(move)),
            list.Page,
            ("clientId", client),
            ("creditAccountId", list.Account)
        );
    }

    /// <summary>One page of a list, by number or after the last item that was seen.</summary>
    private static Expected Listed(
        string operation,
        string listName,
        List<(string Id, JsonNode Item)> all,
        Page? page,
        params ReadOnlySpan<(string Name, string? Value)> beside
    )
    {
        var from = page?.After is { } after
            ? all.FindIndex(item => item.Id == after) + 1
            : ((page?.Number ?? 1) - 1) * PerPage;
        var items = all.Skip(from).Take(PerPage).Select(item => item.Item).ToList();
        var hasMore = all.Count > from + PerPage;
        var info = new JsonObject
        {
            ["perPage"] = PerPage,
            ["total"] = all.Count,
            ["hasMore"] = hasMore,
        };
        // Where there is more, the cursor is the service's own.
        if (!hasMore)
            info["cursor"] = null;
        var thing = new JsonObject { [listName] = new JsonArray([.. items]), ["pageInfo"] = info };
        foreach (var (field, value) in beside)
            thing[field] = value;
        return Answer(operation, thing);
    }

    /// <summary>The moves, newest first, each with what it found and what it left.</summary>
    private List<(string Id, JsonNode Item)> Actions(Func<Move, bool> isAsked)
    {
        var places = new Dictionary<string, Places>();
        var counts = new Dictionary<string, int>();
        var held = new Dictionary<string, long>();
        var found = new List<(string, JsonNode)>();
        for (var at = 0; at < Moves.Count; at++)
        {
            var move = Moves[at];
            var before = places.GetValueOrDefault(move.Batch);
            var after = places[move.Batch] = before.After(move.Type, move.Amount);
            counts[move.Batch] = counts.GetValueOrDefault(move.Batch) + 1;
            var heldBefore = move.Allocation is null ? 0 : held.GetValueOrDefault(move.Allocation);
            var heldAfter = heldBefore + (move.Type == "allocate" ? move.Amount : -move.Amount);
            if (move.Allocation is not null)
                held[move.Allocation] = heldAfter;
            if (!isAsked(move))
                continue;
            var seq = at + 1;
            var item = Show(move, before, after, heldBefore, heldAfter);
            item["seq"] = seq;
            item["ordinal"] = counts[move.Batch];
            item["previousHash"] = at == 0 ? new('0', 64) : Moves[at - 1].Hash;
            found.Add((seq.ToString(CultureInfo.InvariantCulture), item));
        }
        found.Reverse();
        return found;
    }

    private JsonObject Show(Move move, Places before, Places after, long heldBefore, long heldAfter)
    {
        var allocation = move.Allocation is null ? null : FindAllocation(move.Allocation);
        var ofBatch = new Side(move.Batch, "creditBatch", before.Current, after.Current);
        var ofUser = new Side(move.Allocation, "creditAllocation", heldBefore, heldAfter);
        var nowhere = new Side(null, null, null, null);
        var (source, target) = move.Type switch
        {
            "allocate" => (ofBatch, ofUser),
            "return" => (ofUser, ofBatch),
            "redeem" => (ofUser, new Side(move.ContentId, move.ContentType, null, null)),
            "expire" or "void" => (ofBatch, nowhere),
            _ => (nowhere, ofBatch),
        };
        var account = FindBatch(move.Batch)!.Account;
        return new()
        {
            ["client"] = client,
            ["action"] = move.Type,
            ["amount"] = move.Amount,
            ["target"] = target.Id,
            ["targetType"] = target.Type,
            ["targetBalanceIn"] = target.In,
            ["targetBalanceOut"] = target.Out,
            ["initiatorType"] = move.Type == "expire" ? "timer" : "apiKey",
            ["creditAccountName"] = account is null ? null : FindAccount(account)!.Name,
            ["source"] = source.Id,
            ["sourceType"] = source.Type,
            ["sourceBalanceIn"] = source.In,
            ["sourceBalanceOut"] = source.Out,
            ["timestamp"] = Text(move.EffectiveAt),
            ["updatedAt"] = Text(move.RecordedAt),
            ["creditBatchId"] = move.Batch,
            ["creditAllocationId"] = move.Allocation,
            ["userId"] = allocation?.User,
            ["reason"] = move.Reason,
            ["before"] = Show(before),
            ["after"] = Show(after),
            ["hash"] = move.Hash,
        };
    }

    private static JsonObject Show(Places places) =>
        new()
        {
            ["startingBalance"] = places.Starting,
            ["adjustments"] = places.Adjusted,
            ["currentBalance"] = places.Current,
            ["allocatedCredits"] = places.Unspent + places.Redeemed,
            ["redeemed"] = places.Redeemed,
            ["lapsed"] = places.Lapsed,
        };

    private static string? Text(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private sealed record Side(string? Id, string? Type, long? In, long? Out);
}
