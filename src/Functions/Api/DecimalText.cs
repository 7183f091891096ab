using System.Globalization;

namespace Drawdown.Functions.Api;

/// <summary>Reads JSON numbers as exact decimals.</summary>
public static class DecimalText
{
    /// <summary>Reads a number. False when a decimal cannot hold it exactly.</summary>
    public static bool TryRead(string text, out decimal value)
    {
        value = 0m;
        var (whole, places) = Digits(text);
        // 28 digits are what a decimal surely holds; more would be rounded in silence.
        return whole + places <= 28
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>
    /// Digits before and after the decimal point, without leading and trailing zeros and with the exponent applied: 1.50 has
    /// one and one, 25e-1 as well.
    /// </summary>
    public static (long Whole, long Places) Digits(string text)
    {
        var mantissa = text.AsSpan().TrimStart('-');
        var exponent = 0L;
        var e = mantissa.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            // An exponent that no long holds is beyond every limit anyway.
            if (
                !long.TryParse(
                    mantissa[(e + 1)..],
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out exponent
                )
            )
                exponent = mantissa[e + 1] == '-' ? long.MinValue : long.MaxValue;
            exponent = Math.Clamp(exponent, -int.MaxValue, int.MaxValue);
            mantissa = mantissa[..e];
        }
        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        var wholeLength = (point < 0 ? mantissa.Length : point) + exponent;
        var significant = digits.TrimStart('0');
        if (significant.Length == 0)
            return (0, 0);
        wholeLength -= digits.Length - significant.Length;
        significant = significant.TrimEnd('0');
        return (Math.Max(0, wholeLength), Math.Max(0, significant.Length - wholeLength));
    }
}
