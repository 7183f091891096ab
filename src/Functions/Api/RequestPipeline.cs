using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Storage;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.ApiKeys;
using Drawdown.Storage.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Api;

/// <summary>
/// What every HTTP function does around its own work: request id, API key, time limit, and no exception that reaches the
/// caller. It is called by the functions, because ASP.NET Core middleware does not run in the isolated worker.
/// </summary>
public sealed partial class RequestPipeline(
    ApiContext context,
    DrawdownMetrics metrics,
    ILogger<RequestPipeline> logger
)
{
    /// <summary>
    /// How long a call may take. The Functions host gives up after 230 s; a caller has given up long before, and the grace
    /// of the agenda rests on no request living longer than that.
    /// </summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    /// <summary>Runs a call of a caller with an API key.</summary>
    /// <param name="route">The method and the route's template; idempotency keys and cursors belong to it.</param>
    public Task<IResult> Run(HttpRequest request, IApiSide side, string route, Func<ApiCall, Task<Reply>> work) =>
        Guard(
            request,
            side,
            async (requestId, cancellation) =>
            {
                if (await Authenticate(request, cancellation) is not { } key)
                    return new ApiError.NotAuthenticated();
                var by = new Provenance(key.Id, requestId, context.Clock.GetWholeMilliseconds());
                return await work(new ApiCall(context, side, request, route, key, by, cancellation));
            }
        );

    /// <summary>Runs a call that needs no API key.</summary>
    public Task<IResult> RunOpen(HttpRequest request, IApiSide side, Func<CancellationToken, Task<Reply>> work) =>
        Guard(request, side, (_, cancellation) => work(cancellation));

    private async Task<ApiKey?> Authenticate(HttpRequest request, CancellationToken cancellation) =>
        ApiKeyHeader.Read(request) is { } secret ? await context.Keys.Find(secret, cancellation) : null;

    private async Task<IResult> Guard(
        HttpRequest request,
        IApiSide side,
        Func<string, CancellationToken, Task<Reply>> work
    )
    {
        var requestId = "req_" + context.Entropy.Hex(32);
        request.HttpContext.Response.Headers["X-Request-Id"] = requestId;
        // Not the caller's own token: a write that has begun is finished even if nobody waits for the answer.
        using var limit = new CancellationTokenSource(TimeLimit, context.Clock);
        Reply reply;
        try
        {
            reply = await work(requestId, limit.Token);
        }
        catch (StorageUnavailableException exception)
        {
            LogUnavailable(logger, exception, requestId);
            reply = new ApiError.Unavailable();
        }
        catch (AccountBusyException)
        {
            reply = new Refusal.Conflict("The account kept changing. Nothing was changed; send the request again.");
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            LogUnavailable(logger, exception, requestId);
            reply = new ApiError.Unavailable();
        }
        catch (BadHttpRequestException exception)
        {
            // The caller stopped sending, or sent a body that is not what its headers say.
            LogBroken(logger, exception, requestId);
            reply = new ApiError.Malformed("The request's body could not be read.");
        }
#pragma warning disable CA1031 // A bug must not reach the caller as the host's empty 500, let alone as a stack trace.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogUnexpected(logger, exception, requestId);
            reply = new ApiError.Unexpected();
        }
        metrics.Answered(OutcomeOf(reply));
        return new ReplyResult(reply, side);
    }

    private static RequestOutcome OutcomeOf(Reply reply) =>
        reply switch
        {
            Reply.Failure { Error: ApiError.Unavailable } => RequestOutcome.Unavailable,
            Reply.Failure { Error: ApiError.Unexpected } => RequestOutcome.Unexpected,
            Reply.Failure => RequestOutcome.Refused,
            _ => RequestOutcome.Succeeded,
        };

    [LoggerMessage(LogLevel.Warning, "Storage did not answer request {RequestId}.")]
    private static partial void LogUnavailable(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(LogLevel.Information, "The body of request {RequestId} could not be read.")]
    private static partial void LogBroken(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(LogLevel.Error, "Request {RequestId} met a bug.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string requestId);
}
