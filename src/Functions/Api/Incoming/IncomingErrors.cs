using System.Collections.Immutable;
using System.Globalization;
using System.Net.Mime;
using Drawdown.Domain;
using Drawdown.Domain.Money;
using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api.Incoming;

/// <summary>
/// Errors as Thought Industries writes them: <c>{error, message, details}</c>, and a 401 with an empty body. This is the one
/// place in which a refusal becomes a status on the Incoming side.
/// </summary>
public sealed class IncomingErrors : IApiSide
{
    // What a caller can see without knowing the service: a field that is missing, or of another type. All else is semantics.
    private static readonly HashSet<string> Malformed =
    [
        FaultCode.Required,
        FaultCode.Null,
        FaultCode.Invalid,
        FaultCode.InvalidChoice,
        FaultCode.UnknownField,
        FaultCode.ParseError,
    ];

    private static readonly HashSet<string> Documented =
    [
        BatchFaultCode.InvalidExpiresOn,
        BatchFaultCode.InvalidBalance,
        BatchFaultCode.InvalidAmount,
        BatchFaultCode.BelowMinimumBatchAmount,
        BatchFaultCode.AccountClientMismatch,
    ];

    /// <inheritdoc/>
    public bool IgnoresUnknownFields => true;

    /// <inheritdoc/>
    public async Task WriteError(HttpContext context, ApiError error)
    {
        var response = context.Response;
        if (error is ApiError.NotAuthenticated)
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            response.Headers.WWWAuthenticate = "Bearer realm=\"drawdown\", Token realm=\"drawdown\"";
            response.ContentLength = 0;
            return;
        }
        var answer = Of(error, HttpMethods.IsGet(context.Request.Method));
        response.StatusCode = answer.Status;
        if (error is ApiError.Unavailable or ApiError.Refused { Refusal: Refusal.Conflict })
            response.Headers.RetryAfter = "1";
        response.ContentType = MediaTypeNames.Application.Json;
        var body = Body(answer);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body);
    }

    private static byte[] Body(Answer answer) =>
        JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("error", answer.Code);
            json.WriteString("message", answer.Message);
            if (answer.Faults.Length > 0)
                json.Objects(
                    "details",
                    answer.Faults,
                    fault =>
                    {
                        json.WriteString("field", fault.Attribute);
                        json.WriteString("message", fault.Detail);
                    }
                );
            json.WriteEndObject();
        });

    private static Answer Of(ApiError error, bool isRead) =>
        error switch
        {
            ApiError.Refused { Refusal: var refusal } => Of(refusal, isRead),
            ApiError.Malformed { Detail: var detail } => new(400, "invalid_request", detail),
            ApiError.TooLarge => new(413, "too_large", $"The body may have {JsonBody.MaxBytes} bytes at most."),
            ApiError.UnsupportedMediaType => new(
                415,
                "unsupported_media_type",
                "The body must be sent as application/json in UTF-8."
            ),
            ApiError.Unavailable => new(503, "unavailable", ApiError.Unavailable.Detail(isRead)),
            ApiError.Unexpected => new(500, "internal_error", ApiError.Unexpected.Detail),
            _ => throw new ArgumentOutOfRangeException(nameof(error), error, "Not an API error."),
        };

    private static Answer Of(Refusal refusal, bool isRead) =>
        refusal switch
        {
            Refusal.Invalid { Faults: var faults } => Of(faults, isRead),
            Refusal.NotFound { Detail: var detail } => new(404, "not_found", detail),
            // The one thing of this side that has states is a batch.
            Refusal.InvalidState { Detail: var detail } => new(409, "batch_not_active", detail),
            Refusal.InvalidOperation { Detail: var detail } => new(422, BatchFaultCode.InvalidAmount, detail),
            Refusal.OverlappingPlans { Detail: var detail } => new(409, "conflict", detail),
            Refusal.Duplicate { Detail: var detail } => new(409, "conflict", detail),
            Refusal.Conflict { Detail: var detail } => new(409, "conflict", detail),
            Refusal.Overdue => new(409, "conflict", Refusal.Overdue.Detail),
            Refusal.InsufficientCredits { Requested: var requested, Available: var available } => new(
                409,
                "insufficient_credits",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{ExactDecimal.Format(requested)} credits were asked for, {ExactDecimal.Format(available)} are there. Nothing changed."
                )
            ),
            Refusal.IdempotencyMismatch => new(422, "idempotency_mismatch", Refusal.IdempotencyMismatch.Detail),
            Refusal.PreconditionFailed => new(412, "precondition_failed", Refusal.PreconditionFailed.Detail),
            _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a refusal."),
        };

    private static Answer Of(ImmutableArray<Fault> faults, bool isRead)
    {
        if (faults.FirstOrDefault(IsMalformed) is { } malformed)
            return new(400, "invalid_request", malformed.Detail, faults);
        var code = Documented.Contains(faults[0].Code) ? faults[0].Code : "invalid_value";
        return new(422, code, faults[0].Detail, faults);

        // A read has parameters only, and one that is blank or too long asks for nothing.
        bool IsMalformed(Fault fault) => Malformed.Contains(fault.Code) || (isRead && !Documented.Contains(fault.Code));
    }

    private sealed record Answer(int Status, string Code, string Message, ImmutableArray<Fault> Faults)
    {
        public Answer(int status, string code, string message)
            : this(status, code, message, []) { }
    }
}
