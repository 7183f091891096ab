using System.Collections.Immutable;
using System.Net.Mime;
using Drawdown.Domain;
using Drawdown.Domain.Money;
using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api;

/// <summary>
/// Errors as Lotus writes them: <c>application/problem+json</c> with <c>validation_errors</c>. This is the one place in which
/// a refusal becomes a status on the Lotus side.
/// </summary>
public sealed class LotusErrors : IApiSide
{
    private const string Type = "https://docs.uselotus.io/errors/error-responses#";

    /// <inheritdoc/>
    public bool IgnoresUnknownFields => false;

    /// <inheritdoc/>
    public async Task WriteError(HttpContext context, ApiError error)
    {
        var problem = Of(error, HttpMethods.IsGet(context.Request.Method));
        var response = context.Response;
        response.StatusCode = problem.Status;
        if (error is ApiError.NotAuthenticated)
            response.Headers.WWWAuthenticate = "Token realm=\"drawdown\", Bearer realm=\"drawdown\"";
        if (error is ApiError.Unavailable or ApiError.Refused { Refusal: Refusal.Conflict })
            response.Headers.RetryAfter = "1";
        response.ContentType = MediaTypeNames.Application.ProblemJson;
        var body = Body(problem, context.Request.Path);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body);
    }

    private static byte[] Body(Problem problem, string? instance) =>
        JsonText.Write(json =>
        {
            var kind =
                problem.Faults.Length > 0 ? "validation-error"
                : problem.Status < 500 ? "client-error"
                : "server-error";
            json.WriteStartObject();
            json.WriteString("type", Type + kind);
            json.WriteString("title", problem.Code);
            json.WriteNumber("status", problem.Status);
            json.WriteString("detail", problem.Detail);
            json.WriteString("instance", instance);
            if (problem.Faults.Length > 0)
                json.Objects(
                    "validation_errors",
                    problem.Faults,
                    fault =>
                    {
                        json.WriteString("code", fault.Code);
                        json.WriteString("detail", fault.Detail);
                        json.WriteString("attr", fault.Attribute);
                    }
                );
            json.WriteEndObject();
        });

    private static Problem Of(ApiError error, bool isRead) =>
        error switch
        {
            ApiError.Refused { Refusal: var refusal } => Of(refusal),
            ApiError.NotAuthenticated => new(
                401,
                "not_authenticated",
                "Authentication credentials were not provided, or are not valid."
            ),
            ApiError.Malformed { Detail: var detail } => new(400, FaultCode.ParseError, detail),
            ApiError.TooLarge => new(413, "too_large", $"The body may have {JsonBody.MaxBytes} bytes at most."),
            ApiError.UnsupportedMediaType => new(
                415,
                "unsupported_media_type",
                "The body must be sent as application/json in UTF-8."
            ),
            ApiError.Unavailable => new(503, "unavailable", ApiError.Unavailable.Detail(isRead)),
            ApiError.Unexpected => new(500, "error", ApiError.Unexpected.Detail),
            _ => throw new ArgumentOutOfRangeException(nameof(error), error, "Not an API error."),
        };

    private static Problem Of(Refusal refusal) =>
        refusal switch
        {
            Refusal.Invalid { Faults: var faults } => new(400, CodeOf(faults), faults[0].Detail, faults),
            Refusal.NotFound { Detail: var detail } => new(404, "not_found", detail),
            Refusal.InvalidState { Detail: var detail } => new(400, "invalid_state", detail),
            Refusal.InvalidOperation { Detail: var detail } => new(400, "invalid_operation", detail),
            Refusal.Duplicate { Detail: var detail } => new(409, "duplicate_resource", detail),
            Refusal.Conflict { Detail: var detail } => new(409, "conflict", detail),
            Refusal.InsufficientCredits
            {
                Requested: var requested,
                Available: var available,
                Currency: var currency
            } => new(
                409,
                "insufficient_credits",
                $"{ExactDecimal.Format(requested)} {currency} were asked for, {ExactDecimal.Format(available)} {currency} can be drawn. Nothing was drawn."
            ),
            Refusal.OverlappingPlans { Detail: var detail } => new(400, "overlapping_plans", detail),
            Refusal.Overdue => new(409, "conflict", Refusal.Overdue.Detail),
            Refusal.IdempotencyMismatch => new(422, "idempotency_mismatch", Refusal.IdempotencyMismatch.Detail),
            Refusal.PreconditionFailed => new(412, "precondition_failed", Refusal.PreconditionFailed.Detail),
            _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a refusal."),
        };

    // Faults of one kind give the problem its title; several kinds have no better one than that it is invalid.
    private static string CodeOf(ImmutableArray<Fault> faults) =>
        faults.All(fault => fault.Code == faults[0].Code) ? faults[0].Code : FaultCode.Invalid;

    private sealed record Problem(int Status, string Code, string Detail, ImmutableArray<Fault> Faults)
    {
        public Problem(int status, string code, string detail)
            : this(status, code, detail, []) { }
    }
}
