using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Drawdown.Domain.Ledger;
using Drawdown.Storage.ApiKeys;

namespace Drawdown.Functions.Api;

/// <summary>
/// Writes and reads page cursors: opaque, signed, and bound to the organization, the list and its filters, so that a cursor
/// can neither be made up nor used on another list.
/// </summary>
public sealed class CursorSigner(ApiKeyStore keys, Entropy entropy)
{
    private const int TagBytes = 16;
    private byte[]? _secret;

    /// <summary>The cursor of a position.</summary>
    /// <param name="scope">The list that the cursor belongs to.</param>
    public async Task<string> Sign(string position, string scope, CancellationToken cancellation)
    {
        var text = Encoding.UTF8.GetBytes(position);
        return Base64Url.EncodeToString([.. await Tag(text, scope, cancellation), .. text]);
    }

    /// <summary>The position of a cursor, or null when it is not one of this list's.</summary>
    public async Task<string?> Read(string cursor, string scope, CancellationToken cancellation)
    {
        if (!Base64Url.IsValid(cursor))
            return null;
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= TagBytes)
            return null;
        var tag = await Tag(bytes[TagBytes..], scope, cancellation);
        return CryptographicOperations.FixedTimeEquals(tag, bytes.AsSpan(0, TagBytes))
            ? Encoding.UTF8.GetString(bytes, TagBytes, bytes.Length - TagBytes)
            : null;
    }

    private async Task<byte[]> Tag(byte[] position, string scope, CancellationToken cancellation)
    {
        _secret ??= await Secret(cancellation);
        var digest = LedgerHash.Digest("cursor", scope, Convert.ToHexStringLower(position));
        return HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes(digest))[..TagBytes];
    }

    private Task<byte[]> Secret(CancellationToken cancellation)
    {
        var proposed = new byte[32];
        entropy.Fill(proposed);
        return keys.SigningSecret(proposed, cancellation);
    }
}
