using System.Globalization;
using System.Numerics;
using Drawdown.Domain.Money;
using FsCheck;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Money;

public sealed class FractionTests
{
    private static readonly Gen<int> Word = Gen.Choose(int.MinValue, int.MaxValue - 1);

    // Small parts, so that halves and other ties are common, and parts whose products still fit into a long.
    private static readonly Gen<(int Top, int Bottom)> Quotient = Gen.OneOf(
        Gen.Choose(-40, 40).Zip(Gen.Choose(1, 20), (top, bottom) => (top, bottom)),
        Gen.Choose(-1_000_000, 1_000_000).Zip(Gen.Choose(1, 30_000), (top, bottom) => (top, bottom))
    );

    /// <summary>Every decimal: any mantissa, any scale, both signs.</summary>
    private static readonly Gen<decimal> Decimal =
        from low in Word
        from middle in Word
        from high in Word
        from negative in Gen.Elements(true, false)
        from scale in Gen.Choose(0, 28)
        from words in Gen.Choose(1, 3)
        select new decimal(low, words > 1 ? middle : 0, words > 2 ? high : 0, negative, (byte)scale);

    /// <summary>Decimals whose sums and products a decimal holds exactly.</summary>
    private static readonly Gen<decimal> Short =
        from digits in Gen.Choose(-1_000_000_000, 1_000_000_000)
        from scale in Gen.Choose(0, 9)
        select new decimal(Math.Abs(digits), 0, 0, digits < 0, (byte)scale);

    [Fact]
    public void The_default_value_is_zero()
    {
        Assert.Equal(Fraction.Of(0m), default);
        Assert.Equal(Fraction.Zero, default);
        Assert.Equal(0m, default(Fraction).Round(2));
        Assert.Equal(Fraction.Of(0, 7), default);
        Assert.Equal(Fraction.Of(1, 3), default(Fraction) + Fraction.Of(1, 3));
        Assert.Equal(default, default(Fraction) * Fraction.Of(1, 3));
        Assert.Equal(default, default(Fraction) / Fraction.Of(1, 3));
        Assert.Equal(default, default(Fraction).Floor());
        Assert.Equal(default, default(Fraction).Ceiling());
        Assert.Equal(default, default(Fraction).Nearest());
    }

    [Fact]
    public void A_fraction_is_neither_less_nor_more_than_itself()
    {
        Assert.False(Fraction.Of(1, 3) < Fraction.Of(2, 6));
        Assert.False(Fraction.Of(1, 3) > Fraction.Of(2, 6));
    }

    [Fact]
    public void Nothing_is_divided_by_zero()
    {
        Assert.Throws<DivideByZeroException>(() => Fraction.Of(1m) / default(Fraction));
        Assert.Throws<DivideByZeroException>(() => Fraction.Zero / Fraction.Zero);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_quotient_needs_a_positive_denominator(long denominator) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Fraction.Of(1, denominator));

    [Fact]
    public void Equal_values_are_equal_however_they_came_about()
    {
        Assert.Equal(Fraction.Of(1, 2), Fraction.Of(2, 4));
        Assert.Equal(Fraction.Of(1, 2), Fraction.Of(0.50m));
        Assert.Equal(Fraction.Of(-1, 2), Fraction.Of(-0.5m));
        Assert.Equal(Fraction.Of(1, 2), Fraction.Of(-1m) / Fraction.Of(-2m));
        Assert.Equal(Fraction.Of(1, 2).GetHashCode(), Fraction.Of(0.50m).GetHashCode());
        Assert.NotEqual(Fraction.Of(1, 2), Fraction.Of(1, 3));
        Assert.NotEqual(Fraction.Of(1, 2), Fraction.Of(-1, 2));
    }

    [Fact]
    public void A_fraction_is_written_in_lowest_terms()
    {
        Assert.Equal("-5/2", Fraction.Of(-2.50m).ToString());
        Assert.Equal("0/1", default(Fraction).ToString());
    }

    [Fact]
    public void Three_thirds_are_one() =>
        Assert.Equal(Fraction.Of(1m), Fraction.Of(1, 3) + Fraction.Of(1, 3) + Fraction.Of(1, 3));

    [Theory]
    [InlineData("0", 0, "0")]
    [InlineData("0.4", 0, "0")]
    [InlineData("0.5", 0, "1")]
    [InlineData("1.5", 0, "2")]
    [InlineData("2.5", 0, "3")]
    [InlineData("-0.4", 0, "0")]
    [InlineData("-0.5", 0, "-1")]
    [InlineData("-1.5", 0, "-2")]
    [InlineData("-2.5", 0, "-3")]
    [InlineData("0.005", 2, "0.01")]
    [InlineData("-0.005", 2, "-0.01")]
    [InlineData("0.0049999999999999999999999999", 2, "0")]
    [InlineData("-0.0049999999999999999999999999", 2, "0")]
    [InlineData("1.0005", 3, "1.001")]
    [InlineData("1.2345", 10, "1.2345")]
    public void A_half_is_rounded_away_from_zero(string value, int places, string rounded) =>
        Assert.Equal(Read(rounded), Fraction.Of(Read(value)).Round(places));

    [Theory]
    [InlineData(7, 2, 3, 4, 4)]
    [InlineData(-7, 2, -4, -3, -4)]
    [InlineData(1, 3, 0, 1, 0)]
    [InlineData(-1, 3, -1, 0, 0)]
    [InlineData(2, 3, 0, 1, 1)]
    [InlineData(-2, 3, -1, 0, -1)]
    [InlineData(6, 2, 3, 3, 3)]
    [InlineData(-6, 2, -3, -3, -3)]
    public void Floor_ceiling_and_nearest_are_told_apart(int top, int bottom, int floor, int ceiling, int nearest)
    {
        Assert.Equal(Fraction.Of(floor), Fraction.Of(top, bottom).Floor());
        Assert.Equal(Fraction.Of(ceiling), Fraction.Of(top, bottom).Ceiling());
        Assert.Equal(Fraction.Of(nearest), Fraction.Of(top, bottom).Nearest());
    }

    [Theory]
    [InlineData("0.0000000000000000000000000001")]
    [InlineData("-0.0000000000000000000000000001")]
    [InlineData("0.1234567890123456789012345678")]
    [InlineData("7.9228162514264337593543950335")]
    [InlineData("-7.9228162514264337593543950335")]
    public void A_decimal_with_28_places_is_held_to_the_last_one(string text)
    {
        var value = Read(text);

        Assert.Equal(value, Fraction.Of(value).Round(28));
        Assert.Equal(0m, (Fraction.Of(value) + Fraction.Of(-value)).Round(28));
        Assert.NotEqual(Fraction.Zero, Fraction.Of(value));
    }

    [Fact]
    public void Every_decimal_is_held_exactly() =>
        Law.HoldsFor(
            Decimal,
            value =>
            {
                Assert.Equal(value, Fraction.Of(value).Round(value.Scale));
                Assert.Equal(Fraction.Of(value), Fraction.Of(value + 0.000m));
                Assert.Equal(Fraction.Zero, Fraction.Of(value) + Fraction.Of(-value));
            },
            count: 2000
        );

    [Fact]
    public void Decimals_are_added_multiplied_and_rounded_as_decimals_are() =>
        Law.HoldsFor(
            Short.Zip(Short, (one, other) => (one, other)),
            c =>
            {
                var (one, other) = c;
                Assert.Equal(Fraction.Of(one + other), Fraction.Of(one) + Fraction.Of(other));
                Assert.Equal(Fraction.Of(one * other), Fraction.Of(one) * Fraction.Of(other));
                Assert.Equal(Fraction.Of(decimal.Floor(one)), Fraction.Of(one).Floor());
                Assert.Equal(Fraction.Of(decimal.Ceiling(one)), Fraction.Of(one).Ceiling());
                foreach (var places in Enumerable.Range(0, 10))
                    Assert.Equal(
                        Math.Round(one, places, MidpointRounding.AwayFromZero),
                        Fraction.Of(one).Round(places)
                    );
            },
            count: 1000
        );

    [Fact]
    public void Quotients_are_added_multiplied_and_divided_as_at_school() =>
        Law.HoldsFor(
            Quotient.Zip(Quotient, (one, other) => (one, other)),
            c =>
            {
                var ((a, b), (x, y)) = c;
                var (one, other) = (Fraction.Of(a, b), Fraction.Of(x, y));
                Assert.Equal(Fraction.Of((long)a * y + (long)x * b, (long)b * y), one + other);
                Assert.Equal(Fraction.Of((long)a * x, (long)b * y), one * other);
                if (x != 0)
                    Assert.Equal(Fraction.Of((long)a * y * Math.Sign(x), (long)b * Math.Abs(x)), one / other);
            },
            count: 1000
        );

    [Fact]
    public void A_quotient_is_rounded_to_the_nearest_and_a_tie_away_from_zero() =>
        Law.HoldsFor(
            Quotient.Zip(Gen.Choose(0, 6), (quotient, places) => (quotient.Top, quotient.Bottom, places)),
            c =>
            {
                var scale = BigInteger.Pow(10, c.places);

                var rounded = Fraction.Of(c.Top, c.Bottom).Round(c.places);

                var scaled = rounded * (decimal)scale;
                Assert.Equal(decimal.Truncate(scaled), scaled);
                // Twice the distance from the value, in units of 1/(bottom x scale).
                var distance = 2 * BigInteger.Abs(new BigInteger(scaled) * c.Bottom - c.Top * scale);
                Assert.True(distance <= c.Bottom);
                Assert.True(distance < c.Bottom || Math.Abs(rounded) * c.Bottom > Math.Abs(c.Top));
                if (c.places == 0)
                    Assert.Equal(Fraction.Of(rounded), Fraction.Of(c.Top, c.Bottom).Nearest());
            },
            count: 2000
        );

    [Fact]
    public void Fractions_are_compared_by_value() =>
        Law.HoldsFor(
            Quotient.Zip(Quotient, (one, other) => (one, other)),
            c =>
            {
                var ((a, b), (x, y)) = c;
                var (one, other) = (Fraction.Of(a, b), Fraction.Of(x, y));
                Assert.Equal((long)a * y < (long)x * b, one < other);
                Assert.Equal((long)a * y > (long)x * b, one > other);
            },
            count: 1000
        );

    [Fact]
    public void Floor_and_ceiling_are_the_whole_numbers_next_to_it() =>
        Law.HoldsFor(
            Quotient,
            c =>
            {
                var (floor, ceiling) = (
                    Fraction.Of(c.Top, c.Bottom).Floor().Round(0),
                    Fraction.Of(c.Top, c.Bottom).Ceiling().Round(0)
                );

                Assert.True(floor * c.Bottom <= c.Top && c.Top < (floor + 1m) * c.Bottom);
                Assert.True((ceiling - 1m) * c.Bottom < c.Top && c.Top <= ceiling * c.Bottom);
            },
            count: 1000
        );

    [Fact]
    public void Sums_and_products_do_not_depend_on_the_order() =>
        Law.HoldsFor(
            Gen.ArrayOf(Decimal, 3).Select(values => values.Select(Fraction.Of).ToArray()),
            values =>
            {
                var (a, b, c) = (values[0], values[1], values[2]);
                Assert.Equal(a + b + c, c + b + a);
                Assert.Equal(a + b + c, a + (b + c));
                Assert.Equal(a * b * c, c * (b * a));
                Assert.Equal(a * (b + c), a * b + a * c);
                if (b != Fraction.Zero)
                    Assert.Equal(a, a / b * b);
            }
        );

    [Fact]
    public void Opposite_values_are_rounded_to_opposite_results() =>
        Law.HoldsFor(
            Quotient.Zip(Gen.Choose(0, 4), (quotient, places) => (quotient.Top, quotient.Bottom, places)),
            c =>
            {
                Assert.Equal(
                    -Fraction.Of(c.Top, c.Bottom).Round(c.places),
                    Fraction.Of(-c.Top, c.Bottom).Round(c.places)
                );
                Assert.Equal(
                    Fraction.Of(-1m) * Fraction.Of(c.Top, c.Bottom).Floor(),
                    Fraction.Of(-c.Top, c.Bottom).Ceiling()
                );
            },
            count: 1000
        );

    [Fact]
    public void What_no_decimal_holds_is_not_rounded_in_silence() =>
        Assert.Throws<OverflowException>(() => (Fraction.Of(decimal.MaxValue) + Fraction.Of(1m)).Round(0));

    private static decimal Read(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
