using System.Numerics;

namespace Drawdown.Domain.Money;

/// <summary>
/// An exact fraction. Rates divide by batch sizes and by periods; a decimal would round in between, and a sum of rounded
/// parts drifts. Only the end result is rounded, once.
/// </summary>
public readonly record struct Fraction
{
    // 10^28: a decimal has at most 28 places.
    private const decimal DecimalScale = 10_000_000_000_000_000_000_000_000_000m;

    private readonly BigInteger _numerator;
    private readonly BigInteger _denominatorMinusOne;

    private Fraction(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        _numerator = numerator / divisor;
        // Kept less one, so that the default value is 0/1.
        _denominatorMinusOne = denominator / divisor - 1;
    }

    /// <summary>0.</summary>
    public static readonly Fraction Zero;

    private BigInteger Denominator => _denominatorMinusOne + 1;

    /// <summary>A decimal, exactly.</summary>
    public static Fraction Of(decimal value)
    {
        var whole = decimal.Truncate(value);
        // The rest is below 1 and has at most 28 places: whole when scaled, and within what a decimal holds.
        var rest = (value - whole) * DecimalScale;
        return new(new BigInteger(whole) * new BigInteger(DecimalScale) + new BigInteger(rest), new(DecimalScale));
    }

    /// <summary>A quotient of whole numbers, such as ticks of a period.</summary>
    /// <param name="denominator">More than 0.</param>
    public static Fraction Of(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        return new(numerator, denominator);
    }

    /// <summary>The sum.</summary>
    public static Fraction operator +(Fraction left, Fraction right) =>
        new(
            left._numerator * right.Denominator + right._numerator * left.Denominator,
            left.Denominator * right.Denominator
        );

    /// <summary>The product.</summary>
    public static Fraction operator *(Fraction left, Fraction right) =>
        new(left._numerator * right._numerator, left.Denominator * right.Denominator);

    /// <summary>The quotient.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static Fraction operator /(Fraction left, Fraction right)
    {
        if (right._numerator.IsZero)
            throw new DivideByZeroException();
        var sign = right._numerator.Sign;
        return new(left._numerator * right.Denominator * sign, left.Denominator * right._numerator * sign);
    }

    /// <summary>Whether the left one is less.</summary>
    public static bool operator <(Fraction left, Fraction right) =>
        left._numerator * right.Denominator < right._numerator * left.Denominator;

    /// <summary>Whether the left one is more.</summary>
    public static bool operator >(Fraction left, Fraction right) => right < left;

    /// <summary>The largest whole number that is not larger.</summary>
    public Fraction Floor()
    {
        var quotient = BigInteger.DivRem(_numerator, Denominator, out var remainder);
        return new(remainder.Sign < 0 ? quotient - 1 : quotient, 1);
    }

    /// <summary>The smallest whole number that is not smaller.</summary>
    public Fraction Ceiling()
    {
        var quotient = BigInteger.DivRem(_numerator, Denominator, out var remainder);
        return new(remainder.Sign > 0 ? quotient + 1 : quotient, 1);
    }

    /// <summary>The nearest whole number, a half away from zero.</summary>
    public Fraction Nearest() => new(Rounded(_numerator, Denominator), 1);

    /// <summary>The nearest decimal with that many places, a half away from zero.</summary>
    /// <exception cref="OverflowException">No decimal is that large.</exception>
    public decimal Round(int places)
    {
        var scale = BigInteger.Pow(10, places);
        return (decimal)Rounded(_numerator * scale, Denominator) / (decimal)scale;
    }

    /// <summary>The fraction in lowest terms, for people: <c>-5/2</c>.</summary>
    public override string ToString() => $"{_numerator}/{Denominator}";

    private static BigInteger Rounded(BigInteger numerator, BigInteger denominator)
    {
        var doubled = BigInteger.Abs(numerator) * 2 + denominator;
        return doubled / (denominator * 2) * numerator.Sign;
    }
}
