using System.Runtime.CompilerServices;

namespace Drawdown.Storage;

/// <summary>Lists out of asynchronous sequences.</summary>
public static class AsyncChunks
{
    /// <summary>The sequence in lists of at most <paramref name="size"/>, reading no further ahead than one list.</summary>
    public static async IAsyncEnumerable<List<T>> Chunked<T>(
        this IAsyncEnumerable<T> source,
        int size,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var chunk = new List<T>();
        await foreach (var item in source.WithCancellation(cancellation))
        {
            chunk.Add(item);
            if (chunk.Count < size)
                continue;
            yield return chunk;
            chunk = [];
        }
        if (chunk.Count > 0)
            yield return chunk;
    }
}
