namespace Drawdown.Domain.Ledger;

/// <summary>
/// A thing whose amounts are the sums of its ledger lines. The counts let a reader see whether things and lines that were
/// read one after another belong together.
/// </summary>
public interface ILedgered
{
    /// <summary>The <c>seq</c> of the last line.</summary>
    long LastSeq { get; }

    /// <summary>How many lines it has.</summary>
    int Entries { get; }
}
