using System.Buffers.Binary;
using System.Security.Cryptography;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>Random bits that follow from a seed, so that a run can be replayed.</summary>
public sealed class SeededEntropy(int seed) : Entropy
{
    private long _drawn;

    /// <inheritdoc/>
    public override void Fill(Span<byte> bytes)
    {
        Span<byte> source = stackalloc byte[12];
        for (var filled = 0; filled < bytes.Length; )
        {
            BinaryPrimitives.WriteInt32LittleEndian(source, seed);
            BinaryPrimitives.WriteInt64LittleEndian(source[4..], Interlocked.Increment(ref _drawn));
            var digest = SHA256.HashData(source).AsSpan();
            var count = Math.Min(digest.Length, bytes.Length - filled);
            digest[..count].CopyTo(bytes[filled..]);
            filled += count;
        }
    }
}
