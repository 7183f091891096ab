using System.Globalization;
using System.Text.Json.Nodes;

namespace Drawdown.Oracle.Batches;

/// <summary>
/// One client's account as the rules say it must be: plain lists, replayed whenever a number is asked for. It knows no
/// storage and nothing of the product's code.
/// </summary>
public sealed partial class ClientBook(string client, string name, DateTimeOffset createdAt)
{
    /// <summary>The batches that one redemption from an account can draw on.</summary>
    public const int MostBatches = 24;

    private const long LargestBalance = 9_999_999_999;

    /// <summary>Whose it is.</summary>
    public string Client => client;

    /// <summary>The credit accounts, in the order in which they were opened.</summary>
    public List<Account> Accounts { get; private init; } = [];

    /// <summary>The batches, in the order in which they were created.</summary>
    public List<Batch> Batches { get; private init; } = [];

    /// <summary>The allocations, in the order in which they were made.</summary>
    public List<Allocation> Allocations { get; private init; } = [];

    /// <summary>The ledger.</summary>
    public List<Move> Moves { get; private init; } = [];

    /// <summary>A copy that goes its own way.</summary>
    public ClientBook Copy() =>
        new(client, name, createdAt)
        {
            Accounts = [.. Accounts],
            Batches = [.. Batches],
            Allocations = [.. Allocations],
            Moves = [.. Moves],
        };

    /// <summary>Does what a caller asks for, or says why not.</summary>
    /// <param name="now">When it is decided.</param>
    /// <param name="ids">The ids that the new things were given.</param>
    public Expected Do(IncomingCommand command, DateTimeOffset now, NewThings ids) =>
        command switch
        {
            GetClient => Answer("Client", Show()),
            OpenAccount open => Do(open, now, ids),
            CreateBatch create => Do(create, now, ids),
            PutBatch or VoidBatch or GetBatch or Allocate or ListAllocations or ListBatchActions => OfBatch(
                command,
                now,
                ids
            ),
            Redeem or Revoke or GetAllocation => OfAllocation(command, now),
            RedeemPooled redeem => Do(redeem, now, ids),
            GetAccount get => FindAccount(get.Account) is { } account
                ? Answer("CreditAccount", Show(account, now))
                : Missing,
            ListAccounts list => Do(list, now),
            ListBatches list => Do(list, now),
            ListActions list => Do(list),
            VerifyClient => Answer(
                "VerifyClientLedger",
                new JsonObject
                {
                    ["ok"] = true,
                    ["actions"] = Moves.Count,
                    ["headHash"] = Moves.Count == 0 ? new('0', 64) : Moves[^1].Hash,
                    ["faults"] = new JsonArray(),
                }
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of a client."),
        };

    /// <summary>What must be answered where there is nothing: there is nothing.</summary>
    public static Expected Missing { get; } = Expected.Refusal(404, "not_found");

    /// <summary>What must be answered to the request that created the client.</summary>
    public Expected Created() => Expected.Done(201, Envelope("CreateClient", Show()));

    /// <summary>Posts what lapsed in a batch that has expired.</summary>
    /// <returns>False when nothing has.</returns>
    public bool Lapse(string batch, DateTimeOffset now)
    {
        if (FindBatch(batch) is not { } found || Status(found, now) != "expired" || Total(found).Open == 0)
            return false;
        Post(found, "expire", Total(found).Open, found.ExpiresOn!.Value, now, "Expired");
        return true;
    }

    /// <summary>Whether something has lapsed and is not posted.</summary>
    public bool IsOverdue(DateTimeOffset now) =>
        Batches.Exists(batch => Status(batch, now) == "expired" && Total(batch).Open > 0);

    /// <summary>Writes down the hashes of the latest moves, as they were computed anew.</summary>
    public void Seal(IReadOnlyList<string> hashes)
    {
        for (var at = 1; at <= hashes.Count; at++)
            Moves[^at] = Moves[^at] with { Hash = hashes[^at] };
    }

    /// <summary>A batch by its id.</summary>
    public Batch? FindBatch(string id) => Batches.Find(batch => batch.Id == id);

    /// <summary>A credit account by its id.</summary>
    public Account? FindAccount(string id) => Accounts.Find(account => account.Id == id);

    /// <summary>An allocation by its id.</summary>
    public Allocation? FindAllocation(string id) => Allocations.Find(allocation => allocation.Id == id);

    /// <summary>Where a batch's credits are by what is written down.</summary>
    public Places Total(Batch batch) =>
        Moves
            .Where(move => move.Batch == batch.Id)
            .Aggregate(default(Places), (places, move) => places.After(move.Type, move.Amount));

    /// <summary>When a batch was last changed.</summary>
    public DateTimeOffset ChangedAt(Batch batch) =>
        Moves.Where(move => move.Batch == batch.Id).Select(move => move.EffectiveAt).Append(batch.EditedAt).Max();

    /// <summary>When a batch was voided; null: it was not.</summary>
    public DateTimeOffset? VoidedAt(Batch batch) =>
        Moves.Find(move => move.Batch == batch.Id && move.Type == "void")?.EffectiveAt;

    /// <summary>What can be allocated of a batch, or redeemed from its account.</summary>
    public long Spendable(Batch batch, DateTimeOffset now) => At(batch, now).Current;

    /// <summary>The sum of an allocation's moves of one type.</summary>
    public long Sum(Allocation allocation, string type) =>
        Moves.Where(move => move.Allocation == allocation.Id && move.Type == type).Sum(move => move.Amount);

    /// <summary>What of an allocation is neither redeemed nor returned.</summary>
    public long Left(Allocation allocation) =>
        Sum(allocation, "allocate") - Sum(allocation, "redeem") - Sum(allocation, "return");

    /// <summary>When an allocation was last changed by a move of its own.</summary>
    public DateTimeOffset ChangedAt(Allocation allocation) =>
        Moves.FindLast(move => move.Allocation == allocation.Id && move.Type != "allocate")?.EffectiveAt
        ?? allocation.CreatedAt;

    private Expected Do(OpenAccount open, DateTimeOffset now, NewThings ids)
    {
        if (open.StartingBalance > 0 && open.StartingBalance < open.Minimum)
            return Expected.Refusal(422, "below_minimum_batch_amount");
        var account = new Account(ids.Account, open.Name, open.Days, open.Minimum, open.BatchName, now);
        Accounts.Add(account);
        if (open.StartingBalance > 0)
            Create(account, open.StartingBalance, open.BatchName, now + Days(open.Days), now, ids);
        return Expected.Done(201, Envelope("APICreateCreditAccount", Show(account, now)));
    }

    private Expected Do(CreateBatch create, DateTimeOffset now, NewThings ids)
    {
        var account = create.Account is null ? null : FindAccount(create.Account);
        if (create.Account is not null && account is null)
            return Expected.Refusal(422, "account_client_mismatch");
        if (create.StartingBalance < account?.Minimum)
            return Expected.Refusal(422, "below_minimum_batch_amount");
        if (create.SetsExpiry && create.ExpiresOn <= now)
            return Expected.Refusal(422, "invalid_expires_on");
        var batch = Create(
            account,
            create.StartingBalance,
            create.SetsName ? create.Name : account?.BatchName,
            create.SetsExpiry ? create.ExpiresOn : now + Days(account?.Days),
            now,
            ids
        );
        return Expected.Done(201, Envelope("CreateCreditBatch", Show(batch, now)));
    }

    private Batch Create(
        Account? account,
        long amount,
        string? batchName,
        DateTimeOffset? expiry,
        DateTimeOffset now,
        NewThings ids
    )
    {
        var batch = new Batch(ids.Batch, account?.Id, batchName, expiry, now, now);
        Batches.Add(batch);
        Post(batch, "grant", amount, now, now, null);
        return batch;
    }

    private Expected OfBatch(IncomingCommand command, DateTimeOffset now, NewThings ids)
    {
        var id = command switch
        {
            PutBatch one => one.Batch,
            VoidBatch one => one.Batch,
            GetBatch one => one.Batch,
            Allocate one => one.Batch,
            ListAllocations one => one.Batch,
            ListBatchActions one => one.Batch,
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of a batch."),
        };
        if (FindBatch(id) is not { } batch)
            return Missing;
        if (command.Seen is { } seen && !IsStill(seen, Show(batch, now)))
            return Expected.Refusal(412, "precondition_failed");
        return command switch
        {
            PutBatch put => Do(put, batch, now),
            VoidBatch voiding => Do(voiding, batch, now),
            Allocate allocate => Do(allocate, batch, now, ids),
            ListAllocations list => Do(list, batch, now),
            ListBatchActions list => Listed(
                "CreditBatchActions",
                "creditActions",
                Actions(move => move.Batch == id),
                list.Page,
                ("creditBatchId", id)
            ),
            _ => Answer("CreditBatch", Show(batch, now)),
        };
    }

    private Expected Do(PutBatch put, Batch batch, DateTimeOffset now)
    {
        var edited = batch with
        {
            Name = put.SetsName ? put.Name : batch.Name,
            ExpiresOn = put.SetsExpiry ? put.ExpiresOn : batch.ExpiresOn,
        };
        var delta = put.CurrentBalance - Spendable(batch, now) ?? 0;
        if (edited == batch && delta == 0)
            return Answer("UpdateCreditBatch", Show(batch, now));
        if (Status(batch, now) != "active")
            return Expected.Refusal(409, "batch_not_active");
        if (edited.ExpiresOn != batch.ExpiresOn && edited.ExpiresOn <= now)
            return Expected.Refusal(422, "invalid_expires_on");
        if (delta != 0 && put.CurrentBalance > LargestBalance)
            return Expected.Refusal(422, "invalid_balance");
        edited = edited with { EditedAt = Later(now, ChangedAt(batch)) };
        Batches[Batches.IndexOf(batch)] = edited;
        if (delta != 0)
            Post(edited, "adjust", delta, now, now, "Balance set");
        return Expected.Done(200, Envelope("UpdateCreditBatch", Show(edited, now)));
    }

    private Expected Do(VoidBatch voiding, Batch batch, DateTimeOffset now)
    {
        if (Status(batch, now) != "active")
            return Answer("VoidCreditBatch", Show(batch, now));
        Post(batch, "void", Total(batch).Open, now, now, voiding.Reason ?? "Voided");
        return Expected.Done(200, Envelope("VoidCreditBatch", Show(batch, now)));
    }

    private Expected Do(Allocate allocate, Batch batch, DateTimeOffset now, NewThings ids)
    {
        if (Status(batch, now) != "active")
            return Expected.Refusal(409, "batch_not_active");
        if (Spendable(batch, now) < allocate.Amount)
            return Insufficient(allocate.Amount, Spendable(batch, now));
        var allocation = Give(batch, allocate.User, allocate.Amount, allocate.Note, now, ids);
        return Expected.Done(201, Both("AllocateCredits", allocation, batch, now));
    }

    private Allocation Give(Batch batch, string user, long amount, string? note, DateTimeOffset now, NewThings ids)
    {
        var allocation = new Allocation(ids.AllocationIn(batch.Id), batch.Id, user, note, now);
        Allocations.Add(allocation);
        Post(batch, "allocate", amount, now, now, note, allocation);
        return allocation;
    }

    private Expected OfAllocation(IncomingCommand command, DateTimeOffset now)
    {
        var id = command switch
        {
            Redeem one => one.Allocation,
            Revoke one => one.Allocation,
            GetAllocation one => one.Allocation,
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of an allocation."),
        };
        if (FindAllocation(id) is not { } allocation)
            return Missing;
        if (command.Seen is { } seen && !IsStill(seen, Show(allocation, now)))
            return Expected.Refusal(412, "precondition_failed");
        var batch = FindBatch(allocation.Batch)!;
        var left = Left(allocation);
        switch (command)
        {
            case Redeem redeem:
                var unspent = Status(batch, now) == "active" ? left : 0;
                if (unspent < redeem.Amount)
                    return Insufficient(redeem.Amount, unspent);
                Post(batch, "redeem", redeem.Amount, now, now, null, allocation, redeem.ContentType, redeem.ContentId);
                return Expected.Done(200, Both("RedeemCreditAllocation", allocation, batch, now));
            case Revoke revoke:
                var asked = revoke.Amount ?? left;
                if (asked > left)
                    return Insufficient(asked, left);
                // What lapsed with its batch does not come back.
                if (asked == 0 || Status(batch, now) != "active")
                    return new(200, null, Both("RevokeCreditAllocation", allocation, batch, now), false);
                Post(batch, "return", asked, now, now, revoke.Reason, allocation);
                return Expected.Done(200, Both("RevokeCreditAllocation", allocation, batch, now));
            default:
                return Answer("CreditAllocation", Show(allocation, now));
        }
    }

    private Expected Do(RedeemPooled redeem, DateTimeOffset now, NewThings ids)
    {
        if (FindAccount(redeem.Account) is not { } account)
            return Missing;
        var candidates = Drawable(account, now);
        var available = candidates.Sum(batch => Spendable(batch, now));
        if (available < redeem.Amount)
            return Insufficient(redeem.Amount, available);
        if (candidates.Take(MostBatches).Sum(batch => Spendable(batch, now)) < redeem.Amount)
            return Expected.Refusal(422, "invalid_amount");
        var draws = new JsonArray();
        var left = redeem.Amount;
        foreach (var batch in candidates)
        {
            var part = Math.Min(left, Spendable(batch, now));
            if (part == 0)
                break;
            left -= part;
            var allocation = Give(batch, redeem.User, part, redeem.Note, now, ids);
            Post(batch, "redeem", part, now, now, null, allocation, redeem.ContentType, redeem.ContentId);
            draws.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["creditBatchId"] = batch.Id,
                        ["allocationId"] = allocation.Id,
                        ["amount"] = part,
                    }
            );
        }
        return Expected.Done(
            200,
            Envelope(
                "RedeemAccountCredits",
                new JsonObject
                {
                    ["amount"] = redeem.Amount,
                    ["draws"] = draws,
                    ["creditAccount"] = Show(account, now),
                }
            )
        );
    }

    /// <summary>What can be drawn of an account, in order: soonest expiry first and never-expiring last, then the earlier creation, then the id.</summary>
    private List<Batch> Drawable(Account account, DateTimeOffset now)
    {
        var found = Batches.FindAll(batch => batch.Account == account.Id && Spendable(batch, now) > 0);
        found.Sort(
            (one, other) =>
            {
                if (one.ExpiresOn != other.ExpiresOn)
                {
                    if (one.ExpiresOn is null)
                        return 1;
                    if (other.ExpiresOn is null)
                        return -1;
                    return one.ExpiresOn < other.ExpiresOn ? -1 : 1;
                }
                if (one.CreatedAt != other.CreatedAt)
                    return one.CreatedAt < other.CreatedAt ? -1 : 1;
                return string.CompareOrdinal(one.Id, other.Id);
            }
        );
        return found;
    }

    private void Post(
        Batch batch,
        string type,
        long amount,
        DateTimeOffset effective,
        DateTimeOffset now,
        string? reason,
        Allocation? allocation = null,
        string? contentType = null,
        string? contentId = null
    ) =>
        // What happens to one batch counts in its order.
        Moves.Add(
            new(
                type,
                batch.Id,
                amount,
                allocation?.Id,
                contentType,
                contentId,
                reason,
                Later(effective, ChangedAt(batch)),
                now
            )
        );

    /// <summary>
    /// A batch is seen no earlier than its last change, so that a clock that is late does not open again what another one has
    /// closed.
    /// </summary>
    private string Status(Batch batch, DateTimeOffset now) =>
        VoidedAt(batch) is not null ? "voided"
        : batch.ExpiresOn <= Later(now, ChangedAt(batch)) ? "expired"
        : "active";

    /// <summary>Where a batch's credits are, whether or not what lapsed is written down.</summary>
    private Places At(Batch batch, DateTimeOffset now) =>
        Status(batch, now) == "expired" ? Total(batch).After("expire", Total(batch).Open) : Total(batch);

    private static bool IsStill(Sight seen, JsonObject thing) =>
        JsonNode.DeepEquals(seen.Thing, JsonNode.Parse(thing.ToJsonString()));

    private static Expected Insufficient(long asked, long there) =>
        Expected.Refusal(
            409,
            "insufficient_credits",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{asked} credits were asked for, {there} are there. Nothing changed."
            )
        );

    private static TimeSpan? Days(int? days) => days is { } number ? TimeSpan.FromDays(number) : null;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
