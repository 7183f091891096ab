using System.Net.Mime;
using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api;

/// <summary>Writes a reply as the host's result.</summary>
public sealed class ReplyResult(Reply reply, IApiSide side) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        // Answers are of one caller only; X-API-KEY, unlike Authorization, does not tell a shared cache so.
        httpContext.Response.Headers.CacheControl = "private, no-cache";
        httpContext.Response.Headers.XContentTypeOptions = "nosniff";
        return reply switch
        {
            Reply.Success success => Write(httpContext, success),
            Reply.Failure { Error: var error } => side.WriteError(httpContext, error),
            Reply.Document document => Write(httpContext.Response, document),
            _ => throw new InvalidOperationException("A reply is a success, a failure or a document."),
        };
    }

    private static async Task Write(HttpContext context, Reply.Success success)
    {
        var (answer, response) = (success.Answer, context.Response);
        if (answer.ETag is { } tag)
            response.Headers.ETag = tag;
        if (answer.Location is { } location)
            response.Headers.Location = location;
        if (success.Replayed)
            response.Headers["Idempotent-Replayed"] = "true";
        if (success.Next is { } next)
            response.Headers.Link = $"<{next}>; rel=\"next\"";
        if (
            HttpMethods.IsGet(context.Request.Method)
            && answer.ETag is { } current
            && EntityTag.IsKnown(context.Request, current)
        )
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.StatusCode = answer.Status;
        response.ContentType = MediaTypeNames.Application.Json;
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body);
    }

    private static async Task Write(HttpResponse response, Reply.Document document)
    {
        foreach (var (name, value) in document.Headers)
            response.Headers[name] = value;
        response.ContentType = document.ContentType;
        response.ContentLength = document.Body.Length;
        await response.Body.WriteAsync(document.Body);
    }
}
