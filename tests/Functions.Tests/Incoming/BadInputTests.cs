using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>Whatever a body, a field, a parameter or an id cannot mean is refused, all of it at once, and nothing is written.</summary>
public sealed class BadInputTests(IncomingRoutes routes) : IClassFixture<IncomingRoutes>
{
    private const int NoType = 400;
    private const int NoSense = 422;

    /// <summary>Values that a field of a type refuses, with the status that it does so with.</summary>
    private static readonly Dictionary<string, (string Value, int Status)[]> Wrong = new()
    {
        ["required"] = [("null", NoType)],
        ["text"] =
        [
            ("1", NoType),
            ("true", NoType),
            ("[]", NoType),
            ("{}", NoType),
            ("[\"text\"]", NoType),
            ("\"a\\u0000b\"", NoType),
            ("\"a\\u001b[31m\"", NoType),
            ("\"\"", NoSense),
            ("\" \\t\\n\\u00a0\\u3000 \"", NoSense),
        ],
        ["name"] = [($"\"{new string('n', 256)}\"", NoSense), ($"\"{new string('\u5BA2', 256)}\"", NoSense)],
        ["description"] = [($"\"{new string('d', 1001)}\"", NoSense)],
        ["integer"] =
        [
            ("\"1\"", NoType),
            ("\"\"", NoType),
            ("\"NaN\"", NoType),
            ("true", NoType),
            ("[]", NoType),
            ("[1]", NoType),
            ("{}", NoType),
            ("-1", NoSense),
            ("-9999999999", NoSense),
            ("0.5", NoSense),
            ("1.5", NoSense),
            ("-1.5", NoSense),
            ("9999999998.5", NoSense),
            ("1e-1", NoSense),
            ("1e-400", NoSense),
            ("1.0000000000000000000000001", NoSense),
            ("10000000000", NoSense),
            ("1e10", NoSense),
            ("9223372036854775808", NoSense),
            ("18446744073709551617", NoSense),
            ("1e400", NoSense),
            ("-1e400", NoSense),
            ("1e99999999999999999999", NoSense),
        ],
        ["positive"] = [("0", NoSense), ("-0", NoSense), ("0.0", NoSense), ("0e9", NoSense)],
        ["days"] = [("36501", NoSense)],
        ["instant"] =
        [
            ("1700000000", NoType),
            ("true", NoType),
            ("[]", NoType),
            ("{}", NoType),
            ("\"\"", NoType),
            ("\"tomorrow\"", NoType),
            ("\"1700000000\"", NoType),
            ("\"2026-02-30T00:00:00Z\"", NoType),
            ("\"2026-01-01T25:00:00Z\"", NoType),
            ("\"2026-01-01T00:00:00Z \"", NoType),
            ("\"01/02/2026\"", NoType),
            ("\"1969-12-31T23:59:59Z\"", NoType),
            ("\"10000-01-01T00:00:00Z\"", NoType),
            ("\"9999-12-31T23:59:59Z\"", NoType),
            ("\"1970-01-01T00:00:00Z\"", NoSense),
            ("\"2022-12-31T23:59:59.999Z\"", NoSense),
            ("\"2023-01-01\"", NoSense),
        ],
        ["uuid"] =
        [
            ("7", NoType),
            ("{}", NoType),
            ("[]", NoType),
            ("\"\"", NoType),
            ("\"training\"", NoType),
            ("\"00000000-0000-0000-0000-00000000000\"", NoType),
            ("\"00000000-0000-0000-0000-00000000000g\"", NoType),
            ("\"00000000000000000000000000000000\"", NoType),
            ("\"{00000000-0000-0000-0000-000000000000}\"", NoType),
            ("\" 00000000-0000-0000-0000-000000000000\"", NoType),
            ("\"00000000-0000-0000-0000-000000000000\\n\"", NoType),
            ("\"+0000000-0000-0000-0000-000000000000\"", NoType),
            ("\"0x000000-0000-0000-0000-000000000000\"", NoType),
        ],
        ["list"] =
        [
            ("1", NoType),
            ("true", NoType),
            ("{}", NoType),
            ("\"a@example.com\"", NoType),
            ("[1]", NoType),
            ("[null]", NoType),
            ("[[]]", NoType),
            ("[\"\"]", NoSense),
            ($"[\"{new string('n', 256)}\"]", NoSense),
            ($"[{string.Join(',', Enumerable.Repeat("\"a@example.com\"", 101))}]", NoSense),
        ],
        ["emails"] = [("[\"jsmith\"]", NoType), ("[\"a@b@c\"]", NoType), ("[\"J <j@example.com>\"]", NoType)],
    };

    // Every field of every write, with what it is, and what it is called when it is well-formed and makes no sense.
    private static readonly (string Write, string Field, string Code, string[] Kinds)[] AllFields =
    [
        ("CreateClient", "name", "invalid_value", ["required", "text", "name"]),
        ("CreateCreditAccount", "name", "invalid_value", ["required", "text", "name"]),
        ("CreateCreditAccount", "startingBalance", "invalid_balance", ["required", "integer"]),
        ("CreateCreditAccount", "notifyEmails", "invalid_value", ["list", "emails"]),
        ("CreateCreditAccount", "licenseIds", "invalid_value", ["list"]),
        ("CreateCreditAccount", "batchDaysUntilExpire", "invalid_value", ["integer", "positive", "days"]),
        ("CreateCreditAccount", "minimumBatchAmount", "invalid_balance", ["integer"]),
        ("CreateCreditAccount", "type", "invalid_value", ["text", "name"]),
        ("CreateCreditAccount", "creditBatchName", "invalid_value", ["text", "name"]),
        ("CreateCreditBatch", "startingBalance", "invalid_balance", ["required", "integer"]),
        ("CreateCreditBatch", "creditAccountId", "account_client_mismatch", ["uuid"]),
        ("CreateCreditBatch", "name", "invalid_value", ["text", "name"]),
        ("CreateCreditBatch", "expiresOn", "invalid_expires_on", ["instant"]),
        ("UpdateCreditBatch", "name", "invalid_value", ["text", "name"]),
        ("UpdateCreditBatch", "expiresOn", "invalid_expires_on", ["instant"]),
        ("UpdateCreditBatch", "currentBalance", "invalid_balance", ["required", "integer"]),
        ("VoidCreditBatch", "reason", "invalid_value", ["text", "description"]),
        ("AllocateCredits", "userId", "invalid_value", ["required", "text", "name"]),
        ("AllocateCredits", "amount", "invalid_amount", ["required", "integer", "positive"]),
        ("AllocateCredits", "note", "invalid_value", ["text", "description"]),
        ("RevokeCreditAllocation", "amount", "invalid_amount", ["integer", "positive"]),
        ("RevokeCreditAllocation", "reason", "invalid_value", ["text", "description"]),
        ("RedeemCreditAllocation", "amount", "invalid_amount", ["required", "integer", "positive"]),
        ("RedeemCreditAllocation", "contentType", "invalid_value", ["text", "name"]),
        ("RedeemCreditAllocation", "contentId", "invalid_value", ["text", "name"]),
        ("RedeemAccountCredits", "userId", "invalid_value", ["required", "text", "name"]),
        ("RedeemAccountCredits", "amount", "invalid_amount", ["required", "integer", "positive"]),
        ("RedeemAccountCredits", "note", "invalid_value", ["text", "description"]),
        ("RedeemAccountCredits", "contentType", "invalid_value", ["text", "name"]),
        ("RedeemAccountCredits", "contentId", "invalid_value", ["text", "name"]),
    ];

    public static TheoryData<string, string> Fields
    {
        get
        {
            var fields = new TheoryData<string, string>();
            foreach (var (write, name, _, _) in AllFields)
                fields.Add(write, name);
            return fields;
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_field_refuses_what_it_cannot_mean(string write, string field)
    {
        var request = routes.All[write];
        var (_, _, code, kinds) = AllFields.Single(known => (known.Write, known.Field) == (write, field));
        await routes.Refused(async () =>
        {
            foreach (var (value, status) in kinds.SelectMany(kind => Wrong[kind]))
            {
                var answer = await request.Send(routes.Api, With(request.Body!, field, value));
                Assert.True(answer.Status == status, $"{field}: {value} must be {status}, but is {answer}");
                Assert.Equal(status == NoType ? "invalid_request" : code, answer.Text("error"));
                // An item of a list is named with its place.
                Assert.Equal(field, Assert.Single(answer.FaultyFields()).Split('[')[0]);
            }
        });
    }

    [Fact]
    public async Task A_field_that_is_required_is_missed()
    {
        await routes.Refused(async () =>
        {
            foreach (
                var (write, field, _, _) in AllFields.Where(field =>
                    field.Kinds.Contains("required") && field.Field != "currentBalance"
                )
            )
                await routes
                    .All[write]
                    .Send(routes.Api, With(routes.All[write].Body!, field, null))
                    .IsError(400, "invalid_request", field);
        });
    }

    [Fact]
    public async Task All_faults_of_a_request_are_named_at_once()
    {
        const string unknown = "not-a-uuid";
        await routes.Refused(
            () =>
                Faults(
                    routes.All["CreateCreditAccount"].With(unknown),
                    """
                    {
                      "startingBalance": -1, "notifyEmails": ["a@example.com", "b"], "licenseIds": [5], "type": "",
                      "batchDaysUntilExpire": 0, "minimumBatchAmount": "1", "creditBatchName": []
                    }
                    """,
                    "id",
                    "name",
                    "startingBalance",
                    "notifyEmails[1]",
                    "licenseIds[0]",
                    "type",
                    "batchDaysUntilExpire",
                    "minimumBatchAmount",
                    "creditBatchName"
                ),
            () =>
                Faults(
                    routes.All["CreateCreditBatch"].With(unknown),
                    """{"startingBalance": 1.5, "creditAccountId": "7", "name": "", "expiresOn": "2020-01-01"}""",
                    "id",
                    "startingBalance",
                    "creditAccountId",
                    "name",
                    "expiresOn"
                ),
            () =>
                Faults(
                    routes.All["UpdateCreditBatch"].With(unknown),
                    """{"name": 1, "expiresOn": "2020-01-01", "currentBalance": -1}""",
                    "id",
                    "name",
                    "expiresOn",
                    "currentBalance"
                ),
            () => Faults(routes.All["VoidCreditBatch"].With(unknown), """{"reason": 5}""", "id", "reason"),
            () =>
                Faults(
                    routes.All["AllocateCredits"].With(unknown),
                    """{"amount": 0, "note": ""}""",
                    "id",
                    "userId",
                    "amount",
                    "note"
                ),
            () =>
                Faults(
                    routes.All["RevokeCreditAllocation"].With(unknown),
                    """{"amount": "1", "reason": ""}""",
                    "id",
                    "amount",
                    "reason"
                ),
            () =>
                Faults(
                    routes.All["RedeemCreditAllocation"].With(unknown),
                    """{"contentType": 1, "contentId": 2}""",
                    "id",
                    "amount",
                    "contentType",
                    "contentId"
                ),
            () =>
                Faults(
                    routes.All["RedeemAccountCredits"].With(unknown),
                    """{"userId": " ", "amount": 1.5, "contentType": 1, "contentId": 2}""",
                    "id",
                    "userId",
                    "amount",
                    "contentType",
                    "contentId"
                )
        );

        // A key that is too long is one fault more.
        Task<Answer> Faults(IncomingRequest request, string body, params string[] fields) =>
            request
                .Send(routes.Api, body, ("Idempotency-Key", new string('k', 256)))
                .IsError(400, "invalid_request", [.. fields, "Idempotency-Key"]);
    }

    [Fact]
    public async Task What_is_well_formed_and_makes_no_sense_is_422_and_named_at_once()
    {
        await routes.Refused(
            () =>
                routes
                    .All["UpdateCreditBatch"]
                    .Send(
                        routes.Api,
                        new
                        {
                            name = " ",
                            currentBalance = -1,
                            expiresOn = "2020-01-01",
                        }
                    )
                    .IsError(422, "invalid_value", "name", "currentBalance", "expiresOn"),
            () =>
                routes
                    .All["UpdateCreditBatch"]
                    .Send(routes.Api, new { currentBalance = -1, expiresOn = "2020-01-01" })
                    .IsError(422, "invalid_balance", "currentBalance", "expiresOn"),
            () =>
                routes
                    .All["CreateCreditBatch"]
                    .Send(
                        routes.Api,
                        new
                        {
                            startingBalance = 1,
                            creditAccountId = Guid.Empty,
                            expiresOn = "2020-01-01",
                        }
                    )
                    .IsError(422, "account_client_mismatch", "creditAccountId", "expiresOn")
        );
    }

    [Fact]
    public async Task An_account_names_what_is_below_its_minimum_beside_all_else()
    {
        var account = await routes.Api.NewAccount(routes.Client, minimum: 100);
        await routes.Refused(
            () => Create(99, null).IsError(422, "below_minimum_batch_amount", "startingBalance"),
            () => Create(0, null).IsError(422, "below_minimum_batch_amount", "startingBalance"),
            () => Create(1, "2020-01-01").IsError(422, "below_minimum_batch_amount", "startingBalance", "expiresOn"),
            () =>
                routes
                    .All["CreateCreditAccount"]
                    .Send(
                        routes.Api,
                        new
                        {
                            name = "Training",
                            startingBalance = 9,
                            minimumBatchAmount = 10,
                        }
                    )
                    .IsError(422, "below_minimum_batch_amount", "startingBalance")
        );

        await Create(100, null).Is(201);

        Task<Answer> Create(long startingBalance, string? expiresOn) =>
            routes
                .All["CreateCreditBatch"]
                .Send(
                    routes.Api,
                    expiresOn is null
                        ? new { startingBalance, creditAccountId = account }
                        : (object)
                            new
                            {
                                startingBalance,
                                creditAccountId = account,
                                expiresOn,
                            }
                );
    }

    [Fact]
    public async Task An_account_of_another_client_is_a_mismatch()
    {
        var other = await routes.Api.NewClient();
        var theirs = await routes.Api.NewAccount(other);
        var path = $"{IncomingCalls.Clients}/{routes.Client}";
        // Of nobody, of another client, and things of this client that are no account.
        foreach (var account in new[] { $"{Guid.Empty}", theirs, routes.Batch, routes.Allocation, routes.Client })
            await routes.Refused(
                () =>
                    routes
                        .Api.Post($"{path}/creditBatches", new { startingBalance = 5, creditAccountId = account })
                        .IsError(422, "account_client_mismatch", "creditAccountId"),
                () =>
                    routes
                        .Api.Get($"{path}/creditBatches?creditAccountId={account}")
                        .IsError(422, "account_client_mismatch", "creditAccountId"),
                () =>
                    routes
                        .Api.Get($"{path}/creditAccount/{account}/creditActions?actionType=debit")
                        .IsError(404, "not_found")
            );
    }

    [Theory]
    [InlineData("7")]
    [InlineData("training")]
    [InlineData("00000000-0000-0000-0000-00000000000")]
    [InlineData("00000000-0000-0000-0000-00000000000g")]
    [InlineData("00000000-0000-0000-0000-0000000000000")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("{00000000-0000-0000-0000-000000000000}")]
    [InlineData("(00000000-0000-0000-0000-000000000000)")]
    [InlineData("%2000000000-0000-0000-0000-000000000000")]
    [InlineData("00000000-0000-0000-0000-000000000000%0A")]
    [InlineData("+0000000-0000-0000-0000-000000000000")]
    [InlineData("0x000000-0000-0000-0000-000000000000")]
    [InlineData("00000000-0000-0000-0000-0000%2F0000000")]
    [InlineData("credit_00000000000000000000000000000000")]
    [InlineData("客户")]
    public async Task An_id_that_is_no_UUID_is_400_on_every_route(string id)
    {
        await routes.Refused([
            .. routes
                .All.Values.Where(request => request.Id is not null)
                .Select(request =>
                    (Func<Task>)(() => request.With(id).Send(routes.Api).IsError(400, "invalid_request", "id"))
                ),
            () => Actions(routes.Client, id).IsError(400, "invalid_request", "creditAccountId"),
            () => Actions(id, id).IsError(400, "invalid_request", "id", "creditAccountId"),
        ]);

        Task<Answer> Actions(string client, string account) =>
            routes.Api.Get($"{IncomingCalls.Clients}/{client}/creditAccount/{account}/creditActions?actionType=debit");
    }

    [Fact]
    public async Task An_id_of_nothing_is_404_on_every_route()
    {
        foreach (var request in routes.All.Values.Where(request => request.Id is not null))
        {
            // Of no account, a neighbour's, and those of other things of this client.
            List<string> ids =
            [
                $"{Guid.Empty}",
                $"{Guid.AllBitsSet}",
                $"{Guid.NewGuid()}",
                request.Id![..^1] + (request.Id![^1] == '0' ? '1' : '0'),
                .. ((string[])[routes.Client, routes.Account, routes.Batch, routes.Allocation]).Where(id =>
                    id != request.Id
                ),
            ];
            foreach (var id in ids)
                await routes.Refused(() => request.With(id).Send(routes.Api).IsError(404, "not_found"));
        }
    }

    [Fact]
    public async Task An_id_of_another_organization_is_404_on_every_route_and_nothing_of_it_changes()
    {
        var other = await routes.Host.Organization("Others");
        var theirs = await other.NewClient();
        await routes.Refused([
            .. routes
                .All.Values.Where(request => request.Id is not null)
                .Select(request => (Func<Task>)(() => request.Send(other).IsError(404, "not_found"))),
            () =>
                other
                    .Post(
                        $"{IncomingCalls.Clients}/{theirs}/creditBatches",
                        new { startingBalance = 1, creditAccountId = routes.Account }
                    )
                    .IsError(422, "account_client_mismatch", "creditAccountId"),
            () =>
                other
                    .Get(
                        $"{IncomingCalls.Clients}/{theirs}/creditAccount/{routes.Account}/creditActions?actionType=debit"
                    )
                    .IsError(404, "not_found"),
        ]);
    }

    [Theory]
    [InlineData("", "actionType")]
    [InlineData("actionType=", "actionType")]
    [InlineData("actionType=Debit", "actionType")]
    [InlineData("actionType=spend", "actionType")]
    [InlineData("actionType=debit&actionType=credit", "actionType")]
    [InlineData("actionType=debit,credit", "actionType")]
    [InlineData("actionType=0", "actionType")]
    [InlineData("actionType=debit&page=0", "page")]
    [InlineData("action=debit&actionType=debit", "action")]
    [InlineData("actionType=spend&page=0&cursor=x&colour=red", "actionType", "page", "cursor", "colour")]
    public async Task Actions_are_asked_for_by_a_type_that_there_is(string query, params string[] faults)
    {
        await routes
            .Api.Get($"{IncomingCalls.Clients}/{routes.Client}/creditAccount/{routes.Account}/creditActions?{query}")
            .IsError(400, "invalid_request", faults);
    }

    [Theory]
    [InlineData("creditAccountId=7", "creditAccountId")]
    [InlineData("creditAccount=00000000-0000-0000-0000-000000000000", "creditAccount")]
    [InlineData("creditAccountId=", "creditAccountId")]
    [InlineData("limit=5", "limit")]
    public async Task A_filter_that_is_unknown_or_malformed_is_400(string query, params string[] faults)
    {
        await routes
            .Api.Get($"{IncomingCalls.Clients}/{routes.Client}/creditBatches?{query}")
            .IsError(400, "invalid_request", faults);
    }

    [Theory]
    [MemberData(nameof(BadBodyTests.NotJson), MemberType = typeof(BadBodyTests))]
    [MemberData(nameof(BadBodyTests.NoObject), MemberType = typeof(BadBodyTests))]
    [MemberData(nameof(BadBodyTests.Duplicates), MemberType = typeof(BadBodyTests))]
    [MemberData(nameof(BadBodyTests.LoneSurrogates), MemberType = typeof(BadBodyTests))]
    public async Task A_body_that_is_not_one_JSON_object_is_refused_by_every_write(string body)
    {
        await routes.Refused(request => request.Send(routes.Api, body).IsError(400, "invalid_request"));
    }

    [Fact]
    public async Task A_body_that_is_not_UTF_8_or_of_another_type_or_too_large_is_refused_by_every_write()
    {
        await routes.Refused(async request =>
        {
            byte[] bytes = [.. "{\"name\": \""u8, 0xFF, .. "\"}"u8];
            await request.Send(routes.Api, bytes).IsError(400, "invalid_request");
            await request.Send(routes.Api, Of("text/plain", request.Body!)).IsError(415, "unsupported_media_type");
            await request
                .Send(routes.Api, Of("application/json", request.Body!.PadRight(1024 * 1024 + 1)))
                .IsError(413, "too_large");
        });

        static ByteArrayContent Of(string type, string body) =>
            new(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
    }

    [Fact]
    public async Task More_than_there_is_is_409_and_nothing_of_it_is_given()
    {
        var client = await routes.Api.NewClient();
        var account = await routes.Api.NewAccount(client);
        var first = (await routes.Api.NewBatch(client, 10, account: account)).Id();
        await routes.Api.NewBatch(client, 5, account: account);
        var allocation = await routes.Api.Allocated(first, 4);

        await routes.Refused(
            () =>
                routes
                    .Api.Allocate(first, 7)
                    .IsError(409, "insufficient_credits")
                    .Says("7 credits were asked for, 6 are there. Nothing changed."),
            () => routes.Api.Allocate(first, 9_999_999_999).IsError(409, "insufficient_credits"),
            () => routes.Api.Redeem(allocation, 5).IsError(409, "insufficient_credits"),
            () => Revoke(5).IsError(409, "insufficient_credits"),
            () =>
                routes
                    .Api.RedeemFromAccount(account, 12)
                    .IsError(409, "insufficient_credits")
                    .Says("12 credits were asked for, 11 are there. Nothing changed.")
        );

        // And what is there is given to the last one.
        await routes.Api.Allocate(first, 6).Is(201);
        await routes.Api.RedeemFromAccount(account, 5).Is(200);
        await routes.Api.Redeem(allocation, 4).Is(200);
        await routes.Api.VerifyClient(client);

        Task<Answer> Revoke(long amount) =>
            routes.Api.Post($"{IncomingCalls.Allocations}/{allocation}/revoke", new { amount });
    }

    // The body with another value of a field; without the field when the value is null.
    private static string With(string body, string field, string? value)
    {
        using var document = JsonDocument.Parse(body);
        var properties = document
            .RootElement.EnumerateObject()
            .Where(property => property.Name != field)
            .Select(property => $"\"{property.Name}\": {property.Value.GetRawText()}");
        var all = value is null ? properties : properties.Append($"\"{field}\": {value}");
        return $"{{{string.Join(", ", all)}}}";
    }
}
