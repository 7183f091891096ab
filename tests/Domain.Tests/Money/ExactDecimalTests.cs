using System.Globalization;
using Drawdown.Domain.Money;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Money;

public sealed class ExactDecimalTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.0000", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.00", "0")]
    [InlineData("12.50", "12.5")]
    [InlineData("12.5000000000", "12.5")]
    [InlineData("100", "100")]
    [InlineData("100.000", "100")]
    [InlineData("-3.10", "-3.1")]
    [InlineData("0.0000000001", "0.0000000001")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [InlineData("9999999999.9999999999", "9999999999.9999999999")]
    [InlineData("1234567890123456789012345678", "1234567890123456789012345678")]
    [InlineData("1.234567890123456789012345678", "1.234567890123456789012345678")]
    [InlineData("0.1234567890123456789012345678", "0.1234567890123456789012345678")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("-7.9228162514264337593543950335", "-7.9228162514264337593543950335")]
    public void A_value_has_one_text_without_exponent_and_trailing_zeros(string written, string text) =>
        Assert.Equal(text, ExactDecimal.Format(decimal.Parse(written, CultureInfo.InvariantCulture)));

    [Fact]
    public void Every_decimal_is_read_back_as_the_same_value_from_its_only_text()
    {
        var words = Gen.Choose(int.MinValue, int.MaxValue - 1);
        var decimals =
            from low in words
            from middle in words
            from high in words
            from negative in Gen.Elements(true, false)
            from scale in Gen.Choose(0, 28)
            from digits in Gen.Choose(1, 3)
            select new decimal(low, digits > 1 ? middle : 0, digits > 2 ? high : 0, negative, (byte)scale);

        Law.HoldsFor(
            decimals,
            value =>
            {
                var text = ExactDecimal.Format(value);

                Assert.Matches(@"^(0|-?([1-9]\d*|0)(\.\d*[1-9])?)$", text);
                Assert.Equal(value, ExactDecimal.Parse(text));
                Assert.Equal(text, ExactDecimal.Format(ExactDecimal.Parse(text)));
            },
            count: 2000
        );
    }

    [Fact]
    public void Equal_values_have_equal_texts()
    {
        var cases =
            from cents in Gen.Choose(-1_000_000, 1_000_000)
            from zeros in Gen.Choose(0, 20)
            select (Value: cents / 100m, Zeros: zeros);

        Law.HoldsFor(
            cases,
            c =>
            {
                var padded = c.Value * decimal.Parse("1." + new string('0', c.Zeros), CultureInfo.InvariantCulture);

                Assert.Equal(ExactDecimal.Format(c.Value), ExactDecimal.Format(padded));
            }
        );
    }

    [Fact]
    public void The_largest_amount_has_as_many_digits_as_the_limits_allow() =>
        Assert.Equal(
            $"{new string('9', ExactDecimal.MaxWholeDigits)}.{new string('9', ExactDecimal.MaxDecimalPlaces)}",
            ExactDecimal.Format(ExactDecimal.Largest)
        );

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("(1)")]
    [InlineData("0x1")]
    [InlineData("$1")]
    [InlineData("NaN")]
    public void A_text_that_is_not_a_plain_decimal_is_a_bug(string text) =>
        Assert.Throws<FormatException>(() => ExactDecimal.Parse(text));
}
