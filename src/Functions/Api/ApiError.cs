using Drawdown.Domain;

namespace Drawdown.Functions.Api;

/// <summary>Why a call has no effect: what the domain refuses, and what never reaches it. The set is closed.</summary>
public abstract record ApiError
{
    private ApiError() { }

    /// <summary>The domain refuses.</summary>
    public sealed record Refused(Refusal Refusal) : ApiError;

    /// <summary>No API key, or one that is unknown or revoked.</summary>
    public sealed record NotAuthenticated : ApiError;

    /// <summary>The body is not the JSON that it should be.</summary>
    public sealed record Malformed(string Detail) : ApiError;

    /// <summary>The body is larger than <see cref="JsonBody.MaxBytes"/>.</summary>
    public sealed record TooLarge : ApiError;

    /// <summary>The body is not JSON by its content type.</summary>
    public sealed record UnsupportedMediaType : ApiError;

    /// <summary>Storage does not answer.</summary>
    public sealed record Unavailable : ApiError
    {
        /// <summary>What the caller is told.</summary>
        /// <param name="isRead">Whether the request could have no effect.</param>
        public static string Detail(bool isRead) =>
            isRead
                ? "Storage does not answer. Send the request again."
                : "Storage does not answer, and it is not known whether the request took effect. Send it again with the same Idempotency-Key.";
    }

    /// <summary>A bug. Its particulars are in the log, never in the answer.</summary>
    public sealed record Unexpected : ApiError
    {
        /// <summary>What the caller is told.</summary>
        public const string Detail = "Something went wrong on our side. Tell us the X-Request-Id of this answer.";
    }

    /// <summary>Lets a function return a refusal as it is.</summary>
    public static implicit operator ApiError(Refusal refusal) => new Refused(refusal);
}
