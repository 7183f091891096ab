using System.Collections.Immutable;
using Drawdown.Domain.Accounts;

namespace Drawdown.Domain.Ledger;

/// <summary>Appends lines to an account's ledger within one decision: numbers them, and chains them by their hashes.</summary>
public sealed class LedgerChain<TLine>(AccountHead head)
    where TLine : ILedgerLine
{
    private readonly ImmutableArray<TLine>.Builder _lines = ImmutableArray.CreateBuilder<TLine>();

    /// <summary>The lines so far.</summary>
    public ImmutableArray<TLine> Lines => _lines.ToImmutable();

    /// <summary>The number of the next line.</summary>
    public long NextSeq { get; private set; } = head.LastSeq + 1;

    /// <summary>The hash that the next line follows.</summary>
    public string LastHash { get; private set; } = head.LastHash;

    /// <summary>The head after the lines so far.</summary>
    public AccountHead Head => head.Next() with { LastSeq = NextSeq - 1, LastHash = LastHash };

    /// <summary>Appends a line.</summary>
    /// <param name="line">The next one, with its hash.</param>
    /// <exception cref="ArgumentException">It is not the next line: a bug.</exception>
    public void Append(TLine line)
    {
        if (line.Seq != NextSeq || line.PreviousHash != LastHash || line.Hash != line.ExpectedHash())
            throw new ArgumentException($"Line {line.Seq} does not follow line {NextSeq - 1}.", nameof(line));
        _lines.Add(line);
        NextSeq++;
        LastHash = line.Hash;
    }
}
