namespace Drawdown.Domain.Ids;

/// <summary>An id of one kind of thing on the Incoming side, which is a <see cref="RoutedUuid"/>.</summary>
public interface IRoutedUuid<TSelf>
    where TSelf : struct, IRoutedUuid<TSelf>
{
    /// <summary>The UUID.</summary>
    RoutedUuid Uuid { get; }

    /// <summary>The id of a UUID.</summary>
    static abstract TSelf From(RoutedUuid uuid);
}

/// <summary>Reads ids of the Incoming side.</summary>
public static class RoutedUuids
{
    /// <summary>Reads an id that was stored.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static TId Parse<TId>(string text)
        where TId : struct, IRoutedUuid<TId> =>
        RoutedUuid.TryParse(text, out var uuid) ? TId.From(uuid) : throw new FormatException($"Not a UUID: {text}.");
}
