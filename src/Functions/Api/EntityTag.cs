using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Drawdown.Functions.Api;

/// <summary>
/// Strong entity tags: the hash of the body, so that equal tags are equal bytes, and a representation that changes with
/// time alone (a credit that expires) changes its tag.
/// </summary>
public static class EntityTag
{
    /// <summary>The tag of a body, with its quotes.</summary>
    public static string Of(ReadOnlySpan<byte> body) =>
        $"\"{Base64Url.EncodeToString(SHA256.HashData(body).AsSpan(0, 16))}\"";

    /// <summary>Whether <c>If-Match</c> lets a write go ahead on what has this tag. Without the header it does.</summary>
    public static bool AllowsWrite(HttpRequest request, string tag) =>
        request.Headers.IfMatch.Count == 0 || AnyIs(request.GetTypedHeaders().IfMatch, tag, strong: true);

    /// <summary>Whether <c>If-None-Match</c> says that the caller has this already.</summary>
    public static bool IsKnown(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch.Count > 0 && AnyIs(request.GetTypedHeaders().IfNoneMatch, tag, strong: false);

    // A header that cannot be parsed matches nothing: a write is refused, a read is answered in full.
    private static bool AnyIs(IList<EntityTagHeaderValue> given, string tag, bool strong)
    {
        var current = new EntityTagHeaderValue(tag);
        return given.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(current, strong));
    }
}
