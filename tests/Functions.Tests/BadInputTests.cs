using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests;

/// <summary>Whatever is sent, it is refused with everything that is wrong with it, and nothing is written.</summary>
public sealed class BadInputTests(DrawdownHost host) : IClassFixture<DrawdownHost>, IAsyncLifetime
{
    private const int MaxBytes = 1024 * 1024;

    private Answer _credit = null!;
    private Answer _drawdown = null!;
    private string _customer = "";

    // Every route that writes, with a body that it accepts.
    private Dictionary<string, (string Path, string Body)> Writes =>
        new()
        {
            ["create customer"] = ("/api/customers/", """{"email": "jsmith@example.com"}"""),
            ["create credit"] = (
                "/api/credits/",
                $$"""{"customer_id": "{{_customer}}", "amount": 1, "currency_code": "USD"}"""
            ),
            ["update credit"] = ($"{ApiClient.PathOf(_credit)}update/", """{"description": "text"}"""),
            ["void credit"] = ($"{ApiClient.PathOf(_credit)}void/", "{}"),
            ["draw down"] = (
                "/api/drawdowns/",
                $$"""{"customer_id": "{{_customer}}", "amount": 1, "currency_code": "USD"}"""
            ),
            ["reverse"] = ($"/api/drawdowns/{_drawdown.Text("drawdown_id")}/reverse/", """{"reason": "text"}"""),
        };

    public async ValueTask InitializeAsync()
    {
        _customer = await host.Api.NewCustomer();
        _credit = await host.Api.Grant(_customer, 10m);
        _drawdown = await host.Api.Draw(_customer, 1m).Is(201);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string> NotJson =>
        [
            "   ",
            "{",
            "}",
            "{}}",
            "{} {}",
            "nul",
            "{\"email\"}",
            "{\"email\":}",
            "{\"email\": \"a\",}",
            "{email: 1}",
            "{'email': 1}",
            "{\"email\": \"unterminated",
            "{\"email\": \"raw\nline break\"}",
            "{\"email\": \"raw\0nul\"}",
            "{\"email\": \"\\x41\"}",
            "// comment\n{}",
            "/* comment */{}",
            "{\"amount\": NaN}",
            "{\"amount\": Infinity}",
            "{\"amount\": -Infinity}",
            "{\"amount\": 01}",
            "{\"amount\": .5}",
            "{\"amount\": 5.}",
            "{\"amount\": +5}",
            "{\"amount\": 0x10}",
            "{\"amount\": 1e}",
            "{\"amount\": 1,5}",
            "{\"amount\": --1}",
            "email=jsmith%40example.com",
            "<email>jsmith@example.com</email>",
        ];

    public static TheoryData<string> NoObject => ["null", "true", "1", "\"text\"", "[]", "[{}]"];

    public static TheoryData<string> Duplicates =>
        [
            """{"email": "a@example.com", "email": "a@example.com"}""",
            """{"email": "a@example.com", "\u0065mail": "b@example.com"}""",
            """{"metadata": {"a": 1, "a": 2}}""",
            """{"metadata": {"a": [{"b": 1, "b": null}]}}""",
        ];

    public static TheoryData<string> LoneSurrogates =>
        [
            """{"description": "\ud800"}""",
            """{"description": "\udc00\ud800"}""",
            """{"description": "a\ud83d"}""",
            """{"metadata": {"a": ["\udfff"]}}""",
            """{"metadata": {"\ud800": 1}}""",
            """{"\ud800": 1}""",
        ];

    public static TheoryData<string, byte[]> NotUtf8 =>
        new()
        {
            { "no UTF-8 at all", [.. "{\"description\": \""u8, 0xFF, .. "\"}"u8] },
            { "Latin-1", Encoding.Latin1.GetBytes("{\"description\": \"Köln\"}") },
            { "a character cut off", [.. "{\"description\": \""u8, 0xE5, 0xAE, .. "\"}"u8] },
            { "NUL written too long", [.. "{\"description\": \""u8, 0xC0, 0x80, .. "\"}"u8] },
            { "half a surrogate pair", [.. "{\"description\": \""u8, 0xED, 0xA0, 0x80, .. "\"}"u8] },
            { "UTF-16", Encoding.Unicode.GetBytes("{\"description\": \"x\"}") },
            { "UTF-16 with its mark", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{\"description\": \"x\"}")] },
            { "UTF-16, big end first", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("{}")] },
            { "UTF-32", Encoding.UTF32.GetBytes("{\"description\": \"x\"}") },
            { "two marks", [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, .. "{}"u8] },
            { "compressed", [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3] },
        };

    [Theory]
    [MemberData(nameof(NotJson))]
    [MemberData(nameof(NoObject))]
    [MemberData(nameof(Duplicates))]
    [MemberData(nameof(LoneSurrogates))]
    public async Task A_body_that_is_not_one_JSON_object_is_refused_by_every_write(string body)
    {
        await Refused(async path =>
        {
            var answer = await host.Api.Post(path, body).IsProblem(400, "parse_error");
            Assert.DoesNotContain("line ,", answer.Text("detail"));
        });
    }

    [Theory]
    [MemberData(nameof(NotUtf8))]
    public async Task A_body_that_is_not_UTF_8_is_refused_by_every_write(string what, byte[] body)
    {
        Assert.NotEmpty(what);
        await Refused(path => host.Api.Post(path, body).IsProblem(400, "parse_error"));
    }

    [Theory]
    [InlineData(33)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public async Task A_body_that_is_nested_too_deeply_is_refused_by_every_write(int depth)
    {
        var body = string.Concat(
            """{"metadata": {"a": """,
            new string('[', depth - 2),
            new string(']', depth - 2),
            "}}"
        );

        await Refused(path => host.Api.Post(path, body).IsProblem(400, "parse_error"));
    }

    [Fact]
    public async Task A_body_may_be_nested_as_deeply_as_promised()
    {
        var array = new string('[', 30) + new string(']', 30);

        var answer = await host
            .Api.Post("/api/customers/", $$$"""{"email": "jsmith@example.com", "metadata": {"a": {{{array}}}}}""")
            .Is(201);

        Assert.Equal(array, answer.Json.GetProperty("metadata").GetProperty("a").GetRawText());
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_fault()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Writes["create customer"].Body)];

        await host.Api.Post("/api/customers/", body).Is(201);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("text/json")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/octet-stream")]
    [InlineData("application/problem+json")]
    [InlineData("application/jsonp")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/json, text/plain")]
    [InlineData("json")]
    [InlineData("*/*")]
    public async Task A_body_of_another_type_is_refused_by_every_write(string? type)
    {
        foreach (var (path, body) in Writes.Values)
        {
            var before = await Stored();
            await host.Api.Post(path, Typed(body, type)).IsProblem(415, "unsupported_media_type");
            Assert.Equal(before, await Stored());
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; profile=\"x\"; odata=none")]
    public async Task JSON_may_be_announced_in_any_way_that_means_JSON(string type)
    {
        await host.Api.Post("/api/customers/", Typed(Writes["create customer"].Body, type)).Is(201);
    }

    [Theory]
    [InlineData(MaxBytes + 1, false)]
    [InlineData(MaxBytes + 1, true)]
    [InlineData(10_000_000, false)]
    [InlineData(10_000_000, true)]
    public async Task A_body_that_is_too_large_is_refused_by_every_write(int bytes, bool chunked)
    {
        await Refused(path =>
            host.Api.Post(path, Sized("{}", bytes, chunked))
                .IsProblem(413, "too_large", "The body may have 1048576 bytes at most.")
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_may_have_1_MiB(bool chunked)
    {
        await host.Api.Post("/api/customers/", Sized(Writes["create customer"].Body, MaxBytes, chunked)).Is(201);
    }

    /// <summary>Values that a field of a type refuses, with the code that it does so with.</summary>
    private static readonly Dictionary<string, (string Value, string Code)[]> Wrong = new()
    {
        ["text"] =
        [
            ("1", "invalid"),
            ("true", "invalid"),
            ("[]", "invalid"),
            ("{}", "invalid"),
            ("[\"text\"]", "invalid"),
            ("\"\"", "blank"),
            ("\" \\t\\n\\u00a0\\u3000 \"", "blank"),
            ("\"a\\u0000b\"", "invalid"),
            ("\"a\\u001b[31m\"", "invalid"),
            ("\"a\\b\"", "invalid"),
            ("\"a\\u007f\"", "invalid"),
            ("\"a\\u0085\"", "invalid"),
        ],
        ["name"] = [($"\"{new string('n', 256)}\"", "max_length"), ($"\"{new string('\u5BA2', 256)}\"", "max_length")],
        ["description"] = [($"\"{new string('d', 1001)}\"", "max_length")],
        ["amount"] =
        [
            ("\"1\"", "invalid"),
            ("true", "invalid"),
            ("[]", "invalid"),
            ("{}", "invalid"),
            ("\"\"", "invalid"),
            ("\"NaN\"", "invalid"),
            ("-1", "min_value"),
            ("-0.0000000001", "min_value"),
            ("-9999999999.9999999999", "min_value"),
            ("10000000000", "max_whole_digits"),
            ("-10000000000", "max_whole_digits"),
            ("1e10", "max_whole_digits"),
            ("1e400", "max_whole_digits"),
            ("-1e400", "max_whole_digits"),
            ("1e99999999999999999999", "max_whole_digits"),
            ("1234567890123456789012345", "max_whole_digits"),
            ("1e-11", "max_decimal_places"),
            ("1e-400", "max_decimal_places"),
            ("1e-99999999999999999999", "max_decimal_places"),
            ("0.00000000001", "max_decimal_places"),
            ("1.0000000000000000000000001", "max_decimal_places"),
            ("9999999999.99999999999", "max_decimal_places"),
        ],
        ["positive"] =
        [
            ("0", "min_value"),
            ("-0", "min_value"),
            ("0.00", "min_value"),
            ("0e5", "min_value"),
            ("-0.0e-400", "min_value"),
        ],
        ["instant"] =
        [
            ("1700000000", "invalid"),
            ("1700000000.5", "invalid"),
            ("true", "invalid"),
            ("[]", "invalid"),
            ("{}", "invalid"),
            ("\"\"", "invalid"),
            ("\"tomorrow\"", "invalid"),
            ("\"1700000000\"", "invalid"),
            ("\"2026-02-30T00:00:00Z\"", "invalid"),
            ("\"2027-02-29\"", "invalid"),
            ("\"2026-13-01T00:00:00Z\"", "invalid"),
            ("\"2026-00-10T00:00:00Z\"", "invalid"),
            ("\"2026-01-01T25:00:00Z\"", "invalid"),
            ("\"2026-01-01T00:60:00Z\"", "invalid"),
            ("\"2026-01-01T00:00:60Z\"", "invalid"),
            ("\"2026-01-01T00:00:00+25:00\"", "invalid"),
            ("\"2026-01-01T00:00:00+01:60\"", "invalid"),
            ("\"2026-01-01T00:00:00 UTC\"", "invalid"),
            ("\"2026-01-01T00:00:00Zulu\"", "invalid"),
            ("\"2026-01-01T00:00:00Z \"", "invalid"),
            ("\" 2026-01-01T00:00:00Z\"", "invalid"),
            ("\"2026-01-01T\"", "invalid"),
            ("\"2026-1-1\"", "invalid"),
            ("\"20260101\"", "invalid"),
            ("\"2026-W01-1\"", "invalid"),
            ("\"01/02/2026\"", "invalid"),
            ("\"0000-01-01T00:00:00Z\"", "invalid"),
            ("\"-0001-01-01T00:00:00Z\"", "invalid"),
            ("\"1969-12-31T23:59:59Z\"", "invalid"),
            ("\"10000-01-01T00:00:00Z\"", "invalid"),
            ("\"9999-12-31T23:59:59Z\"", "invalid"),
            ("\"9999-12-31T00:00:00-18:00\"", "invalid"),
            ("\"٢٠٢٦-٠١-٠١\"", "invalid"),
        ],
        ["currency"] =
        [
            ("840", "invalid"),
            ("null", "null"),
            ("{}", "invalid"),
            ("\"\"", "blank"),
            ("\"usd\"", "invalid_choice"),
            ("\"US\"", "invalid_choice"),
            ("\"USD \"", "invalid_choice"),
            ("\"XXX\"", "invalid_choice"),
            ("\"dollar\"", "invalid_choice"),
            ("\"\\uff35\\uff33\\uff24\"", "invalid_choice"),
        ],
        ["id"] =
        [
            ("7", "invalid"),
            ("{}", "invalid"),
            ("\"\"", "invalid"),
            ("\"credit_\"", "invalid"),
            ("\"credit_00000000000000000000000000000000 \"", "invalid"),
            ("\"credit_0000000000000000000000000000000\"", "invalid"),
            ("\"credit_000000000000000000000000000000000\"", "invalid"),
            ("\"credit_0000000000000000000000000000000G\"", "invalid"),
            ("\"credit_ABCDEF00000000000000000000000000\"", "invalid"),
            ("\"CREDIT_00000000000000000000000000000000\"", "invalid"),
            ("\"00000000000000000000000000000000\"", "invalid"),
        ],
        ["object"] = [("1", "invalid"), ("true", "invalid"), ("[]", "invalid"), ("\"{}\"", "invalid")],
        ["required"] = [("null", "null")],
        ["metadata"] = [($$"""{"a": "{{new string('m', 8192)}}"}""", "max_length")],
        ["email"] =
        [
            ("\"jsmith\"", "invalid"),
            ("\"jsmith@\"", "invalid"),
            ("\"@example.com\"", "invalid"),
            ("\"a@b@c\"", "invalid"),
            ("\"John Smith <jsmith@example.com>\"", "invalid"),
            ("\"jsmith@example.com, a@example.com\"", "invalid"),
            ("\" jsmith@example.com\"", "invalid"),
            ($"\"{new string('e', 244)}@example.com\"", "max_length"),
        ],
    };

    // Every field of every write, with what it is.
    private static readonly (string Write, string Field, string[] Kinds)[] AllFields =
    [
        ("create customer", "customer_id", ["text", "name"]),
        ("create customer", "email", ["required", "text", "email"]),
        ("create customer", "customer_name", ["text", "name"]),
        ("create customer", "default_currency_code", ["currency"]),
        ("create customer", "tax_rate", ["amount"]),
        ("create customer", "billing_address", ["object"]),
        ("create customer", "shipping_address", ["object"]),
        ("create customer", "timezone", ["text", "name"]),
        ("create customer", "metadata", ["object", "metadata"]),
        ("create credit", "customer_id", ["required", "text", "name"]),
        ("create credit", "amount", ["required", "amount", "positive"]),
        ("create credit", "currency_code", ["required", "currency"]),
        ("create credit", "description", ["text", "description"]),
        ("create credit", "effective_at", ["instant"]),
        ("create credit", "expires_at", ["instant"]),
        ("create credit", "amount_paid", ["amount"]),
        ("create credit", "amount_paid_currency_code", ["currency"]),
        ("create credit", "external_id", ["text", "name"]),
        ("create credit", "metadata", ["object", "metadata"]),
        ("update credit", "description", ["text", "description"]),
        ("update credit", "expires_at", ["instant"]),
        ("draw down", "customer_id", ["required", "text", "name"]),
        ("draw down", "amount", ["required", "amount", "positive"]),
        ("draw down", "currency_code", ["required", "currency"]),
        ("draw down", "credit_id", ["id"]),
        ("draw down", "description", ["text", "description"]),
        ("draw down", "external_id", ["text", "name"]),
        ("reverse", "reason", ["text", "description"]),
    ];

    public static TheoryData<string, string> Fields
    {
        get
        {
            var fields = new TheoryData<string, string>();
            foreach (var (write, name, _) in AllFields)
                fields.Add(write, name);
            return fields;
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_field_refuses_what_it_cannot_mean(string write, string field)
    {
        var (path, body) = Writes[write];
        var kinds = AllFields.Single(known => (known.Write, known.Field) == (write, field)).Kinds;
        var before = await Stored();

        foreach (var (value, code) in kinds.SelectMany(kind => Wrong[kind]))
        {
            // Null is absent where a field need not be there.
            if (value == "null" && !kinds.Contains("required"))
                continue;
            var answer = await host.Api.Post(path, With(body, field, value));
            Assert.True(
                answer.Status == 400 && answer.Faults is [var fault] && fault == (code, field),
                $"{field}: {value} must be {code}, but is {answer}"
            );
        }

        Assert.Equal(before, await Stored());
    }

    [Fact]
    public async Task A_field_that_is_required_is_missed()
    {
        foreach (var (write, field, _) in AllFields.Where(field => field.Kinds.Contains("required")))
        {
            var (path, body) = Writes[write];
            var before = await Stored();
            await host.Api.Post(path, With(body, field, null)).IsFault("required", field, "This field is required.");
            Assert.Equal(before, await Stored());
        }
    }

    [Theory]
    [InlineData("descriptoin")]
    [InlineData("Amount")]
    [InlineData("status")]
    [InlineData("амоунт")]
    [InlineData(" ")]
    [InlineData("__proto__")]
    public async Task An_unknown_field_is_refused_by_every_write(string field)
    {
        foreach (var (path, body) in Writes.Values)
        {
            var before = await Stored();
            await host.Api.Post(path, With(body, field, "null")).Is(400);
            var answer = await host.Api.Post(path, With(body, field, "1")).Is(400);
            Assert.Equal([("unknown_field", field)], answer.Faults);
            Assert.Equal(before, await Stored());
        }
    }

    [Fact]
    public async Task All_faults_of_a_request_are_named_at_once()
    {
        var before = await Stored();

        var credit = await host.Api.Post(
            "/api/credits/",
            """
            {
              "amount": 0, "currency_code": "usd", "description": "", "effective_at": "never",
              "expires_at": "2020-01-01", "amount_paid": -1, "amount_paid_currency_code": 5, "external_id": null,
              "metadata": [], "descriptoin": "x", "credit_id": "y"
            }
            """
        );
        var update = await host.Api.Post(
            $"{ApiClient.PathOf(_credit)}update/",
            """{"description": 1, "expires_at": "2020-02-30", "credit_id": "credit_1", "amount": 5}"""
        );
        var wrongId = await host.Api.Post("/api/credits/7/update/", """{"expires_at": "2020-01-01", "x": 1}""");
        var drawdown = await host.Api.Post("/api/drawdowns/", """{"credit_id": "drawdown_1", "amount": "1"}""");
        var reversal = await host.Api.Post(
            "/api/drawdowns/7/reverse/",
            """{"reason": [], "amount": 1}""",
            ("Idempotency-Key", "")
        );

        Assert.Equal(
            [
                "amount min_value",
                "amount_paid min_value",
                "amount_paid_currency_code invalid",
                "credit_id unknown_field",
                "currency_code invalid_choice",
                "customer_id required",
                "description blank",
                "descriptoin unknown_field",
                "effective_at invalid",
                "expires_at invalid",
                "metadata invalid",
            ],
            Sorted(credit)
        );
        Assert.Equal(
            ["amount unknown_field", "credit_id invalid", "description invalid", "expires_at invalid"],
            Sorted(update)
        );
        Assert.Equal(["credit_id invalid", "expires_at invalid", "x unknown_field"], Sorted(wrongId));
        Assert.Equal(
            ["amount invalid", "credit_id invalid", "currency_code required", "customer_id required"],
            Sorted(drawdown)
        );
        Assert.Equal(
            ["Idempotency-Key invalid", "amount unknown_field", "drawdown_id invalid", "reason invalid"],
            Sorted(reversal)
        );
        Assert.Equal(before, await Stored());

        static IEnumerable<string> Sorted(Answer answer) =>
            answer.Is(400).Faults.Select(fault => $"{fault.Attribute} {fault.Code}").Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Faults_of_one_kind_give_the_problem_its_title()
    {
        var alike = await host.Api.Post("/api/drawdowns/", new { customer_id = _customer }).Is(400);
        var mixed = await host.Api.Post("/api/drawdowns/", new { customer_id = _customer, amount = 0 }).Is(400);

        Assert.Equal(("required", 2), (alike.Text("title"), alike.Faults.Count));
        Assert.Equal(("invalid", 2), (mixed.Text("title"), mixed.Faults.Count));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("credit_")]
    [InlineData("credit_7")]
    [InlineData("credit_ABCDEF00000000000000000000000000")]
    [InlineData("credit_000000000000000000000000000000000")]
    [InlineData("drawdown_00000000000000000000000000000000")]
    [InlineData("org_00000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("%20credit_00000000000000000000000000000000")]
    [InlineData("credit_%2F")]
    [InlineData("{credit_id}")]
    [InlineData("客户")]
    public async Task An_id_of_another_form_is_400(string id)
    {
        await Refused(
            () => host.Api.Get($"/api/credits/{id}/").IsFault("invalid", "credit_id"),
            () => host.Api.Post($"/api/credits/{id}/update/").IsFault("invalid", "credit_id"),
            () => host.Api.Post($"/api/credits/{id}/void/").IsFault("invalid", "credit_id")
        );
    }

    [Fact]
    public async Task An_id_of_nothing_is_404()
    {
        var real = _credit.Text("credit_id")!;
        // Of no account, of an account of ours, and a ledger entry's, which is written like a credit's.
        string[] ids =
        [
            $"credit_{new string('0', 32)}",
            real[..^1] + (real[^1] == '0' ? '1' : '0'),
            (await host.Api.Credit(_credit)).Items("drawdowns")[0].Text("credit_id")!,
        ];

        foreach (var id in ids)
            await Refused(
                () => host.Api.Get($"/api/credits/{id}/").IsProblem(404, "not_found", $"There is no credit {id}."),
                () => host.Api.Post($"/api/credits/{id}/update/").IsProblem(404, "not_found"),
                () => host.Api.Post($"/api/credits/{id}/void/").IsProblem(404, "not_found")
            );
    }

    [Theory]
    [InlineData("<script>alert('x')</script> & \"quotes\" \\ back / slash")]
    [InlineData("line\nbreak\r\nand\ttab")]
    [InlineData("  blanks around  ")]
    [InlineData("客户 клиент عميل 🚀👩‍🚀 e\u0301 \u202Ereversed")]
    [InlineData("\u2028\u2029\uFEFF\uFFFD\uFFFE\uFFFF\u00A0\u200B")]
    [InlineData("{{template}} %00 %2F $1 ' OR 1=1 --")]
    public async Task A_text_comes_back_as_it_was_sent(string text)
    {
        var updated = await host.Api.Post($"{ApiClient.PathOf(_credit)}update/", new { description = text }).Is(200);

        Assert.Equal(text, updated.Text("description"));
        Assert.Equal(updated.Body, (await host.Api.Credit(_credit)).Body);
    }

    [Theory]
    [InlineData("create credit", "description", 1000)]
    [InlineData("create credit", "external_id", 255)]
    [InlineData("draw down", "description", 1000)]
    [InlineData("draw down", "external_id", 255)]
    [InlineData("create customer", "customer_name", 255)]
    public async Task A_text_may_be_as_long_as_promised(string write, string field, int length)
    {
        var (path, body) = Writes[write];
        var text = new string('客', length);

        var answer = await host.Api.Post(path, With(body, field, $"\"{text}\"")).Is(201);

        Assert.Equal(text, answer.Text(field));
    }

    private Task Refused(Func<string, Task> send) =>
        Refused([.. Writes.Values.Select(write => (Func<Task>)(() => send(write.Path)))]);

    // Sends, and asserts that nothing was written.
    private async Task Refused(params Func<Task>[] requests)
    {
        var before = await Stored();
        foreach (var request in requests)
            await request();
        Assert.Equal(before, await Stored());
    }

    // What stands in the tables that hold the truth, and in the list of customers.
    private async Task<List<(string, string, string)>> Stored()
    {
        var rows = await host.Rows(StorageTables.Accounts);
        rows.AddRange(await host.Rows(StorageTables.Directory));
        return [.. rows.Select(row => (row.Partition, row.Row, row.ETag))];
    }

    // The body with another value of a field; without the field when the value is null.
    private static string With(string body, string field, string? value)
    {
        using var document = System.Text.Json.JsonDocument.Parse(body);
        var properties = document
            .RootElement.EnumerateObject()
            .Where(property => property.Name != field)
            .Select(property => $"\"{property.Name}\": {property.Value.GetRawText()}");
        var all = value is null ? properties : properties.Append($"\"{field}\": {value}");
        return string.Create(CultureInfo.InvariantCulture, $"{{{string.Join(", ", all)}}}");
    }

    private static ByteArrayContent Typed(string body, string? type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null)
            Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", type));
        return content;
    }

    // Padded with blanks. In chunks, without saying before how long it is.
    private static StreamContent Sized(string body, int bytes, bool chunked)
    {
        var stream = new MemoryStream(Encoding.UTF8.GetBytes(body.PadRight(bytes)));
        var content = new StreamContent(chunked ? new Unmeasured(stream) : stream);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private sealed class Unmeasured(Stream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
