using System.Globalization;
using System.Text.Json.Nodes;
using Drawdown.Oracle.Batches;

namespace Drawdown.Simulation.Incoming;

/// <summary>
/// What clients of the Incoming side ask for: requests that make sense in the present state, and some that do not.
/// </summary>
/// <param name="crowded">Everybody spends from one client at the same time.</param>
/// <param name="many">Many small batches in one account, so that a redemption reaches its limit.</param>
public sealed class IncomingWorkload(bool crowded, bool many)
{
    private static readonly string[] Names = ["Northwind", "Contoso", "Fabrikam"];
    private static readonly string[] Users = ["ada", "bob", "eve"];
    private static readonly string[] Types =
    [
        "credit",
        "debit",
        "grant",
        "adjust",
        "allocate",
        "return",
        "redeem",
        "expire",
        "void",
    ];

    // What was answered, by its id: to be sent back, or to be named in If-Match.
    private readonly Dictionary<string, Sight> _seen = new(StringComparer.Ordinal);

    /// <summary>The next request.</summary>
    public IncomingCommand Next(IReadOnlyList<ClientBook> books, DateTimeOffset now, Chance chance)
    {
        if (books.Count == 0 || (books.Count < 4 && chance.Percent(3)))
            return new CreateClient(chance.Pick(Names));
        var book = chance.Percent(crowded || many ? 95 : 70) ? books[0] : chance.Pick(books);
        var kind = Draw(chance);
        // With fewer batches a redemption does not come near its limit.
        if (many && kind is (Kind.RedeemPooled or Kind.CreateBatch))
            kind = chance.Percent(book.Batches.Count > 27 ? 60 : 3) ? Kind.RedeemPooled : Kind.CreateBatch;
        var client = chance.Percent(2) ? Nobody(chance) : book.Client;
        // Now and then something of another client's.
        var account = many
            ? book.Accounts.FirstOrDefault()?.Id
            : Recent(chance.Percent(97) ? book.Accounts : chance.Pick(books).Accounts, chance)?.Id;
        switch (kind)
        {
            case Kind.OpenAccount:
                return OpenAccount(client, chance);
            case Kind.GetClient:
                return new GetClient(client);
            case Kind.Verify:
                return new VerifyClient(client);
            case Kind.ListAccounts:
                return new ListAccounts(client, Part(chance));
            case Kind.ListBatches:
                return new ListBatches(client, chance.Percent(50) ? account : null, Part(chance));
            case Kind.CreateBatch when account is not null || !many:
                return CreateBatch(client, many || chance.Percent(80) ? account : null, now, chance);
        }
        if (account is null)
            return OpenAccount(client, chance);
        account = chance.Percent(2) ? Nobody(chance) : account;
        switch (kind)
        {
            case Kind.GetAccount:
                return new GetAccount(account);
            case Kind.ListActions:
                return new ListActions(client, account, chance.Pick(Types), Part(chance));
            case Kind.RedeemPooled:
                return Pooled(book, account, now, chance);
        }
        if (Recent(book.Batches, chance) is not { } batch)
            return CreateBatch(client, account, now, chance);
        return OfBatch(kind, book, batch, now, chance);
    }

    /// <summary>An answer that the client heard.</summary>
    public void Heard(IncomingCommand command, HttpAnswer answer)
    {
        if (answer is not { Status: < 300, Tag: { } tag })
            return;
        var id = command switch
        {
            GetBatch one => one.Batch,
            PutBatch one => one.Batch,
            VoidBatch one => one.Batch,
            GetAllocation one => one.Allocation,
            _ => null,
        };
        if (id is not null)
            _seen[id] = new(tag, Thing(answer)!.DeepClone());
    }

    /// <summary>The part of a list that follows an answer; null when there is none.</summary>
    public static IncomingList? Following(IncomingList list, HttpAnswer answer)
    {
        if (
            answer.Status != 200
            || Thing(answer) is not JsonObject thing
            || thing["pageInfo"]!["cursor"] is not { } cursor
        )
            return null;
        var items = thing.First(field => field.Value is JsonArray).Value!.AsArray();
        var last = items[^1]!;
        return list with { Page = new(1, (last["seq"] ?? last["id"])!.ToString(), cursor.GetValue<string>()) };
    }

    /// <summary>What is read at the end, when everything has come to rest.</summary>
    public static IEnumerable<IncomingCommand> Finally(ClientBook book)
    {
        yield return new VerifyClient(book.Client);
        yield return new ListBatches(book.Client, null, null);
        yield return new ListAccounts(book.Client, new Page(1));
        foreach (var account in book.Accounts.TakeLast(3))
        {
            yield return new GetAccount(account.Id);
            yield return new ListActions(book.Client, account.Id, "debit", null);
            yield return new ListActions(book.Client, account.Id, "credit", null);
        }
        foreach (var batch in book.Batches.TakeLast(4))
        {
            yield return new ListAllocations(batch.Id, null);
            yield return new ListBatchActions(batch.Id, null);
        }
        foreach (var allocation in book.Allocations.TakeLast(4))
            yield return new GetAllocation(allocation.Id);
    }

    /// <summary>When something is going to happen: the instants at which mistakes hide.</summary>
    public static IEnumerable<DateTimeOffset> Moments(ClientBook book) =>
        book.Batches.Select(batch => batch.ExpiresOn).OfType<DateTimeOffset>();

    private Kind Draw(Chance chance) =>
        many
            ? chance.Weighted(
                (80, Kind.CreateBatch),
                (12, Kind.RedeemPooled),
                (4, Kind.Allocate),
                (3, Kind.Redeem),
                (3, Kind.ListBatches),
                (3, Kind.ListActions),
                (2, Kind.Put),
                (1, Kind.Verify)
            )
            : chance.Weighted(
                (6, Kind.OpenAccount),
                (18, Kind.CreateBatch),
                (crowded ? 40 : 22, Kind.Allocate),
                (crowded ? 30 : 16, Kind.Redeem),
                (10, Kind.Revoke),
                (crowded ? 35 : 14, Kind.RedeemPooled),
                (11, Kind.Put),
                (4, Kind.Void),
                (8, Kind.GetBatch),
                (6, Kind.GetAllocation),
                (5, Kind.GetAccount),
                (1, Kind.GetClient),
                (4, Kind.ListBatches),
                (crowded ? 9 : 3, Kind.ListAccounts),
                (4, Kind.ListAllocations),
                (4, Kind.ListActions),
                (3, Kind.ListBatchActions),
                (3, Kind.Verify)
            );

    private IncomingCommand OfBatch(Kind kind, ClientBook book, Batch batch, DateTimeOffset now, Chance chance)
    {
        var id = chance.Percent(2) ? Nobody(chance) : batch.Id;
        switch (kind)
        {
            case Kind.Put:
                return Put(id, now, chance);
            case Kind.Void:
                return new VoidBatch(id, chance.Percent(30) ? "Contract ended" : null) { Seen = Seen(id, chance) };
            case Kind.GetBatch:
                return new GetBatch(id);
            case Kind.ListAllocations:
                return new ListAllocations(id, Part(chance));
            case Kind.ListBatchActions:
                return new ListBatchActions(id, Part(chance));
        }
        if (kind is Kind.Allocate || Recent(book.Allocations, chance) is not { } allocation)
        {
            // All that there is: then nothing is left for whoever comes at the same time.
            var all = chance.Percent(crowded ? 50 : 20) ? book.Spendable(batch, now) : 0;
            return new Allocate(
                id,
                chance.Pick(Users),
                all > 0 ? all : chance.Between(1, 12),
                chance.Percent(30) ? "Course" : null
            );
        }
        var whose = chance.Percent(2) ? Nobody(chance) : allocation.Id;
        long? most = chance.Percent(40) ? Math.Max(1, book.Left(allocation)) : null;
        var (type, content) = chance.Percent(40) ? ("course", $"c{chance.Below(3)}") : ((string?)null, (string?)null);
        return kind switch
        {
            Kind.Redeem => new Redeem(whose, most ?? chance.Between(1, 8), type, content)
            {
                Seen = Seen(whose, chance),
            },
            Kind.Revoke => new Revoke(
                whose,
                chance.Percent(50) ? null : most ?? chance.Between(1, 8),
                chance.Percent(30) ? "Left" : null
            )
            {
                Seen = Seen(whose, chance),
            },
            _ => new GetAllocation(whose),
        };
    }

    private OpenAccount OpenAccount(string client, Chance chance) =>
        new(
            client,
            $"Account {chance.Below(3)}",
            chance.Percent(60) ? chance.Between(1, 100) : 0,
            chance.Percent(30) ? chance.Between(1, 40) : null,
            chance.Percent(20) && !many ? chance.Between(1, 30) : null,
            chance.Percent(40) ? "Yearly" : null
        );

    private CreateBatch CreateBatch(string client, string? account, DateTimeOffset now, Chance chance)
    {
        var setsName = chance.Percent(50);
        var setsExpiry = chance.Percent(many ? 25 : 80);
        return new(
            client,
            chance.Percent(5) ? 0 : chance.Between(1, many ? 3 : 60),
            account,
            setsName,
            setsName && chance.Percent(80) ? "Spring" : null,
            setsExpiry,
            setsExpiry ? Expiry(now, chance) : null
        );
    }

    private RedeemPooled Pooled(ClientBook book, string account, DateTimeOffset now, Chance chance)
    {
        var all = chance.Percent(
            many ? 85
            : crowded ? 60
            : 25
        )
            ? book.Batches.Where(batch => batch.Account == account).Sum(batch => book.Spendable(batch, now))
            : 0;
        var (type, content) = chance.Percent(40) ? ("course", $"c{chance.Below(3)}") : ((string?)null, (string?)null);
        return new(
            account,
            chance.Pick(Users),
            all > 0 ? all : chance.Between(1, 70),
            chance.Percent(30) ? "Course" : null,
            type,
            content
        );
    }

    private PutBatch Put(string id, DateTimeOffset now, Chance chance)
    {
        if (chance.Percent(35) && _seen.GetValueOrDefault(id) is { Thing: JsonObject whole })
            // As it was fetched, mostly; the expiry is read as it is written there.
            return new(
                id,
                true,
                chance.Percent(80) ? whole["name"]?.GetValue<string>() : "Autumn",
                true,
                whole["expiresOn"] is { } expiry
                    ? DateTimeOffset.Parse(expiry.GetValue<string>(), CultureInfo.InvariantCulture)
                    : null,
                chance.Percent(80) ? whole["currentBalance"]!.GetValue<long>() : chance.Between(0, 60),
                whole
            )
            {
                Seen = Seen(id, chance),
            };
        var (setsName, setsExpiry) = (chance.Percent(30), chance.Percent(45));
        return new(
            id,
            setsName,
            setsName && chance.Percent(80) ? $"Name {chance.Below(2)}" : null,
            setsExpiry,
            setsExpiry ? Expiry(now, chance) : null,
            chance.Percent(55) ? chance.Between(0, 60) : null,
            null
        )
        {
            Seen = Seen(id, chance),
        };
    }

    private Sight? Seen(string id, Chance chance) => chance.Percent(25) ? _seen.GetValueOrDefault(id) : null;

    private static Page? Part(Chance chance) =>
        chance.Weighted<Page?>((6, null), (2, new Page(1)), (2, new Page(2)), (1, new Page(1000)));

    private static DateTimeOffset? Expiry(DateTimeOffset now, Chance chance) =>
        chance.Weighted<DateTimeOffset?>(
            (20, null),
            (15, now + TimeSpan.FromMilliseconds(chance.Between(1, 60))),
            (20, now + TimeSpan.FromMilliseconds(chance.Between(1, 3000))),
            (15, now + TimeSpan.FromSeconds(chance.Between(3, 900))),
            // The same for many, so that the rest of the order decides.
            (15, new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero).AddHours(2)),
            (10, now + TimeSpan.FromDays(chance.Between(1, 60))),
            (5, now - TimeSpan.FromMilliseconds(chance.Between(0, 2000)))
        );

    // Mostly one of the latest: what is long gone is asked for seldom.
    private static T? Recent<T>(List<T> things, Chance chance)
        where T : class =>
        things.Count == 0 ? null
        : chance.Percent(70) ? things[things.Count - 1 - chance.Below(Math.Min(4, things.Count))]
        : things[chance.Below(things.Count)];

    private static string Nobody(Chance chance) => $"00000000-0000-8000-8000-{chance.Below(1_000_000):d12}";

    private static JsonNode? Thing(HttpAnswer answer) => JsonNode.Parse(answer.Body)?["data"]?.AsObject().First().Value;

    private enum Kind
    {
        OpenAccount,
        CreateBatch,
        Allocate,
        Redeem,
        Revoke,
        RedeemPooled,
        Put,
        Void,
        GetBatch,
        GetAllocation,
        GetAccount,
        GetClient,
        ListBatches,
        ListAccounts,
        ListAllocations,
        ListActions,
        ListBatchActions,
        Verify,
    }
}
