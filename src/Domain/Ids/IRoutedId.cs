namespace Drawdown.Domain.Ids;

/// <summary>An id that routes itself: a prefix and a <see cref="RoutedHex"/>.</summary>
public interface IRoutedId<TSelf>
    where TSelf : struct, IRoutedId<TSelf>
{
    /// <summary>The prefix that ids are written with, its underscore included.</summary>
    static abstract string Prefix { get; }

    /// <summary>Another prefix that is accepted on the way in, or null.</summary>
    static virtual string? AcceptedPrefix => null;

    /// <summary>The part after the prefix.</summary>
    RoutedHex Hex { get; }

    /// <summary>The id of that part.</summary>
    static abstract TSelf From(RoutedHex hex);
}
