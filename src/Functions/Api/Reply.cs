using System.Collections.Immutable;
using Drawdown.Domain;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.Api;

/// <summary>What a function answers, before it is written in its API side's own form.</summary>
public abstract record Reply
{
    private Reply() { }

    /// <summary>It went through.</summary>
    /// <param name="Replayed">The answer is that of an earlier request under the same idempotency key.</param>
    /// <param name="Next">The target of the link to the next page, or null.</param>
    public sealed record Success(StoredAnswer Answer, bool Replayed = false, string? Next = null) : Reply;

    /// <summary>It did not.</summary>
    public sealed record Failure(ApiError Error) : Reply;

    /// <summary>Bytes that are not JSON, such as a page.</summary>
    public sealed record Document(ReadOnlyMemory<byte> Body, string ContentType) : Reply
    {
        /// <summary>Headers of its own, which stand in for those that every answer has.</summary>
        public IReadOnlyDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;
    }

    /// <summary>Lets a function return an error as it is.</summary>
    public static implicit operator Reply(ApiError error) => new Failure(error);

    /// <summary>Lets a function return a refusal as it is.</summary>
    public static implicit operator Reply(Refusal refusal) => new Failure(refusal);
}
