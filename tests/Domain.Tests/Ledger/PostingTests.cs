using Drawdown.Domain.Credits;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Ledger;

public sealed class PostingTests
{
    private readonly Posting _posting = new(Given.Head with { LastSeq = 7, LastHash = "h7" }, Given.By(Given.Day(1)));

    [Fact]
    public void Entries_follow_the_head_and_each_other()
    {
        var credit = Post(Given.Credit(), EntryType.Drawdown, 10m);
        Post(credit, EntryType.Drawdown, 20m);

        Assert.Equal([8L, 9L], _posting.Entries.Select(entry => entry.Seq));
        Assert.Equal(["h7", _posting.Entries[0].Hash], _posting.Entries.Select(entry => entry.PreviousHash));
        Assert.All(_posting.Entries, entry => Assert.Equal(LedgerHash.Of(entry), entry.Hash));
        Assert.Equal((9L, _posting.Entries[1].Hash), (_posting.Head.LastSeq, _posting.Head.LastHash));
    }

    [Fact]
    public void One_change_is_one_version_of_the_head_however_many_entries_it_has()
    {
        Assert.Equal(Given.Head.Version + 1, _posting.Head.Version);

        var credit = Post(Given.Credit(), EntryType.Drawdown, 10m);
        Post(credit, EntryType.Drawdown, 20m);

        Assert.Equal(Given.Head.Version + 1, _posting.Head.Version);
    }

    [Theory]
    [InlineData(EntryType.Drawdown, 40)]
    [InlineData(EntryType.Expire, 40)]
    [InlineData(EntryType.Void, 40)]
    [InlineData(EntryType.Reinstate, 60)]
    public void An_entry_moves_the_total_of_its_own_type_and_what_remains(EntryType type, int remaining)
    {
        var before = Given.Credit(amount: 60m) with { Remaining = 50m, Drawn = 10m };

        var after = Post(before, type, 10m);

        Assert.Equal(
            before with
            {
                Remaining = remaining,
                Drawn = type is EntryType.Drawdown ? 20m : 10m,
                Expired = type is EntryType.Expire ? 10m : 0m,
                Voided = type is EntryType.Void ? 10m : 0m,
                Reinstated = type is EntryType.Reinstate ? 10m : 0m,
                LastSeq = 8,
                Entries = 2,
                LastEffectiveAt = Given.Day(1),
            },
            after
        );
        Assert.True(after.Balances);
    }

    [Fact]
    public void An_entry_never_counts_from_before_the_entry_before_it()
    {
        var credit = Given.Credit() with { LastEffectiveAt = Given.Day(3) };

        Post(credit, EntryType.Drawdown, 10m);

        Assert.Equal(Given.Day(3), _posting.Entries[0].EffectiveAt);
        Assert.Equal(Given.Day(1), _posting.Entries[0].RecordedAt);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_amount_that_is_not_positive_is_a_bug(int amount) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Post(Given.Credit(), EntryType.Drawdown, amount));

    [Fact]
    public void More_than_remains_is_a_bug() =>
        Assert.Throws<InvalidOperationException>(() =>
            Post(Given.Credit(amount: 10m), EntryType.Drawdown, 10m + Given.Smallest)
        );

    private Credit Post(Credit credit, EntryType type, decimal amount) =>
        _posting.Post(credit, type, amount, Given.Day(1), null);
}
