using System.Buffers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Drawdown.Functions.Api;

/// <summary>Reads a request's body as one JSON object.</summary>
public static class JsonBody
{
    /// <summary>Bytes that a body may have: far more than any request needs, little enough to hold in memory.</summary>
    public const int MaxBytes = 1024 * 1024;

    // Nothing that is accepted nests deeper; deeper nesting only costs stack.
    private const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Options = new()
    {
        MaxDepth = MaxDepth,
        // Two values under one name: which one is meant? Readers disagree, so nobody may send it.
        AllowDuplicateProperties = false,
    };

    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;

    /// <summary>The object, or the error. A missing body is the empty object.</summary>
    public static async Task<(JsonElement Body, ApiError? Error)> Read(
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        var (bytes, tooLarge) = await ReadBytes(request, cancellation);
        if (tooLarge)
            return (Empty, new ApiError.TooLarge());
        if (bytes.IsEmpty)
            return (Empty, null);
        if (!IsJson(request.ContentType))
            return (Empty, new ApiError.UnsupportedMediaType());
        return Parse(bytes);
    }

    private static (JsonElement Body, ApiError? Error) Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
            return (Empty, new ApiError.Malformed("The body is not valid UTF-8."));
        try
        {
            using var document = JsonDocument.Parse(WithoutByteOrderMark(bytes), Options);
            var body = document.RootElement.Clone();
            if (body.ValueKind is not JsonValueKind.Object)
                return (Empty, new ApiError.Malformed("The body must be a JSON object."));
            // Reading every text once finds escaped halves of surrogate pairs, which no later code need expect.
            CanonicalJson.Hash(body);
            return (body, null);
        }
        catch (JsonException exception)
        {
            // Of a property that stands there twice, the parser does not say where.
            var detail = exception.LineNumber is { } line
                ? $"The body is not valid JSON (line {line + 1}, byte {exception.BytePositionInLine + 1})."
                : "The body is not valid JSON, or an object in it has a property twice.";
            return (Empty, new ApiError.Malformed(detail));
        }
        catch (InvalidOperationException)
        {
            return (Empty, new ApiError.Malformed("A text in the body is not valid Unicode."));
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Bytes, bool TooLarge)> ReadBytes(
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (request.ContentLength > MaxBytes)
            return (default, true);
        using var target = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await request.Body.ReadAsync(buffer, cancellation) is var count and > 0)
            {
                if (target.Length + count > MaxBytes)
                    return (default, true);
                target.Write(buffer, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return (target.ToArray(), false);
    }

    private static bool IsJson(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
            return false;
        var charset = type.Charset.HasValue ? type.Charset.Value.Trim('"') : "utf-8";
        return type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
            && charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> bytes) =>
        bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
}
