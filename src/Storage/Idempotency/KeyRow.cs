using System.IO.Compression;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Idempotency;

/// <summary>
/// An idempotency key in the account that it was used for: with the answer of its request, or fenced off, because another
/// account's request took the key over before this account's request took effect.
/// </summary>
/// <param name="RequestHash">The hash of the request; null when fenced off.</param>
/// <param name="Answer">The answer; null when fenced off.</param>
public sealed record KeyRow(DateTimeOffset At, string? RequestHash, StoredAnswer? Answer)
{
    // An answer is stored compressed in as many columns as it takes; a row holds fifteen of them beside the rest.
    private const int MaxParts = 15;

    /// <summary>Whether the key's time is over, whether or not a timer has removed the row.</summary>
    public bool IsForgottenAt(DateTimeOffset now) => At + IdempotencyKey.Lifetime <= now;

    internal IReadOnlyDictionary<string, object> ToColumns()
    {
        var columns = new ColumnWriter().Instant("At", At).Text("RequestHash", RequestHash);
        if (Answer is null)
            return columns.Columns;

        columns
            .Number("Status", Answer.Status)
            .Text("ETag", Answer.ETag)
            .Text("Location", Answer.Location)
            .Number("Length", Answer.Body.Length);
        var parts = Compress(Answer.Body).Chunk(TableLimits.BytesPerProperty).ToList();
        if (parts.Count > MaxParts)
            throw new InvalidOperationException("An answer is too large to be stored with its idempotency key.");
        for (var part = 0; part < parts.Count; part++)
            columns.Bytes($"Body{part}", parts[part]);
        return columns.Columns;
    }

    internal static KeyRow FromRow(TableRow row)
    {
        var columns = new ColumnReader(row);
        var at = columns.Instant("At");
        if (columns.OptionalText("RequestHash") is not { } requestHash)
            return new(at, null, null);

        using var compressed = new MemoryStream();
        for (var part = 0; columns.OptionalBytes($"Body{part}") is { } bytes; part++)
            compressed.Write(bytes);
        var body = Decompress(compressed, (int)columns.Number("Length"));
        var answer = new StoredAnswer(
            (int)columns.Number("Status"),
            body,
            columns.OptionalText("ETag"),
            columns.OptionalText("Location")
        );
        return new(at, requestHash, answer);
    }

    private static byte[] Compress(ReadOnlyMemory<byte> body)
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Fastest))
            brotli.Write(body.Span);
        return target.ToArray();
    }

    private static byte[] Decompress(MemoryStream compressed, int length)
    {
        compressed.Position = 0;
        var body = new byte[length];
        using var brotli = new BrotliStream(compressed, CompressionMode.Decompress);
        brotli.ReadExactly(body);
        return body;
    }
}
