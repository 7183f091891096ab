using System.Text.Json;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

/// <summary>Whatever a field, a parameter or an id cannot mean is refused, all of it at once, and nothing is written.</summary>
public sealed class BadFieldTests(Writes writes) : IClassFixture<Writes>
{
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
        var (path, body) = writes.Routes[write];
        var kinds = AllFields.Single(known => (known.Write, known.Field) == (write, field)).Kinds;
        await writes.Refused(async () =>
        {
            foreach (var (value, code) in kinds.SelectMany(kind => Wrong[kind]))
            {
                // Null is absent where a field need not be there.
                if (value == "null" && !kinds.Contains("required"))
                    continue;
                var answer = await writes.Api.Post(path, With(body, field, value));
                Assert.True(
                    answer.Status == 400 && answer.Faults is [var fault] && fault == (code, field),
                    $"{field}: {value} must be {code}, but is {answer}"
                );
            }
        });
    }

    [Fact]
    public async Task A_field_that_is_required_is_missed()
    {
        foreach (var (write, field, _) in AllFields.Where(field => field.Kinds.Contains("required")))
        {
            var (path, body) = writes.Routes[write];
            await writes.Refused(() =>
                writes.Api.Post(path, With(body, field, null)).IsFault("required", field, "This field is required.")
            );
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
        await writes.Refused(
            async (path, body) =>
            {
                await writes.Api.Post(path, With(body, field, "null")).IsFault("unknown_field", field);
                await writes.Api.Post(path, With(body, field, "1")).IsFault("unknown_field", field);
            }
        );
    }

    [Fact]
    public async Task All_faults_of_a_request_are_named_at_once()
    {
        await writes.Refused(
            () =>
                Faults(
                    "/api/credits/",
                    """
                    {
                      "amount": 0, "currency_code": "usd", "description": "", "effective_at": "never",
                      "expires_at": "2020-01-01", "amount_paid": -1, "amount_paid_currency_code": 5, "external_id": null,
                      "metadata": [], "descriptoin": "x", "credit_id": "y"
                    }
                    """,
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
                    "metadata invalid"
                ),
            () =>
                Faults(
                    $"{ApiClient.PathOf(writes.Credit)}update/",
                    """{"description": 1, "expires_at": "2020-02-30", "credit_id": "credit_1", "amount": 5}""",
                    "amount unknown_field",
                    "credit_id invalid",
                    "description invalid",
                    "expires_at invalid"
                ),
            () =>
                Faults(
                    "/api/credits/7/update/",
                    """{"expires_at": "2020-01-01", "x": 1}""",
                    "credit_id invalid",
                    "expires_at invalid",
                    "x unknown_field"
                ),
            () =>
                Faults(
                    "/api/drawdowns/",
                    """{"credit_id": "drawdown_1", "amount": "1"}""",
                    "amount invalid",
                    "credit_id invalid",
                    "currency_code required",
                    "customer_id required"
                ),
            () =>
                Faults(
                    "/api/drawdowns/7/reverse/",
                    """{"reason": [], "amount": 1}""",
                    "amount unknown_field",
                    "drawdown_id invalid",
                    "reason invalid"
                )
        );

        async Task Faults(string path, string body, params string[] faults)
        {
            // A key that is too long is one fault more.
            var answer = await writes.Api.Post(path, body, ("Idempotency-Key", new string('k', 256))).Is(400);
            Assert.Equal(
                faults.Prepend("Idempotency-Key invalid"),
                answer.Faults.Select(fault => $"{fault.Attribute} {fault.Code}").Order(StringComparer.Ordinal)
            );
        }
    }

    [Fact]
    public async Task Faults_of_one_kind_give_the_problem_its_title()
    {
        var alike = await writes.Api.Post("/api/drawdowns/", new { customer_id = writes.Customer }).Is(400);
        var mixed = await writes.Api.Post("/api/drawdowns/", new { customer_id = writes.Customer, amount = 0 }).Is(400);

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
        await writes.Refused(
            () => writes.Api.Get($"/api/credits/{id}/").IsFault("invalid", "credit_id"),
            () => writes.Api.Post($"/api/credits/{id}/update/").IsFault("invalid", "credit_id"),
            () => writes.Api.Post($"/api/credits/{id}/void/").IsFault("invalid", "credit_id")
        );
    }

    [Fact]
    public async Task An_id_of_nothing_is_404()
    {
        var real = writes.Credit.Text("credit_id")!;
        // Of no account, of an account of ours, and a ledger entry's, which is written like a credit's.
        string[] ids =
        [
            $"credit_{new string('0', 32)}",
            real[..^1] + (real[^1] == '0' ? '1' : '0'),
            (await writes.Api.Credit(writes.Credit)).Items("drawdowns")[0].Text("credit_id")!,
        ];

        foreach (var id in ids)
            await writes.Refused(
                () => writes.Api.Get($"/api/credits/{id}/").IsProblem(404, "not_found", $"There is no credit {id}."),
                () => writes.Api.Post($"/api/credits/{id}/update/").IsProblem(404, "not_found"),
                () => writes.Api.Post($"/api/credits/{id}/void/").IsProblem(404, "not_found")
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
        var updated = await writes
            .Api.Post($"{ApiClient.PathOf(writes.Credit)}update/", new { description = text })
            .Is(200);

        Assert.Equal(text, updated.Text("description"));
        Assert.Equal(updated.Body, (await writes.Api.Credit(writes.Credit)).Body);
    }

    [Theory]
    [InlineData("create credit", "description", 1000)]
    [InlineData("create credit", "external_id", 255)]
    [InlineData("draw down", "description", 1000)]
    [InlineData("draw down", "external_id", 255)]
    [InlineData("create customer", "customer_name", 255)]
    public async Task A_text_may_be_as_long_as_promised(string write, string field, int length)
    {
        var (path, body) = writes.Routes[write];
        var text = new string('客', length);

        var answer = await writes.Api.Post(path, With(body, field, $"\"{text}\"")).Is(201);

        Assert.Equal(text, answer.Text(field));
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
