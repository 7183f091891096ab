using System.Text.Json;
using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.ApiKeys;
using Drawdown.Storage.Idempotency;
using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api;

/// <summary>
/// One authenticated call: who, when, what was sent, and the ways to answer. A function reads its input first, stops at
/// <see cref="Failure"/>, and then reads or writes one account.
/// </summary>
public sealed class ApiCall(
    ApiContext context,
    IApiSide side,
    HttpRequest request,
    string route,
    ApiKey key,
    Provenance by,
    CancellationToken cancellation
)
{
    private readonly Faults _faults = new();
    private readonly List<string> _path = [];
    private ApiError? _bodyError;
    private Fields? _fields;
    private Query? _query;
    private string _bodyHash = "";
    private string? _idempotencyKey;

    /// <summary>The caller's organization, from its API key.</summary>
    public OrganizationId Organization => key.Organization;

    /// <summary>What people call the caller's organization.</summary>
    public string OrganizationName => key.OrganizationName;

    /// <summary>Who calls, and when.</summary>
    public Provenance By => by;

    /// <summary>The instant at which the request is decided, in whole milliseconds.</summary>
    public DateTimeOffset Now => by.Now;

    /// <summary>Ends with the call's time limit.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>The query's parameters.</summary>
    public Query Query => _query ??= new(request, _faults);

    /// <summary>The faults found so far.</summary>
    public Faults Faults => _faults;

    /// <summary>Why the call cannot go on, with all its faults at once; null when it can.</summary>
    public Reply? Failure
    {
        get
        {
            if (_bodyError is not null)
                return _bodyError;
            if (!side.IgnoresUnknownFields)
                _fields?.RefuseUnknown();
            _query?.RefuseUnknown();
            if (_faults.Refusal is { } refusal)
                return refusal;
            return null;
        }
    }

    /// <summary>A path parameter as text. The host decodes everything but an encoded slash.</summary>
    public string Path(string value)
    {
        var decoded = Decoded(value);
        _path.Add(decoded);
        return decoded;
    }

    /// <summary>A path parameter that is an id of this service.</summary>
    /// <param name="attribute">What the parameter is called, should it be malformed.</param>
    public TId PathId<TId>(string value, string attribute)
        where TId : struct, IRoutedId<TId>
    {
        if (RoutedId.TryParse<TId>(Path(value), out var id))
            return id;
        _faults.Add(FaultCode.Invalid, $"Not an id of the form {TId.Prefix} and 32 hex digits.", attribute);
        return default;
    }

    /// <summary>A path parameter that is an id of the Incoming side.</summary>
    public TId PathUuid<TId>(string value, string attribute = "id")
        where TId : struct, IRoutedUuid<TId>
    {
        if (RoutedUuid.TryParse(value, out var uuid))
        // One spelling of an id is one path: an idempotency key must not tell them apart.
        {
            Path(uuid.ToString());
            return TId.From(uuid);
        }
        _faults.Add(FaultCode.Invalid, "Not a UUID.", attribute);
        return default;
    }

    /// <summary>A path parameter that is the id of a client.</summary>
    public ClientId PathClient(string value)
    {
        if (ClientId.TryParse(value, out var id))
            Path(id.ToString());
        else
            _faults.Add(FaultCode.Invalid, "Not a UUID.", "id");
        return id;
    }

    /// <summary>Reads the body, and the idempotency key beside it.</summary>
    public async Task<Fields> Body()
    {
        (var body, _bodyError) = await JsonBody.Read(request, cancellation);
        _bodyHash = CanonicalJson.Hash(body);
        _idempotencyKey = IdempotencyKeyHeader.Read(request, _faults);
        return _fields = new(body, _faults);
    }

    /// <summary>Reads the page parameters of a list, whose filters must have been read before.</summary>
    public async Task<Page> Page() => new(Query.Limit(), await Cursor());

    /// <summary>The position that a page follows; null when no cursor is given, or a faulty one.</summary>
    public async Task<string?> Cursor()
    {
        if (Query.OptionalText("cursor") is not { } cursor)
            return null;
        if (await context.Cursors.Read(cursor, Scope(), cancellation) is { } position)
            return position;
        _faults.Add(FaultCode.Invalid, "Not a cursor of this list with these filters.", "cursor");
        return null;
    }

    /// <summary>The cursor of a position in this list.</summary>
    public Task<string> Sign(string position) => context.Cursors.Sign(position, Scope(), cancellation);

    /// <summary>The account of a customer.</summary>
    public AccountAddress Customer(string customerId) =>
        new(Organization, AccountRoute.Of(Organization, AccountKind.Customer, customerId));

    /// <summary>The account of a client.</summary>
    public AccountAddress Client(ClientId id) =>
        new(Organization, AccountRoute.Of(Organization, AccountKind.Client, id.ToString()));

    /// <summary>The account that an id leads to.</summary>
    public AccountAddress Account(RoutedHex id) => new(Organization, id.Account);

    /// <summary>The account that an id leads to.</summary>
    public AccountAddress Account(RoutedUuid id) => new(Organization, id.Account);

    /// <summary>A new id in an account.</summary>
    public RoutedHex NewId(AccountAddress account) => RoutedHex.Mint(account.Route, Now, context.Entropy.Bits());

    /// <summary>A new id in a client's account.</summary>
    public RoutedUuid NewUuid(AccountAddress account) => RoutedUuid.Mint(account.Route, Now, NewBits());

    /// <summary>31 random bits, for ids that a decision makes.</summary>
    public int NewBits() => context.Entropy.Bits();

    /// <summary>
    /// A new text of 32 hex digits. Under an idempotency key it follows from the key, so that a request that is sent again
    /// leads to the same account.
    /// </summary>
    public string NewName() =>
        IdempotencyKey() is { } stored
            ? LedgerHash.Digest("name", Organization.ToString(), stored.Hash)[..32]
            : context.Entropy.Hex(32);

    /// <summary>Reads an account.</summary>
    public AccountSnapshot Snapshot(AccountAddress account) => new(context.Tables, account);

    /// <summary>Changes an account, exactly once per idempotency key.</summary>
    public Task<Reply> Write(
        AccountAddress account,
        Func<AccountSnapshot, CancellationToken, Task<Outcome<Decided>>> decide,
        params AgendaItem[] due
    ) => Write(account, decide, () => Task.CompletedTask, due);

    /// <summary>
    /// Changes an account, exactly once per idempotency key. What fell due before and is not posted yet is posted first, as a
    /// timer would have done.
    /// </summary>
    public async Task<Reply> Write(
        AccountAddress account,
        Func<AccountSnapshot, CancellationToken, Task<Outcome<Decided>>> decide,
        Func<Task> postOverdue,
        params AgendaItem[] due
    )
    {
        var operation = new WriteOperation(account, by, IdempotencyKey()) { Due = due };
        var outcome = await context.Writer.Write(operation, decide, cancellation);
        if (outcome is Outcome<Written>.Refused { Refusal: Refusal.Overdue })
        {
            await postOverdue();
            outcome = await context.Writer.Write(operation, decide, cancellation);
        }
        return outcome switch
        {
            Outcome<Written>.Accepted { Value: var written } => new Reply.Success(written.Answer, written.Replayed),
            Outcome<Written>.Refused { Refusal: var refusal } => refusal,
            _ => throw new InvalidOperationException("An outcome is accepted or refused."),
        };
    }

    /// <summary>Whether <c>If-Match</c> lets a write go ahead on what is represented by this answer.</summary>
    public bool Matches(StoredAnswer current) => EntityTag.AllowsWrite(request, current.ETag!);

    /// <summary>A page of a list.</summary>
    /// <param name="all">The whole list, descending by <paramref name="position"/> in ordinal order.</param>
    public Task<Reply> List<T>(Page page, IEnumerable<T> all, Func<T, string> position, Action<Utf8JsonWriter, T> write)
    {
        var (items, next) = page.Of(all, position);
        return List(JsonText.Write(json => json.Objects(items, item => write(json, item))), page, next);
    }

    /// <summary>A page of a list: its bytes, and the link to the next one.</summary>
    public async Task<Reply> List(byte[] body, Page page, string? next)
    {
        var answer = new StoredAnswer(StatusCodes.Status200OK, body, null, null);
        if (next is null)
            return new Reply.Success(answer);
        var cursor = await Sign(next);
        var query = QueryString.Create([
            .. Filters(),
            new("limit", page.Limit.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("cursor", cursor),
        ]);
        return new Reply.Success(answer, Next: request.PathBase + Here() + query);
    }

    // Encoded anew. PathString would leave what looks encoded as it is, and the link of a customer called "%41" would lead
    // to the one called "A".
    private string Here() =>
        string.Join('/', request.Path.Value!.Split('/').Select(segment => Uri.EscapeDataString(Decoded(segment))));

    private static string Decoded(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private IdempotencyKey? IdempotencyKey() =>
        _idempotencyKey is null
            ? null
            : Storage.Idempotency.IdempotencyKey.Of(
                route,
                _idempotencyKey,
                LedgerHash.Digest([route, .. _path, _bodyHash])
            );

    // A cursor belongs to the organization, the route, the path and the filters that it was made under.
    private string Scope() =>
        LedgerHash.Digest([
            Organization.ToString(),
            route,
            .. _path,
            .. Filters().SelectMany(filter => new[] { filter.Key, filter.Value }),
        ]);

    private IEnumerable<KeyValuePair<string, string?>> Filters() =>
        request
            .Query.Where(parameter => parameter.Key is not ("limit" or "cursor" or "page"))
            .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
            .SelectMany(parameter =>
                parameter.Value.Select(value => new KeyValuePair<string, string?>(parameter.Key, value))
            );
}
