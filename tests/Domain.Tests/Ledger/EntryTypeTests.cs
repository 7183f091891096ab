using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Ledger;

public sealed class EntryTypeTests
{
    [Theory]
    [InlineData(EntryType.Grant, "grant", 1)]
    [InlineData(EntryType.Drawdown, "drawdown", -1)]
    [InlineData(EntryType.Expire, "expire", -1)]
    [InlineData(EntryType.Void, "void", -1)]
    [InlineData(EntryType.Reinstate, "reinstate", 1)]
    public void The_name_and_the_sign_of_a_type_never_change(EntryType type, string name, int sign)
    {
        Assert.Equal(name, type.Name());
        Assert.Equal(type, EntryTypeNames.Parse(name));
        Assert.Equal(sign, type.Sign());
    }

    [Fact]
    public void Every_type_has_a_name_of_its_own() =>
        Assert.Distinct(Enum.GetValues<EntryType>().Select(type => type.Name()));

    [Theory]
    [InlineData("")]
    [InlineData("Grant")]
    [InlineData("adjust")]
    public void A_stored_name_of_no_type_is_a_bug(string name)
    {
        Assert.Throws<FormatException>(() => EntryTypeNames.Parse(name));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((EntryType)(-1)).Name());
    }
}
