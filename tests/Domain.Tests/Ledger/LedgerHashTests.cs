using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Ledger;

public sealed class LedgerHashTests
{
    private static readonly LedgerEntry Entry = new()
    {
        Seq = 7,
        Type = EntryType.Drawdown,
        Credit = RoutedId.Parse<CreditId>("credit_00112233445566778899aabbccddeeff"),
        Currency = "USD",
        Ordinal = 2,
        Amount = -12.50m,
        BalanceAfter = 87.5m,
        EffectiveAt = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        RecordedAt = new(2026, 3, 1, 12, 0, 1, TimeSpan.Zero),
        Actor = "key-1",
        Reason = null,
        RequestId = "request-1",
        Drawdown = RoutedId.Parse<DrawdownId>("drawdown_00112233445566778899aabbccddeeff"),
        PreviousHash = LedgerHash.Genesis,
    };

    [Fact]
    public void Genesis_is_64_zeros() => Assert.Equal(new string('0', 64), LedgerHash.Genesis);

    // printf '%s' '2:ab1:c-:0:' | sha256sum
    [Fact]
    public void The_format_of_a_digest_never_changes() =>
        Assert.Equal(
            "116eaf1cfcc47282b26eaf6fbc31182b32f4e948fbd752c8944fadd208acad41",
            LedgerHash.Digest("ab", "c", null, "")
        );

    // SHA-256 over the fields written like that, by another tool: ledgers that are stored must stay valid.
    [Fact]
    public void The_format_of_an_entry_hash_never_changes() =>
        Assert.Equal("fa1750b4cd120f7a07937a3c6751978ef9b3e1b6ffd6633f1c23f2beb15fddc5", LedgerHash.Of(Entry));

    [Fact]
    public void The_boundaries_of_fields_count()
    {
        Assert.NotEqual(LedgerHash.Digest("ab", "c"), LedgerHash.Digest("a", "bc"));
        Assert.NotEqual(LedgerHash.Digest("ab", "c"), LedgerHash.Digest("abc"));
        Assert.NotEqual(LedgerHash.Digest("a", ""), LedgerHash.Digest("a"));
        Assert.NotEqual(LedgerHash.Digest("a1:b"), LedgerHash.Digest("a", "b"));
        Assert.NotEqual(LedgerHash.Digest("1:a"), LedgerHash.Digest("1", "a"));
    }

    [Fact]
    public void A_null_field_differs_from_an_empty_one()
    {
        Assert.NotEqual(LedgerHash.Digest(null), LedgerHash.Digest(""));
        Assert.NotEqual(LedgerHash.Digest("a", null, "b"), LedgerHash.Digest("a", "", "b"));
        Assert.NotEqual(LedgerHash.Digest("a", null), LedgerHash.Digest("a"));
        Assert.NotEqual(LedgerHash.Digest(null, "a"), LedgerHash.Digest("-:", "a"));
        Assert.NotEqual(LedgerHash.Digest(null, ""), LedgerHash.Digest("", null));
    }

    [Fact]
    public void No_two_lists_of_fields_have_one_digest()
    {
        // Few letters, the format's own among them, so that lists come close to each other.
        var text =
            from length in Gen.Choose(0, 3)
            from letters in Gen.ArrayOf(Gen.Elements('0', '1', '2', ':', '-'), length)
            select new string(letters);
        var field = Gen.Frequency((1, Gen.Constant<string?>(null)), (4, text.Select(value => (string?)value)));
        var fields = from count in Gen.Choose(0, 3) from list in Gen.ArrayOf(field, count) select list;
        var seen = new Dictionary<string, string?[]>();

        Law.HoldsFor(
            fields,
            list =>
            {
                var digest = LedgerHash.Digest(list);
                Assert.Equal(seen.GetValueOrDefault(digest, list), list);
                seen[digest] = list;
            },
            count: 5000
        );
    }

    [Fact]
    public void Every_field_of_an_entry_counts()
    {
        LedgerEntry[] entries =
        [
            Entry,
            Entry with
            {
                Seq = 8,
            },
            Entry with
            {
                Type = EntryType.Expire,
            },
            Entry with
            {
                Credit = Given.CreditId(),
            },
            Entry with
            {
                Ordinal = 3,
            },
            Entry with
            {
                Amount = -12.5000000001m,
            },
            Entry with
            {
                BalanceAfter = 87.5000000001m,
            },
            Entry with
            {
                EffectiveAt = Entry.EffectiveAt + Given.Tick,
            },
            Entry with
            {
                RecordedAt = Entry.RecordedAt + Given.Tick,
            },
            Entry with
            {
                Actor = "key-2",
            },
            Entry with
            {
                Reason = "",
            },
            Entry with
            {
                RequestId = "request-2",
            },
            Entry with
            {
                Drawdown = null,
            },
            Entry with
            {
                PreviousHash = new string('1', 64),
            },
        ];

        Assert.Distinct(entries.Select(LedgerHash.Of));
    }

    [Fact]
    public void The_same_values_in_other_words_have_the_same_hash()
    {
        var same = Entry with
        {
            Amount = -12.5m,
            BalanceAfter = 87.500000m,
            EffectiveAt = Entry.EffectiveAt.ToOffset(TimeSpan.FromHours(3)),
            Hash = "not part of itself",
        };

        Assert.Equal(LedgerHash.Of(Entry), LedgerHash.Of(same));
    }

    [Fact]
    public void The_id_of_an_entry_follows_from_its_credit_and_its_ordinal()
    {
        var id = LedgerEntry.IdOf(Given.CreditId(1), 1);

        Assert.Equal(id, LedgerEntry.IdOf(Given.CreditId(1), 1));
        // It was shown to callers: it must never change.
        Assert.Equal("credit_86190699f7a707f0701458adb2093c66", id.ToString());
        Assert.NotEqual(id, LedgerEntry.IdOf(Given.CreditId(1), 2));
        Assert.NotEqual(id, LedgerEntry.IdOf(Given.CreditId(2), 1));
        Assert.Equal(Given.Head.Route, id.Hex.Account);
        Assert.Equal(LedgerEntry.IdOf(Entry.Credit, 2), Entry.Id);
    }
}
