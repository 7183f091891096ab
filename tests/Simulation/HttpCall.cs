using System.Text;

namespace Drawdown.Simulation;

/// <summary>A request as a client sends it.</summary>
/// <param name="Path">With the query.</param>
/// <param name="Key">The idempotency key, or null.</param>
public sealed record HttpCall(string Method, string Path, string? Body, string? Key)
{
    /// <summary>The request without its key: what a key is bound to.</summary>
    public string Fingerprint => $"{Method} {Path} {Body}";

    /// <summary>The entity tag that the thing must have, or null.</summary>
    public string? IfMatch { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        Fingerprint + (Key is null ? "" : $" [{Key}]") + (IfMatch is null ? "" : $" if {IfMatch}");
}

/// <summary>What the host answers.</summary>
/// <param name="Replayed">Whether it says that it is the answer of an earlier request.</param>
public sealed record HttpAnswer(int Status, byte[] Body, bool Replayed)
{
    /// <summary>The entity tag of what it shows, or null.</summary>
    public string? Tag { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Status}{(Replayed ? " again" : "")} {Encoding.UTF8.GetString(Body)}";
}
