using Drawdown.Domain.Money;

namespace Drawdown.Domain.Tests.Money;

public sealed class CurrencyTests
{
    // Source: ISO 4217 list one, column "minor unit". Every other currency has two.
    private const string NoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
    private const string ThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";

    // The table is private; three letters are few enough to try all.
    private static readonly List<string> Codes =
    [
        .. from a in Letters from b in Letters from c in Letters select $"{a}{b}{c}",
    ];

    private static IEnumerable<char> Letters => Enumerable.Range('A', 26).Select(letter => (char)letter);

    private static List<Currency> All => [.. Codes.Select(Currency.Find).OfType<Currency>()];

    [Fact]
    public void Every_currency_is_found_under_its_own_code_and_no_other()
    {
        Assert.InRange(All.Count, 150, 180);
        Assert.All(Codes, code => Assert.True(Currency.Find(code) is null || Currency.Find(code)!.Code == code));
        Assert.All(All, currency => Assert.Same(currency, Currency.Get(currency.Code)));
    }

    [Fact]
    public void Every_currency_has_a_name_of_its_own_and_a_symbol()
    {
        Assert.Distinct(All.Select(currency => currency.Name));
        Assert.All(All, currency => Assert.Matches(@"^\p{Lu}\S*( \S+)*$", currency.Name));
        Assert.All(All, currency => Assert.Matches(@"^\S{1,5}$", currency.Symbol));
    }

    [Fact]
    public void Every_currency_has_the_minor_units_of_the_standard()
    {
        static int Expected(string code) =>
            NoDecimals.Contains(code, StringComparison.Ordinal) ? 0
            : ThreeDecimals.Contains(code, StringComparison.Ordinal) ? 3
            : 2;

        Assert.All(
            All,
            currency => Assert.Equal((currency.Code, Expected(currency.Code)), (currency.Code, currency.MinorUnits))
        );
        Assert.All($"{NoDecimals} {ThreeDecimals}".Split(' '), code => Assert.NotNull(Currency.Find(code)));
    }

    [Theory]
    [InlineData("JPY", "Yen", "¥", 0)]
    [InlineData("USD", "US Dollar", "$", 2)]
    [InlineData("EUR", "Euro", "€", 2)]
    [InlineData("KWD", "Kuwaiti Dinar", "د.ك", 3)]
    public void A_currency_is_found_by_its_code(string code, string name, string symbol, int minorUnits) =>
        Assert.Equal(new Currency(code, name, symbol, minorUnits), Currency.Find(code));

    [Theory]
    [InlineData("")]
    [InlineData("usd")]
    [InlineData("USD ")]
    [InlineData("XXX")]
    [InlineData("XTS")]
    [InlineData("XAU")]
    public void What_is_not_the_code_of_a_currency_is_not_found(string code)
    {
        Assert.Null(Currency.Find(code));
        Assert.Throws<KeyNotFoundException>(() => Currency.Get(code));
    }
}
