using Drawdown.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Drawdown.LocalHost.Clock;

/// <summary><c>/local/clock</c>, which only LocalHost has.</summary>
internal static class ClockEndpoints
{
    private const string Route = "/local/clock";
    private const int LongestBody = 4096;

    /// <summary>Adds the two endpoints.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, TestClock clock, ClockMover mover)
    {
        endpoints.MapGet(Route, () => TypedResults.Ok(ClockAnswer.Of(clock, ran: null)));
        endpoints.MapPost(Route, (Delegate)((HttpContext context) => Post(context, clock, mover)));
    }

    private static async Task<IResult> Post(HttpContext context, TestClock clock, ClockMover mover)
    {
        if (await Read(context.Request, context.RequestAborted) is not { } body)
        {
            return Refused($"The body is longer than {LongestBody} bytes.");
        }

        if (!ClockRequest.TryParse(body, out ClockRequest? request, out string? malformed))
        {
            return Refused(malformed);
        }

        try
        {
            (IReadOnlyList<FunctionRun>? ran, string? fault) = await mover.Move(request, context.RequestAborted);
            return fault is null ? TypedResults.Ok(ClockAnswer.Of(clock, ran)) : Refused(fault);
        }
        catch (StorageUnavailableException outage)
        {
            return TypedResults.Problem(
                $"It is {ClockAnswer.Of(clock, ran: null).Now} now. What is due runs when the storage answers again. {outage.Message}",
                statusCode: StatusCodes.Status503ServiceUnavailable,
                title: "The storage is unavailable"
            );
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> Read(HttpRequest request, CancellationToken cancellation)
    {
        byte[] buffer = new byte[LongestBody + 1];
        int length = await request.Body.ReadAtLeastAsync(
            buffer,
            buffer.Length,
            throwOnEndOfStream: false,
            cancellation
        );
        return length > LongestBody ? null : buffer.AsMemory(0, length);
    }

    private static ProblemHttpResult Refused(string fault) =>
        TypedResults.Problem(fault, statusCode: StatusCodes.Status400BadRequest, title: "The clock was not moved");
}
