namespace Drawdown.Storage.Idempotency;

/// <summary>An answer that can be given again byte for byte.</summary>
/// <param name="Status">The HTTP status, 2xx: a refused request had no effect and is not stored.</param>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="ETag">The entity tag of the body, with its quotes; null when the answer carries none.</param>
/// <param name="Location">The path of what was created; null when nothing was.</param>
public sealed record StoredAnswer(int Status, ReadOnlyMemory<byte> Body, string? ETag, string? Location)
{
    /// <summary>What a timer answers: nothing, to nobody.</summary>
    public static readonly StoredAnswer None = new(204, ReadOnlyMemory<byte>.Empty, null, null);
}
