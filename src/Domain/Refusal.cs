using System.Collections.Immutable;

namespace Drawdown.Domain;

/// <summary>
/// Why a request has no effect. The set is closed; it becomes an HTTP status and a body in one place of each API side.
/// </summary>
public abstract record Refusal
{
    private Refusal() { }

    /// <summary>The request itself is wrong. All its faults at once, never empty.</summary>
    public sealed record Invalid(ImmutableArray<Fault> Faults) : Refusal
    {
        /// <summary>One fault.</summary>
        public Invalid(string code, string detail, string attribute)
            : this([new Fault(code, detail, attribute)]) { }
    }

    /// <summary>The thing named in the path does not exist for this organization.</summary>
    public sealed record NotFound(string Detail) : Refusal;

    /// <summary>The thing exists, but not in a state that allows the operation.</summary>
    public sealed record InvalidState(string Detail) : Refusal;

    /// <summary>The operation as asked is beyond what one operation may do.</summary>
    public sealed record InvalidOperation(string Detail) : Refusal;

    /// <summary>The customer has a subscription to the plan with the same filters at that time.</summary>
    public sealed record OverlappingPlans(string Detail) : Refusal;

    /// <summary>
    /// Something fell due before the request and has not been posted yet. Whoever asks posts it and decides again, so that
    /// the outcome does not depend on whether a timer ran.
    /// </summary>
    public sealed record Overdue : Refusal
    {
        /// <summary>What the caller is told.</summary>
        public const string Detail = "Something that fell due has to be posted first. Send the request again.";
    }

    /// <summary>An identifier that must be unique is taken.</summary>
    public sealed record Duplicate(string Detail) : Refusal;

    /// <summary>Other writers kept changing the account; nothing changed, and the request may be sent again.</summary>
    public sealed record Conflict(string Detail) : Refusal;

    /// <summary>The spendable credits are less than the amount asked for; nothing was drawn.</summary>
    /// <param name="Currency">The currency of the credits; null for the credits of batches, which are counted.</param>
    public sealed record InsufficientCredits(decimal Requested, decimal Available, string? Currency) : Refusal;

    /// <summary>The idempotency key was used for another request.</summary>
    public sealed record IdempotencyMismatch : Refusal
    {
        /// <summary>What the caller is told.</summary>
        public const string Detail = "This Idempotency-Key was used for another request.";
    }

    /// <summary>The thing is no longer the version that <c>If-Match</c> names.</summary>
    public sealed record PreconditionFailed : Refusal
    {
        /// <summary>What the caller is told.</summary>
        public const string Detail = "It has changed since the version that If-Match names.";
    }
}

/// <summary>One fault of a request.</summary>
/// <param name="Code">One of <see cref="FaultCode"/> or <see cref="BatchFaultCode"/>.</param>
/// <param name="Detail">A sentence for the caller.</param>
/// <param name="Attribute">The field, as a path: <c>amount</c>, <c>billing_address.city</c>.</param>
public sealed record Fault(string Code, string Detail, string Attribute);

/// <summary>The codes of <see cref="Fault"/>: Lotus's own, plus <see cref="UnknownField"/>. Those of batches are <see cref="BatchFaultCode"/>.</summary>
public static class FaultCode
{
#pragma warning disable CS1591 // The names say it.
    public const string Required = "required";
    public const string Null = "null";
    public const string Blank = "blank";
    public const string Invalid = "invalid";
    public const string InvalidChoice = "invalid_choice";
    public const string MinValue = "min_value";
    public const string MaxValue = "max_value";
    public const string MaxLength = "max_length";
    public const string MaxDigits = "max_digits";
    public const string MaxDecimalPlaces = "max_decimal_places";
    public const string MaxWholeDigits = "max_whole_digits";
    public const string DoesNotExist = "does_not_exist";
    public const string UnknownField = "unknown_field";
    public const string ParseError = "parse_error";
#pragma warning restore CS1591
}

/// <summary>The codes of what is well-formed and still wrong with a credit batch. Source: WIRE, Incoming side.</summary>
public static class BatchFaultCode
{
#pragma warning disable CS1591 // The names say it.
    public const string InvalidExpiresOn = "invalid_expires_on";
    public const string InvalidBalance = "invalid_balance";
    public const string InvalidAmount = "invalid_amount";
    public const string BelowMinimumBatchAmount = "below_minimum_batch_amount";
    public const string AccountClientMismatch = "account_client_mismatch";
#pragma warning restore CS1591
}
