using Drawdown.Functions.Api;

namespace Drawdown.Simulation;

/// <summary>Random bits that follow from a seed.</summary>
public sealed class SeededEntropy(Chance chance) : Entropy
{
    /// <inheritdoc/>
    public override void Fill(Span<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at++)
            bytes[at] = (byte)(chance.Next() & 0xFF);
    }
}
