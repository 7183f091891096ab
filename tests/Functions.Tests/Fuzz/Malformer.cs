using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Drawdown.Functions.Tests.OpenApi;

namespace Drawdown.Functions.Tests.Fuzz;

/// <summary>
/// Makes requests that must be refused. What is wrong with a body is decided by the document: whatever its schema finds a fault
/// in, the API must refuse. One seed makes one sequence of requests.
/// </summary>
public sealed class Malformer(IReadOnlyList<FuzzRequest> requests, string key, int seed)
{
    private static readonly OpenApiSchemas Schemas = OpenApiSchemas.Ours;

    private static readonly string[] Scripts =
    [
        "",
        " ",
        "\t\n",
        "null",
        "undefined",
        "NaN",
        "-1",
        "1e999",
        "0x10",
        "../../etc/passwd",
        "' OR 1=1 --",
        "Name eq 'a' or true",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "%00",
        "%n%s",
        "\u0000",
        "\u0007bell",
        "\u202Edlrow",
        "\uFEFF",
        "İıſK",
        "🂡🂡🂡",
        "e\u0301\u0301\u0301\u0301",
        "2026-02-30T00:00:00Z",
        "0000-00-00",
        "9999-12-31T23:59:60Z",
        "1969-12-31",
        "00000000-0000-0000-0000-00000000000g",
        "credit_0123456789ABCDEF0123456789ABCDEF",
        "credit_0123456789abcdef0123456789abcde",
    ];

    private static readonly string[] Numbers =
    [
        "-1",
        "-0.0000000001",
        "10000000000",
        "9999999999.99999999999",
        "1e400",
        "-1e400",
        "1e-400",
        "123456789012345678901234567890",
        "0.12345678901",
        "1.5",
        "4294967296",
        "9223372036854775808",
        "1E+2147483648",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next request that must be refused.</summary>
    public MalformedRequest Next()
    {
        while (true)
        {
            var request = requests[_random.Next(requests.Count)];
            var made = _random.Next(100) switch
            {
                < 45 => BadValue(request),
                < 60 => BadText(request),
                < 66 => BadMediaType(request),
                < 70 => BadIdempotencyKey(request),
                < 84 => BadPath(request),
                < 95 => BadQuery(request),
                _ => BadKey(request),
            };
            if (made is not null)
                return made;
        }
    }

    /// <summary>A body that is JSON, and not what the schema asks for.</summary>
    private MalformedRequest? BadValue(FuzzRequest request)
    {
        if (request.Schema is not { } schema)
            return null;
        var body = (JsonNode)request.Body!.DeepClone();
        for (var faults = 1 + _random.Next(3); faults > 0; faults--)
            body = Mutate(body);
        var text = body.ToJsonString();
        // Numbers that no JsonNode holds are put in as text.
        if (_random.Next(4) == 0 && text.IndexOf(":1", StringComparison.Ordinal) is > 0 and var at)
            text = string.Concat(text.AsSpan(0, at + 1), Pick(Numbers), text.AsSpan(at + 2));
        try
        {
            using var parsed = JsonDocument.Parse(text);
            if (Schemas.Faults(parsed.RootElement, schema).Count == 0)
                return null;
        }
        catch (Exception exception) when (exception is JsonException or OverflowException or FormatException)
        {
            // What the checker cannot read, the API cannot accept.
        }
        return Make(request, "body", Encoding.UTF8.GetBytes(text));
    }

    private JsonNode Mutate(JsonNode body)
    {
        if (body is not JsonObject whole || _random.Next(12) == 0)
            return Value(3) ?? JsonValue.Create("null");
        var place = whole;
        // Down to a nested object, as far as there is one.
        while (_random.Next(2) == 0 && Pick(Nested(place)) is { } inner)
            place = inner;
        var names = place.Select(property => property.Key).ToList();
        switch (_random.Next(4))
        {
            case 0 when names.Count > 0:
                place.Remove(Pick(names)!);
                break;
            case 1:
                place[Pick(Scripts) + "x"] = Value(2);
                break;
            default:
                place[names.Count > 0 ? Pick(names)! : "amount"] = Value(3);
                break;
        }
        return whole;
    }

    private static List<JsonObject> Nested(JsonObject place) =>
        [
            .. place.Select(property => property.Value).OfType<JsonObject>(),
            .. place
                .Select(property => property.Value)
                .OfType<JsonArray>()
                .SelectMany(list => list.OfType<JsonObject>()),
        ];

    private JsonNode? Value(int depth) =>
        _random.Next(depth > 0 ? 9 : 7) switch
        {
            0 => null,
            1 => JsonValue.Create(_random.Next(2) == 0),
            2 => JsonNode.Parse(Pick(Numbers)!),
            3 => JsonValue.Create(_random.NextInt64(long.MinValue, long.MaxValue)),
            4 => JsonValue.Create(new string(Pick(["a", "ß", "漢", "\u0001", " "])![0], _random.Next(1, 3000))),
            5 => JsonValue.Create(_random.NextDouble() * 1e12 - 5e11),
            6 => JsonValue.Create(Pick(Scripts)),
            7 => new JsonArray([.. Enumerable.Range(0, _random.Next(120)).Select(_ => Value(0))]),
            _ => new JsonObject(
                Enumerable
                    .Range(0, _random.Next(5))
                    .Select(i =>
                        KeyValuePair.Create(string.Create(CultureInfo.InvariantCulture, $"k{i}"), Value(depth - 1))
                    )
            ),
        };

    /// <summary>A body that is not one JSON object in UTF-8.</summary>
    private MalformedRequest? BadText(FuzzRequest request)
    {
        if (request.Body is null)
            return null;
        var text = request.Body.ToJsonString();
        var bytes = Encoding.UTF8.GetBytes(text);
        byte[] broken = _random.Next(10) switch
        {
            0 => bytes[..^_random.Next(1, bytes.Length)],
            1 => [.. bytes, .. "}"u8],
            2 => [.. bytes[..1], (byte)_random.Next(0x80, 0x100), .. bytes[1..]],
            3 => Encoding.Unicode.GetBytes(text),
            4 => Encoding.UTF8.GetBytes(text[..^1] + ",\"\\ud800\":1}"),
            5 => Encoding.UTF8.GetBytes(text[..^1] + ",\"twice\":1,\"twice\":2}"),
            6 => Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', 40)}{new string(']', 40)}}}"),
            7 => Encoding.UTF8.GetBytes(text[..^1] + ",}"),
            8 => Encoding.UTF8.GetBytes("[" + text + "]"),
            _ => [.. Enumerable.Range(0, _random.Next(1, 200)).Select(_ => (byte)_random.Next(256)), 0],
        };
        return Make(request, "text", broken);
    }

    private MalformedRequest? BadMediaType(FuzzRequest request)
    {
        string[] types =
        [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=utf-16",
            "json",
            "*/*",
        ];
        return request.Body is null
            ? null
            : Make(request, "media type", Encoding.UTF8.GetBytes(request.Body.ToJsonString())) with
            {
                ContentType = Pick([.. types, null]),
            };
    }

    private MalformedRequest? BadIdempotencyKey(FuzzRequest request)
    {
        var takesKey = request.Operation.Parameters.Any(parameter =>
            parameter.GetProperty("name").ValueEquals("Idempotency-Key")
        );
        return takesKey
            ? Make(request, "idempotency key", Encoding.UTF8.GetBytes(request.Body?.ToJsonString() ?? "{}")) with
            {
                IdempotencyKey = new string('k', _random.Next(256, 2000)),
            }
            : null;
    }

    /// <summary>An id that is not one.</summary>
    private MalformedRequest? BadPath(FuzzRequest request)
    {
        var segments = request.Path.Split('/');
        var template = request.Operation.Path.Split('/');
        var ids = Enumerable
            .Range(0, segments.Length)
            // A customer's id may be any text: one that does not exist is not malformed, and is refused all the same.
            .Where(i => template[i].StartsWith('{'))
            .ToList();
        if (ids.Count == 0)
            return null;
        var at = ids[_random.Next(ids.Count)];
        var id = segments[at];
        segments[at] = Uri.EscapeDataString(
            _random.Next(6) switch
            {
                0 => id[..^1],
                1 => id + "0",
                2 => id[..^1] + "g",
                3 => id.Replace('_', '-') + "!",
                4 => Pick(Scripts) + "x",
                _ => new string('a', _random.Next(1, 2000)),
            }
        );
        return Make(request with { Path = string.Join('/', segments) }, "path", null);
    }

    /// <summary>A parameter that is not known, or not what it must be.</summary>
    private MalformedRequest? BadQuery(FuzzRequest request)
    {
        var operation = request.Operation;
        var query = operation.Parameters.Where(parameter => parameter.GetProperty("in").ValueEquals("query")).ToList();
        if (operation.Method is not "GET" || query.Count == 0)
            return null;
        string[] wrong =
        [
            $"{Uri.EscapeDataString(Pick(Scripts) + "x")}=1",
            $"limit={Pick(["0", "-1", "1001", "x", "1.5", "99999999999999999999", "%20"])}",
            $"page={Pick(["0", "-1", "x", "1.5", "99999999999999999999", "%20"])}",
            $"cursor={Pick(["x", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00", "%F0%9F%82%A1"])}",
            $"status={Uri.EscapeDataString(Pick(Scripts) + "x")}",
            $"currency_code={Pick(["XXY", "usd", "%24", "US"])}",
            $"issued_after={Uri.EscapeDataString(Pick(Scripts) + "x")}",
            $"creditAccountId={Uri.EscapeDataString(Pick(Scripts) + "x")}",
        ];
        return Make(request with { Query = string.Join('&', [request.Query, Pick(wrong)!]).Trim('&') }, "query", null);
    }

    private MalformedRequest BadKey(FuzzRequest request)
    {
        string?[] wrong =
        [
            null,
            "",
            "Token",
            "Token ",
            "Bearer",
            $"Basic {key}",
            $"Token {key}x",
            $"Bearer {key[1..]}",
            "🂡",
        ];
        return Make(
            request,
            "key",
            request.Body is null ? null : Encoding.UTF8.GetBytes(request.Body.ToJsonString())
        ) with
        {
            Authorization = Pick(wrong),
        };
    }

    private MalformedRequest Make(FuzzRequest request, string kind, byte[]? body) =>
        new(
            kind,
            request.Operation.Method,
            request.Query.Length == 0 ? request.Path : $"{request.Path}?{request.Query}",
            request.Operation.Method is "GET" ? null : body ?? "{}"u8.ToArray()
        )
        {
            Authorization = $"Token {key}",
        };

    private T? Pick<T>(IReadOnlyList<T> all) => all.Count == 0 ? default : all[_random.Next(all.Count)];
}

/// <summary>A request that must be refused.</summary>
/// <param name="Kind">What is wrong with it.</param>
public sealed record MalformedRequest(string Kind, string Method, string Path, byte[]? Body)
{
    /// <summary>The header, or null.</summary>
    public string? Authorization { get; init; }

    /// <summary>The type of the body, or null.</summary>
    public string? ContentType { get; init; } = "application/json";

    /// <summary>The header, or null.</summary>
    public string? IdempotencyKey { get; init; }
}
