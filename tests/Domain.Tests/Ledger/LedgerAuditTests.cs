using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Ledger;

public sealed class LedgerAuditTests
{
    private readonly AccountHead _head;
    private readonly ImmutableArray<Credit> _credits;
    private readonly ImmutableArray<LedgerEntry> _entries;

    /// <summary>Entries: 1-3 grants, 4-5 a drawdown, 6-7 its reversal, 8 an expiry, 9 a void.</summary>
    public LedgerAuditTests()
    {
        var account = new Account();
        account.Grant(50m, expiresAt: Given.Day(5));
        account.Grant(60m);
        account.Grant(70m, "EUR");
        account.Reverse(account.DrawDown(80m).Id);
        account.Now = Given.Day(6);
        account.PostLapsed();
        account.Void(account.Credits[2].Id);
        (_head, _credits, _entries) = (account.Head, [.. account.Credits], [.. account.Entries]);
        Assert.Equal(9, _entries.Length);
    }

    [Fact]
    public void A_ledger_that_nobody_touched_holds()
    {
        var report = LedgerAudit.Verify(_head, _credits, _entries);

        Assert.Empty(report.Faults);
        Assert.True(report.Ok);
        Assert.Equal((9L, _head.LastHash), (report.Entries, report.HeadHash));
    }

    [Fact]
    public void The_order_in_which_the_rows_are_read_does_not_matter() =>
        Assert.True(LedgerAudit.Verify(_head, [.. _credits.Reverse()], _entries.Reverse()).Ok);

    [Fact]
    public void An_empty_ledger_holds() => Assert.True(LedgerAudit.Verify(Given.Head, [], []).Ok);

    [Fact]
    public void A_changed_amount_is_found() =>
        AssertFound(Change(4, entry => entry with { Amount = -51m }), "Entry 4 was changed after it was written.");

    [Fact]
    public void A_changed_field_of_any_entry_is_found()
    {
        Func<LedgerEntry, LedgerEntry>[] changes =
        [
            entry => entry with { Type = entry.Type is EntryType.Expire ? EntryType.Void : EntryType.Expire },
            entry => entry with { Credit = Given.CreditId(999) },
            entry => entry with { Ordinal = entry.Ordinal + 1 },
            entry => entry with { Amount = entry.Amount + Given.Smallest },
            entry => entry with { BalanceAfter = entry.BalanceAfter + Given.Smallest },
            entry => entry with { EffectiveAt = entry.EffectiveAt + Given.Tick },
            entry => entry with { RecordedAt = entry.RecordedAt - Given.Tick },
            entry => entry with { Actor = "somebody" },
            entry => entry with { Reason = entry.Reason is null ? "" : null },
            entry => entry with { RequestId = "another" },
            entry => entry with { Drawdown = entry.Drawdown is null ? Given.DrawdownId() : null },
            entry => entry with { PreviousHash = new string('1', 64) },
            entry => entry with { Hash = new string('1', 64) },
        ];

        for (var seq = 1; seq <= _entries.Length; seq++)
            Assert.All(changes, change => Assert.False(Verify(Change(seq, change)).Ok));
    }

    [Fact]
    public void A_changed_amount_is_found_even_when_its_hash_was_made_to_fit()
    {
        var forged = Change(4, entry => entry with { Amount = -49m, BalanceAfter = 1m });
        var hashed = forged.SetItem(3, forged[3] with { Hash = LedgerHash.Of(forged[3]) });

        AssertFound(hashed, "Entry 5 does not follow the entry before it.");
    }

    [Fact]
    public void A_changed_amount_is_found_even_when_the_whole_chain_was_made_to_fit()
    {
        var (head, entries) = Rechain(Change(4, entry => entry with { Amount = -49m }));

        var faults = LedgerAudit.Verify(head, _credits, entries).Faults;

        Assert.Contains("Entry 4 states a balance of 0; its credit then has 1.", faults);
        Assert.Contains($"{_credits[0].Id} does not hold what its entries say.", faults);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_removed_entry_is_found(int seq) =>
        AssertFound(_entries.RemoveAt(seq - 1), $"Entry {seq} is missing or doubled: the next one has seq {seq + 1}.");

    [Fact]
    public void A_removed_last_entry_is_found() =>
        AssertFound(_entries.RemoveAt(8), "The chain ends at entry 8, not at the head's entry 9.");

    [Fact]
    public void A_removed_entry_is_found_even_when_the_rest_was_renumbered_and_the_chain_made_to_fit()
    {
        var (head, entries) = Rechain(_entries.RemoveAt(3));

        Assert.Contains(
            $"{_credits[0].Id} does not hold what its entries say.",
            LedgerAudit.Verify(head, _credits, entries).Faults
        );
    }

    [Fact]
    public void Two_swapped_entries_are_found()
    {
        var swapped = _entries.SetItem(3, _entries[4] with { Seq = 4 }).SetItem(4, _entries[3] with { Seq = 5 });

        AssertFound(swapped, "Entry 4 does not follow the entry before it.");
    }

    [Fact]
    public void An_entry_that_was_written_twice_is_found() =>
        AssertFound(_entries.Add(_entries[3]), "Entry 5 is missing or doubled: the next one has seq 4.");

    [Fact]
    public void An_inserted_entry_is_found()
    {
        var forged = _entries[3] with { Seq = 10, PreviousHash = _head.LastHash };

        AssertFound(
            _entries.Add(forged with { Hash = LedgerHash.Of(forged) }),
            "The chain ends at entry 10, not at the head's entry 9."
        );
    }

    [Fact]
    public void A_changed_head_is_found()
    {
        Assert.False(LedgerAudit.Verify(_head with { LastHash = LedgerHash.Genesis }, _credits, _entries).Ok);
        Assert.False(LedgerAudit.Verify(_head with { LastSeq = 8 }, _credits, _entries).Ok);
        Assert.False(LedgerAudit.Verify(_head with { LastSeq = 10 }, _credits, _entries).Ok);
    }

    [Fact]
    public void A_changed_total_of_a_credit_is_found()
    {
        Func<Credit, Credit>[] changes =
        [
            credit => credit with { Remaining = credit.Remaining + Given.Smallest },
            credit => credit with { Drawn = credit.Drawn + 1m },
            credit => credit with { Reinstated = credit.Reinstated + 1m },
            credit => credit with { Expired = credit.Expired + 1m },
            credit => credit with { Voided = credit.Voided + 1m },
            credit => credit with { Remaining = credit.Remaining + 1m, Reinstated = credit.Reinstated + 1m },
            credit => credit with { Drawn = credit.Drawn + 1m, Reinstated = credit.Reinstated + 1m },
            credit => credit with { Expired = credit.Expired + 1m, Voided = credit.Voided - 1m },
            credit => credit with { LastSeq = credit.LastSeq - 1 },
            credit => credit with { Entries = credit.Entries + 1 },
        ];

        for (var n = 0; n < _credits.Length; n++)
            Assert.All(
                changes,
                change => AssertFound(n, change, $"{_credits[n].Id} does not hold what its entries say.")
            );
    }

    [Fact]
    public void A_changed_term_amount_is_found()
    {
        AssertFound(
            0,
            credit => credit with { Amount = 51m },
            $"{_credits[0].Id} does not begin with its grant of 51."
        );
        AssertFound(
            0,
            credit => credit with { Amount = 51m, Remaining = credit.Remaining + 1m },
            $"{_credits[0].Id} does not begin with its grant of 51."
        );
    }

    [Fact]
    public void A_removed_credit_is_found()
    {
        var report = LedgerAudit.Verify(_head, _credits.RemoveAt(1), _entries);

        Assert.Equal([$"Entries of {_credits[1].Id} have no credit."], report.Faults);
    }

    [Fact]
    public void A_credit_without_entries_is_found()
    {
        var report = LedgerAudit.Verify(_head, _credits.Add(Given.Credit(999)), _entries);

        Assert.Contains($"{Given.CreditId(999)} does not begin with its grant of 100.", report.Faults);
    }

    [Fact]
    public void A_credit_of_which_nothing_at_all_is_known_is_found()
    {
        var unknown = Given.Credit(999) with { Amount = 0m, Remaining = 0m, Entries = 0, LastSeq = 0 };

        Assert.Equal(
            [$"{unknown.Id} does not begin with its grant of 0."],
            LedgerAudit.Verify(_head, _credits.Add(unknown), _entries).Faults
        );
    }

    [Fact]
    public void An_entry_in_another_currency_is_found_even_when_the_whole_chain_was_made_to_fit()
    {
        var (head, entries) = Rechain(Change(6, entry => entry with { Currency = "EUR" }));
        var credit = _credits.Single(credit => credit.Id == entries[5].Credit);

        Assert.Equal(
            [$"{credit.Id} is in {credit.Currency}, but not all of its entries are."],
            LedgerAudit.Verify(head, _credits, entries).Faults
        );
    }

    [Fact]
    public void A_second_grant_is_found()
    {
        var (head, entries) = Rechain(Change(6, entry => entry with { Type = EntryType.Grant }));

        Assert.Contains($"{entries[5].Credit} was granted twice.", LedgerAudit.Verify(head, _credits, entries).Faults);
    }

    [Fact]
    public void A_wrong_sign_is_found()
    {
        var (head, entries) = Rechain(Change(6, entry => entry with { Type = EntryType.Drawdown }));

        Assert.Contains("Entry 6 has the wrong sign.", LedgerAudit.Verify(head, _credits, entries).Faults);
    }

    [Fact]
    public void A_balance_below_0_is_found_even_when_all_else_was_made_to_fit()
    {
        var (head, entries) = Rechain(Change(4, entry => entry with { Amount = -51m, BalanceAfter = -1m }));

        Assert.Contains(
            LedgerAudit.Verify(head, _credits, entries).Faults,
            fault => fault.EndsWith("its credit then has -1.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Entries_of_another_account_are_found()
    {
        var other = new Account();
        other.Now = Given.Day(100);
        other.Grant(1m);

        Assert.False(LedgerAudit.Verify(_head, _credits, [.. _entries, .. other.Entries]).Ok);
        Assert.False(LedgerAudit.Verify(_head, _credits, other.Entries).Ok);
    }

    private ImmutableArray<LedgerEntry> Change(int seq, Func<LedgerEntry, LedgerEntry> change) =>
        _entries.SetItem(seq - 1, change(_entries[seq - 1]));

    private LedgerReport Verify(ImmutableArray<LedgerEntry> entries) => LedgerAudit.Verify(_head, _credits, entries);

    private void AssertFound(ImmutableArray<LedgerEntry> entries, string fault) =>
        Assert.Contains(fault, Verify(entries).Faults);

    private void AssertFound(int credit, Func<Credit, Credit> change, string fault) =>
        Assert.Contains(
            fault,
            LedgerAudit.Verify(_head, _credits.SetItem(credit, change(_credits[credit])), _entries).Faults
        );

    /// <summary>What somebody does who can write all rows: number and hash everything anew.</summary>
    private (AccountHead, ImmutableArray<LedgerEntry>) Rechain(ImmutableArray<LedgerEntry> entries)
    {
        var chained = ImmutableArray.CreateBuilder<LedgerEntry>();
        var previous = LedgerHash.Genesis;
        foreach (var entry in entries)
        {
            var next = entry with { Seq = chained.Count + 1, PreviousHash = previous };
            previous = LedgerHash.Of(next);
            chained.Add(next with { Hash = previous });
        }
        return (_head with { LastSeq = chained.Count, LastHash = previous }, chained.ToImmutable());
    }
}
