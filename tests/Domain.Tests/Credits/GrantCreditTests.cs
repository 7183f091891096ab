using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Credits;

public sealed class GrantCreditTests
{
    [Fact]
    public void A_grant_begins_a_credit_that_holds_its_terms_and_its_whole_amount()
    {
        var terms = Given.Terms(12.5m, "EUR", Given.Day(1), Given.Day(2), paid: 10m, externalId: "e-1") with
        {
            Description = "Welcome",
            AmountPaidCurrency = "USD",
            Metadata = """{"a":1}""",
        };

        var credit = Grant(terms).Accepted().Credit;

        Assert.Equal(
            new Credit
            {
                Id = Given.CreditId(),
                Currency = "EUR",
                Amount = 12.5m,
                AmountPaid = 10m,
                AmountPaidCurrency = "USD",
                EffectiveAt = Given.Day(1),
                ExpiresAt = Given.Day(2),
                IssuedAt = Given.Now,
                Description = "Welcome",
                ExternalId = "e-1",
                Metadata = """{"a":1}""",
                Remaining = 12.5m,
                LastSeq = 1,
                Entries = 1,
                LastEffectiveAt = Given.Day(1),
            },
            credit
        );
        Assert.True(credit.Balances);
    }

    [Fact]
    public void A_grant_is_the_first_entry_of_its_credit()
    {
        var entry = Assert.Single(Grant(Given.Terms(12.5m, effectiveAt: Given.Day(1))).Accepted().Entries);

        Assert.Equal(
            new LedgerEntry
            {
                Seq = 1,
                Type = EntryType.Grant,
                Credit = Given.CreditId(),
                Currency = "USD",
                Ordinal = 1,
                Amount = 12.5m,
                BalanceAfter = 12.5m,
                EffectiveAt = Given.Day(1),
                RecordedAt = Given.Now,
                Actor = "key-1",
                Reason = "A promotion",
                RequestId = "request-1",
                Drawdown = null,
                PreviousHash = LedgerHash.Genesis,
                Hash = LedgerHash.Of(entry),
            },
            entry
        );
    }

    [Fact]
    public void A_grant_moves_the_head_to_its_entry()
    {
        var decided = Grant(Given.Terms()).Accepted();

        Assert.Equal(
            Given.Head with
            {
                Version = Given.Head.Version + 1,
                LastSeq = 1,
                LastHash = Assert.Single(decided.Entries).Hash,
            },
            decided.Head
        );
        Assert.Equal(decided.Head, decided.Change!.Head);
        Assert.Equal(decided.Credit, Assert.Single(decided.Change.Credits));
    }

    [Fact]
    public void A_grant_without_an_effective_date_is_effective_from_now()
    {
        var credit = Grant(Given.Terms(effectiveAt: null)).Accepted().Credit;

        Assert.Equal(Given.Now, credit.EffectiveAt);
        Assert.Equal(100m, credit.StandingAt(Given.Now).Spendable);
    }

    [Fact]
    public void A_grant_may_be_effective_later_or_have_been_effective_before()
    {
        Assert.Equal(Given.Day(1), Grant(Given.Terms(effectiveAt: Given.Day(1))).Accepted().Credit.EffectiveAt);
        Assert.Equal(Given.Day(-1), Grant(Given.Terms(effectiveAt: Given.Day(-1))).Accepted().Credit.EffectiveAt);
    }

    [Fact]
    public void A_grant_without_an_expiry_never_expires()
    {
        var credit = Grant(Given.Terms(expiresAt: null)).Accepted().Credit;

        Assert.Null(credit.ExpiresAt);
        Assert.True(credit.StandingAt(DateTimeOffset.MaxValue).IsActive);
    }

    [Fact]
    public void A_grant_that_expires_in_the_past_is_refused() =>
        Assert.Equal(
            new Fault(FaultCode.Invalid, "Expiration date must be in the future", "expires_at"),
            Grant(Given.Terms(expiresAt: Given.Day(-1))).OnlyFault()
        );

    [Fact]
    public void A_grant_that_expires_at_this_very_instant_is_refused() =>
        Assert.Equal(
            new Fault(FaultCode.Invalid, "Expiration date must be in the future", "expires_at"),
            Grant(Given.Terms(expiresAt: Given.Now)).OnlyFault()
        );

    [Fact]
    public void A_grant_that_expires_in_the_next_instant_is_accepted() =>
        Assert.True(
            Grant(Given.Terms(expiresAt: Given.Now + Given.Tick)).Accepted().Credit.StandingAt(Given.Now).IsActive
        );

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-TimeSpan.TicksPerHour)]
    public void A_grant_that_expires_before_it_is_effective_or_at_that_instant_is_refused(long ticks) =>
        Assert.Equal(
            new Fault(FaultCode.Invalid, "Expiration date must be after the effective date", "expires_at"),
            Grant(Given.Terms(effectiveAt: Given.Day(2), expiresAt: Given.Day(2).AddTicks(ticks))).OnlyFault()
        );

    [Fact]
    public void A_grant_that_expires_an_instant_after_it_is_effective_is_accepted() =>
        Assert.Equal(
            Given.Day(2) + Given.Tick,
            Grant(Given.Terms(effectiveAt: Given.Day(2), expiresAt: Given.Day(2) + Given.Tick))
                .Accepted()
                .Credit.ExpiresAt
        );

    [Fact]
    public void An_expiry_that_is_past_and_before_the_effective_date_is_one_fault() =>
        Assert.Equal(
            "Expiration date must be in the future",
            Grant(Given.Terms(effectiveAt: Given.Day(2), expiresAt: Given.Day(-2))).OnlyFault().Detail
        );

    [Fact]
    public void A_grant_with_an_external_id_takes_it_for_ever() =>
        Assert.Equal(
            new ExternalReference("credit", "e-1", Given.CreditId().ToString()),
            Grant(Given.Terms(externalId: "e-1")).Accepted().Change!.Reference
        );

    [Fact]
    public void A_grant_without_an_external_id_takes_none() =>
        Assert.Null(Grant(Given.Terms()).Accepted().Change!.Reference);

    private static Outcome<CreditDecided> Grant(CreditTerms terms) =>
        CreditDecisions.Grant(Given.Head, Given.CreditId(), terms, Given.By(Given.Now));
}
