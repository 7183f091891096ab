namespace Drawdown.Domain.Tests;

public sealed class OutcomeTests
{
    private static readonly Refusal Missing = new Refusal.NotFound("There is none.");

    [Fact]
    public void An_accepted_value_goes_on()
    {
        Outcome<int> one = 1;

        Assert.Equal("1!", one.Then(value => $"{value}!").Accepted());
    }

    [Fact]
    public void A_refusal_ends_the_matter()
    {
        Outcome<int> none = Missing;

        var next = none.Then<string>(_ => throw new InvalidOperationException("Nothing goes on after a refusal."));

        Assert.Equal(Missing, next.Refused());
    }
}
