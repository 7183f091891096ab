using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost.Http;

/// <summary>
/// The answers that the genuine host gives by itself, each with an empty body: 404 to a route or a method that no function
/// has, and 500 when a function throws.
/// </summary>
internal sealed partial class BareAnswers(RequestDelegate next, ILogger<BareAnswers> logger)
{
    /// <summary>Runs after routing and before the function.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        // ASP.NET Core routes an unknown method to an endpoint of its own that answers 405; it is no RouteEndpoint.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody is left to answer.
        }
        catch (Exception fault)
        {
            LogUncaught(logger, endpoint.DisplayName, fault);
            if (context.Response.HasStarted)
            {
                context.Abort(); // Half an answer must not look like a whole one.
                return;
            }

            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    [LoggerMessage(LogLevel.Error, "Function '{Function}' threw an exception that it should have handled.")]
    private static partial void LogUncaught(ILogger logger, string? function, Exception fault);
}
