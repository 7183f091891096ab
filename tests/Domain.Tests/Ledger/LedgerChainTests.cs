using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Ledger;

public sealed class LedgerChainTests
{
    private readonly LedgerChain<Line> _chain = new(Given.Head with { LastSeq = 7, LastHash = "h7" });

    [Fact]
    public void Lines_follow_the_head_and_each_other()
    {
        Line[] lines = [new(8, "h7", "8 h7"), new(9, "8 h7", "9 8 h7")];

        foreach (var line in lines)
            _chain.Append(line);

        Assert.Equal(lines, _chain.Lines);
        Assert.Equal((10L, "9 8 h7"), (_chain.NextSeq, _chain.LastHash));
        Assert.Equal(Given.Head with { Version = 2, LastSeq = 9, LastHash = "9 8 h7" }, _chain.Head);
    }

    [Fact]
    public void A_chain_without_a_line_is_still_the_next_version() =>
        Assert.Equal(Given.Head with { Version = 2, LastSeq = 7, LastHash = "h7" }, _chain.Head);

    [Theory]
    [InlineData(7, "h7", "7 h7")]
    [InlineData(9, "h7", "9 h7")]
    [InlineData(8, "h6", "8 h6")]
    [InlineData(8, "h7", "8 h6")]
    [InlineData(8, "h7", "")]
    public void A_line_that_does_not_follow_is_a_bug(long seq, string previous, string hash)
    {
        Assert.Throws<ArgumentException>(() => _chain.Append(new Line(seq, previous, hash)));

        Assert.Empty(_chain.Lines);
        Assert.Equal((8L, "h7"), (_chain.NextSeq, _chain.LastHash));
    }

    [Fact]
    public void A_line_cannot_be_appended_twice()
    {
        var line = new Line(8, "h7", "8 h7");
        _chain.Append(line);

        Assert.Throws<ArgumentException>(() => _chain.Append(line));
    }

    private sealed record Line(long Seq, string PreviousHash, string Hash) : ILedgerLine
    {
        public string ExpectedHash() => $"{Seq} {PreviousHash}";
    }
}
