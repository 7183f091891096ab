using System.Text.Json;
using System.Text.RegularExpressions;
using Drawdown.Domain;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Tests.OpenApi;

/// <summary>Every error that a side of the API can write is in the document, with its status, and no other is.</summary>
public sealed partial class OpenApiErrorsTests
{
    private static readonly OpenApiSchemas Schemas = OpenApiSchemas.Ours;

    private static readonly IReadOnlyList<string> FaultCodes =
    [
        .. typeof(FaultCode).GetFields().Select(field => (string)field.GetRawConstantValue()!),
    ];

    private static readonly IReadOnlyList<Refusal> Refusals =
    [
        .. FaultCodes
            // The body as a whole, not a field of it: ApiError.Malformed.
            .Where(code => code != FaultCode.ParseError)
            .Select(code => new Refusal.Invalid(code, "It is wrong.", "field")),
        new Refusal.NotFound("Nothing there."),
        new Refusal.InvalidState("Not in this state."),
        new Refusal.InvalidOperation("Too much."),
        new Refusal.OverlappingPlans("There is one."),
        new Refusal.Overdue(),
        new Refusal.Duplicate("It is taken."),
        new Refusal.Conflict("Others were faster."),
        new Refusal.InsufficientCredits(2m, 1m, "USD"),
        new Refusal.IdempotencyMismatch(),
        new Refusal.PreconditionFailed(),
    ];

    private static readonly IReadOnlyList<ApiError> Errors =
    [
        .. Refusals.Select(refusal => new ApiError.Refused(refusal)),
        new ApiError.NotAuthenticated(),
        new ApiError.Malformed("Not JSON."),
        new ApiError.TooLarge(),
        new ApiError.UnsupportedMediaType(),
        new ApiError.Unavailable(),
        new ApiError.Unexpected(),
    ];

    private static readonly IReadOnlyList<ApiError> IncomingErrorsOfAll =
    [
        .. typeof(BatchFaultCode)
            .GetFields()
            .Select(field => (string)field.GetRawConstantValue()!)
            .Select(code => new ApiError.Refused(new Refusal.Invalid(code, "It is wrong.", "field"))),
        // Those have no body.
        .. Errors.Where(error => error is not ApiError.NotAuthenticated),
    ];

    [Fact]
    public async Task Every_error_of_the_Incoming_side_is_described_with_its_status_and_the_reverse()
    {
        var described =
            from operation in Schemas.Operations()
            where operation.IsIncoming
            from response in operation.Responses.EnumerateObject()
            where response.Name[0] is '4' or '5'
            where response.Name is not "401"
            let schema = Schemas.Resolve(response.Value).GetProperty("content").GetProperty("application/json")
            from code in CodesOf(schema.GetProperty("schema").GetProperty("properties").GetProperty("error"))
            select (int.Parse(response.Name), code);

        Assert.Equal(Sorted(await WrittenIncoming()), Sorted(described));
    }

    [Fact]
    public async Task The_table_of_the_Incoming_side_names_every_error_with_its_status() =>
        Assert.Equal(Sorted(await WrittenIncoming()), Sorted(Listed(Sections[1])));

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task Every_error_of_the_Incoming_side_is_written_as_the_document_says(string method)
    {
        foreach (var error in IncomingErrorsOfAll)
        {
            var (_, body) = await Write(new IncomingErrors(), error, method);

            Assert.Empty(Schemas.Faults(JsonDocument.Parse(body).RootElement, "IncomingError"));
        }
    }

    [Fact]
    public async Task A_401_of_the_Incoming_side_has_no_body()
    {
        var (context, body) = await Write(new IncomingErrors(), new ApiError.NotAuthenticated(), "GET");

        Assert.Equal(401, context.Response.StatusCode);
        Assert.Empty(body);
        Assert.Equal(0, context.Response.ContentLength);
        Assert.NotEmpty(context.Response.Headers.WWWAuthenticate.ToString());
    }

    [Fact]
    public void These_tests_know_every_error()
    {
        Assert.Empty(Kinds<Refusal>().Except(Refusals.Select(refusal => refusal.GetType())));
        Assert.Empty(Kinds<ApiError>().Except(Errors.Select(error => error.GetType())));

        static IEnumerable<Type> Kinds<T>() => typeof(T).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(T)));
    }

    [Fact]
    public void The_codes_of_faults_are_those_of_the_code()
    {
        var documented = CodesOf(Schemas.At("#/components/schemas/FaultCode"));

        Assert.Equal(FaultCodes.Except([FaultCode.ParseError], StringComparer.Ordinal), documented);
    }

    [Fact]
    public async Task The_codes_of_problems_are_those_that_are_written()
    {
        var documented = CodesOf(Schemas.At("#/components/schemas/ProblemCode")).Order(StringComparer.Ordinal);

        var written = (await Written()).Select(error => error.Code).Distinct();
        Assert.Equal(written.Order(StringComparer.Ordinal), documented);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Every_error_is_written_as_the_document_says(string method)
    {
        foreach (var error in Errors)
        {
            var (_, _, body) = await Write(error, method);

            Assert.Empty(Schemas.Faults(body, "Problem"));
        }
    }

    [Fact]
    public async Task Every_error_that_can_be_written_is_described_with_its_status_and_the_reverse()
    {
        var described =
            from operation in Schemas.Operations()
            where !operation.IsIncoming
            from response in operation.Responses.EnumerateObject()
            where response.Name[0] is '4' or '5'
            let schema = Schemas.Resolve(response.Value).GetProperty("content").GetProperty("application/problem+json")
            from code in CodesOf(schema.GetProperty("schema").GetProperty("properties").GetProperty("title"))
            select (int.Parse(response.Name), code);

        Assert.Equal(Sorted(await Written()), Sorted(described));
    }

    [Fact]
    public async Task The_table_of_codes_names_every_error_with_its_status() =>
        Assert.Equal(Sorted(await Written()), Sorted(Listed(Sections[0])));

    // Before and after the heading of what is different on the Incoming side.
    private static string[] Sections =>
        Schemas.At("#/info/description").GetString()!.Split("## Training credits", StringSplitOptions.None);

    private static IEnumerable<(int Status, string Code)> Listed(string text) =>
        from row in TableRow().Matches(text)
        from code in row.Groups["code"].Captures
        select (int.Parse(row.Groups["status"].Value), code.Value);

    private static async Task<List<(int Status, string Code)>> WrittenIncoming()
    {
        List<(int Status, string Code)> written = [];
        foreach (var error in IncomingErrorsOfAll)
        {
            var (context, body) = await Write(new IncomingErrors(), error, "POST");
            var code = JsonDocument.Parse(body).RootElement.GetProperty("error").GetString()!;
            written.Add((context.Response.StatusCode, code));
        }
        return written;
    }

    private static async Task<List<(int Status, string Code)>> Written()
    {
        List<(int Status, string Code)> written = [];
        foreach (var error in Errors)
        {
            var (status, code, _) = await Write(error, "POST");
            written.Add((status, code));
        }
        return written;
    }

    private static async Task<(int Status, string Code, JsonElement Body)> Write(ApiError error, string method)
    {
        var (context, body) = await Write(new LotusErrors(), error, method);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal(context.Response.StatusCode, problem.GetProperty("status").GetInt32());
        return (context.Response.StatusCode, problem.GetProperty("title").GetString()!, problem);
    }

    private static async Task<(HttpContext Context, byte[] Body)> Write(IApiSide side, ApiError error, string method)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = "/api/credits/";
        using var body = new MemoryStream();
        context.Response.Body = body;
        await side.WriteError(context, error);
        return (context, body.ToArray());
    }

    /// <summary>The texts that a schema of codes allows.</summary>
    private static IEnumerable<string> CodesOf(JsonElement schema) =>
        schema
            .EnumerateObject()
            .SelectMany(keyword =>
                keyword.Name switch
                {
                    "$ref" => CodesOf(Schemas.At(keyword.Value.GetString()!)),
                    "anyOf" => keyword.Value.EnumerateArray().SelectMany(CodesOf),
                    "enum" => keyword.Value.EnumerateArray().Select(code => code.GetString()!),
                    "const" => [keyword.Value.GetString()!],
                    _ => [],
                }
            );

    private static IEnumerable<string> Sorted(IEnumerable<(int Status, string Code)> errors) =>
        errors.Select(error => $"{error.Status} {error.Code}").Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(
        @"^\| (?<status>[0-9]{3}) \|( `(?<code>[a-z_]+)`)+ \|$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex TableRow();
}
