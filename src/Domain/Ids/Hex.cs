using System.Buffers;

namespace Drawdown.Domain.Ids;

internal static class Hex
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Only lower case: an id has one spelling, so equal ids are equal texts.</summary>
    public static bool IsLower(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Digits);
}
