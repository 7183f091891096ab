using Drawdown.Domain.Credits;

namespace Drawdown.Domain.Tests.Credits;

public sealed class UpdateCreditTests
{
    private static readonly CreditEdit Nothing = new(default, default);

    private readonly Account _account = new();

    [Fact]
    public void An_update_changes_description_and_expiry_and_nothing_else()
    {
        var id = _account.Grant(expiresAt: Given.Day(10));
        var before = _account[id];
        var head = _account.Head;

        var decided = _account
            .Update(id, new(Change<string>.To("New words"), Change<DateTimeOffset?>.To(Given.Day(20))))
            .Accepted();

        Assert.Equal(before with { Description = "New words", ExpiresAt = Given.Day(20) }, decided.Credit);
        Assert.True(decided.IsChanged);
        Assert.Empty(decided.Entries);
        Assert.Equal(head with { Version = head.Version + 1 }, decided.Head);
    }

    [Fact]
    public void A_field_that_is_absent_keeps_its_value()
    {
        var id = _account.Grant(expiresAt: Given.Day(10));

        _account.Update(id, Nothing with { Description = Change<string>.To("New words") });
        Assert.Equal(Given.Day(10), _account[id].ExpiresAt);

        _account.Update(id, Nothing with { ExpiresAt = Change<DateTimeOffset?>.To(Given.Day(20)) });
        Assert.Equal("New words", _account[id].Description);
    }

    [Fact]
    public void An_explicit_null_clears_the_description()
    {
        var id = _account.Grant();

        _account.Update(id, Nothing with { Description = Change<string>.To(null) }).Accepted();

        Assert.Null(_account[id].Description);
    }

    [Fact]
    public void An_explicit_null_clears_the_expiry_so_that_the_credit_never_expires()
    {
        var id = _account.Grant(expiresAt: Given.Day(10));

        _account.ChangeExpiry(id, null).Accepted();

        Assert.Null(_account[id].ExpiresAt);
        Assert.True(_account[id].StandingAt(Given.Day(10)).IsActive);
    }

    [Fact]
    public void An_update_that_says_nothing_changes_nothing()
    {
        var id = _account.Grant(expiresAt: Given.Day(10));

        AssertUnchanged(id, Nothing);
    }

    [Fact]
    public void An_update_to_the_same_values_changes_nothing()
    {
        var id = _account.Grant(expiresAt: Given.Day(10));

        AssertUnchanged(id, new(Change<string>.To("A promotion"), Change<DateTimeOffset?>.To(Given.Day(10))));
    }

    [Fact]
    public void The_same_instant_in_another_offset_is_the_same_expiry()
    {
        var id = _account.Grant(expiresAt: Given.Day(10));
        var elsewhere = Given.Day(10).ToOffset(TimeSpan.FromHours(5));

        AssertUnchanged(id, Nothing with { ExpiresAt = Change<DateTimeOffset?>.To(elsewhere) });
    }

    [Theory]
    [InlineData(-TimeSpan.TicksPerDay)]
    [InlineData(-1)]
    [InlineData(0)]
    public void An_expiry_in_the_past_or_at_this_very_instant_is_refused(long ticks)
    {
        var id = _account.Grant(expiresAt: Given.Day(10));

        var fault = _account.ChangeExpiry(id, Given.Now.AddTicks(ticks)).OnlyFault();

        Assert.Equal(new Fault("invalid", "Expiration date must be in the future", "expires_at"), fault);
        Assert.Equal(Given.Day(10), _account[id].ExpiresAt);
    }

    [Fact]
    public void An_expiry_in_the_next_instant_is_accepted()
    {
        var id = _account.Grant();

        _account.ChangeExpiry(id, Given.Now + Given.Tick).Accepted();

        Assert.Equal(Given.Now + Given.Tick, _account[id].ExpiresAt);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public void An_expiry_that_is_not_after_the_effective_date_is_refused(long ticks)
    {
        var id = _account.Grant(effectiveAt: Given.Day(5));

        var fault = _account.ChangeExpiry(id, Given.Day(5).AddTicks(ticks)).OnlyFault();

        Assert.Equal(new Fault("invalid", "Expiration date must be after the effective date", "expires_at"), fault);
    }

    [Fact]
    public void A_credit_that_is_not_effective_yet_can_be_updated()
    {
        var id = _account.Grant(effectiveAt: Given.Day(5));

        _account.ChangeExpiry(id, Given.Day(5) + Given.Tick).Accepted();
    }

    [Fact]
    public void An_expired_credit_cannot_be_updated_from_the_very_instant_of_its_expiry()
    {
        var id = _account.Grant(expiresAt: Given.Day(10));

        _account.Now = Given.Day(10) - Given.Tick;
        _account.ChangeExpiry(id, Given.Day(10)).Accepted();
        _account.Now = Given.Day(10);

        AssertNotActive(id);
    }

    [Fact]
    public void An_expired_credit_does_not_come_back_by_clearing_its_expiry()
    {
        var id = _account.Grant(expiresAt: Given.Day(10));
        _account.Now = Given.Day(11);

        var refusal = _account.ChangeExpiry(id, null).Refused<CreditDecided, Refusal.InvalidState>();

        Assert.Equal("Only active credits can be updated", refusal.Detail);
    }

    [Fact]
    public void A_voided_credit_cannot_be_updated()
    {
        var id = _account.Grant();
        _account.Void(id);

        AssertNotActive(id);
    }

    [Fact]
    public void A_used_up_credit_cannot_be_updated()
    {
        var id = _account.Grant(100m);
        _account.DrawDown(100m);

        AssertNotActive(id);
    }

    [Fact]
    public void An_inactive_credit_refuses_even_an_update_that_says_nothing()
    {
        var id = _account.Grant();
        _account.Void(id);

        _account.Update(id, Nothing).Refused<CreditDecided, Refusal.InvalidState>();
    }

    [Fact]
    public void A_wrong_expiry_is_named_before_the_state_of_the_credit()
    {
        var id = _account.Grant();
        _account.Void(id);

        Assert.Equal("Expiration date must be in the future", _account.ChangeExpiry(id, Given.Now).OnlyFault().Detail);
    }

    private void AssertNotActive(Domain.Ids.CreditId id)
    {
        var before = _account[id];
        var outcome = _account.Update(id, Nothing with { Description = Change<string>.To("New words") });

        Assert.Equal(
            "Only active credits can be updated",
            outcome.Refused<CreditDecided, Refusal.InvalidState>().Detail
        );
        Assert.Equal(before, _account[id]);
    }

    private void AssertUnchanged(Domain.Ids.CreditId id, CreditEdit edit)
    {
        var head = _account.Head;
        var credit = _account[id];

        var decided = _account.Update(id, edit).Accepted();

        Assert.False(decided.IsChanged);
        Assert.Null(decided.Change);
        Assert.Equal(credit, decided.Credit);
        Assert.Equal(head, decided.Head);
    }
}
