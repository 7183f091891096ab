using System.Globalization;

namespace Drawdown.Domain.Money;

/// <summary>
/// The one text of a decimal: plain digits, no exponent, no trailing zeros. It is what is stored (Table Storage has no
/// decimal), hashed and sent, so that 12.5 and 12.50 are the same everywhere.
/// </summary>
public static class ExactDecimal
{
    /// <summary>Digits before the decimal point that an amount or a number of units may have.</summary>
    public const int MaxWholeDigits = 10;

    /// <summary>Digits after the decimal point that an amount or a number of units may have.</summary>
    public const int MaxDecimalPlaces = 10;

    /// <summary>The largest amount that a request may state: ten nines, ten decimals.</summary>
    public const decimal Largest = 9_999_999_999.9999999999m;

    // Dividing by one with 28 zeros drops trailing zeros and keeps the value.
    private const decimal One = 1.0000000000000000000000000000m;

    /// <summary>The text of a value.</summary>
    public static string Format(decimal value) => (value / One).ToString(CultureInfo.InvariantCulture);

    /// <summary>The value of a stored text.</summary>
    /// <exception cref="FormatException">It is not a plain decimal.</exception>
    public static decimal Parse(string text) =>
        decimal.Parse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture
        );
}
