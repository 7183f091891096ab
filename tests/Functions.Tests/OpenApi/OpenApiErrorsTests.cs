using System.Text.Json;
using System.Text.RegularExpressions;
using Drawdown.Domain;
using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Tests.OpenApi;

/// <summary>Every error that this API side can write is in the document, with its status, and no other is.</summary>
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
            from response in operation.Responses.EnumerateObject()
            where response.Name[0] is '4' or '5'
            let schema = Schemas.Resolve(response.Value).GetProperty("content").GetProperty("application/problem+json")
            from code in CodesOf(schema.GetProperty("schema").GetProperty("properties").GetProperty("title"))
            select (int.Parse(response.Name), code);

        Assert.Equal(Sorted(await Written()), Sorted(described));
    }

    [Fact]
    public async Task The_table_of_codes_names_every_error_with_its_status()
    {
        var listed =
            from row in TableRow().Matches(Schemas.At("#/info/description").GetString()!)
            from code in row.Groups["code"].Captures
            select (int.Parse(row.Groups["status"].Value), code.Value);

        Assert.Equal(Sorted(await Written()), Sorted(listed));
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
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = "/api/credits/";
        using var body = new MemoryStream();
        context.Response.Body = body;
        await new LotusErrors().WriteError(context, error);
        var problem = JsonDocument.Parse(body.ToArray()).RootElement;
        Assert.Equal(context.Response.StatusCode, problem.GetProperty("status").GetInt32());
        return (context.Response.StatusCode, problem.GetProperty("title").GetString()!, problem);
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
