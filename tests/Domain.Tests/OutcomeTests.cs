namespace Drawdown.Domain.Tests;

public sealed class OutcomeTests
{
    private static readonly Refusal Missing = new Refusal.NotFound("There is none.");

    [Fact]
    public void An_accepted_value_goes_on_to_the_next_decision()
    {
        Outcome<int> one = 1;

        Assert.Equal("1!", one.Then<string>(value => $"{value}!").Accepted());
        Assert.Equal(Missing, one.Then<string>(_ => Missing).Refused());
    }

    [Fact]
    public void A_refusal_ends_the_matter()
    {
        Outcome<int> none = Missing;

        var next = none.Then<string>(_ => throw new InvalidOperationException("Nothing goes on after a refusal."));

        Assert.Equal(Missing, next.Refused());
    }
}
