using System.Security.Cryptography;

namespace Drawdown.Functions.Api;

/// <summary>Where random bits come from: the operating system, or a seed in the simulator.</summary>
public abstract class Entropy
{
    /// <summary>Fills the span with random bytes.</summary>
    public abstract void Fill(Span<byte> bytes);

    /// <summary>Random lower-case hex digits.</summary>
    /// <param name="digits">An even number.</param>
    public string Hex(int digits)
    {
        Span<byte> bytes = stackalloc byte[digits / 2];
        Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>31 random bits.</summary>
    public int Bits()
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes);
        return BitConverter.ToInt32(bytes) & int.MaxValue;
    }
}

/// <summary>The operating system's cryptographic random bits.</summary>
public sealed class SystemEntropy : Entropy
{
    /// <inheritdoc/>
    public override void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
