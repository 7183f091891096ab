using System.Text.Json;

namespace Drawdown.Functions.Api.Incoming;

/// <summary>
/// Which part of a list is asked for: a page by its number, or what follows a cursor. A number shifts when something is
/// added in front; a cursor does not.
/// </summary>
public sealed record IncomingPage(int Number, string? After)
{
    /// <summary>Items per page.</summary>
    public const int Size = 25;

    /// <summary>Reads <c>page</c> or <c>cursor</c>. The list's filters must have been read before.</summary>
    public static async Task<IncomingPage> Read(ApiCall call)
    {
        var (number, after) = (call.Query.PageNumber(), await call.Cursor());
        if (number is not null && after is not null)
            call.Faults.Add(Domain.FaultCode.Invalid, "Give a page or a cursor, not both.", "cursor");
        return new(number ?? 1, after);
    }

    /// <summary>The answer with this page of a list.</summary>
    /// <param name="all">The whole list, descending by <paramref name="position"/> in ordinal order.</param>
    /// <param name="writeRest">What stands beside the list.</param>
    public async Task<Reply> Of<T>(
        ApiCall call,
        string operation,
        string list,
        IReadOnlyList<T> all,
        Func<T, string> position,
        Action<Utf8JsonWriter, T> write,
        Action<Utf8JsonWriter> writeRest
    )
    {
        var rest = After is null
            ? all.Skip((int)Math.Min(int.MaxValue, (Number - 1L) * Size))
            : all.Where(item => string.CompareOrdinal(position(item), After) < 0);
        var items = rest.Take(Size + 1).ToList();
        var hasMore = items.Count > Size;
        if (hasMore)
            items.RemoveAt(Size);
        var cursor = hasMore ? await call.Sign(position(items[^1])) : null;
        var answer = IncomingAnswers.Ok(
            operation,
            json =>
            {
                writeRest(json);
                json.Objects(list, items, item => write(json, item));
                json.Object(
                    "pageInfo",
                    () =>
                    {
                        json.WriteNumber("perPage", Size);
                        json.Text("cursor", cursor);
                        json.WriteNumber("total", all.Count);
                        json.WriteBoolean("hasMore", hasMore);
                    }
                );
            }
        );
        return new Reply.Success(answer with { ETag = null });
    }

    /// <summary>The position of something by its creation: newest first is descending.</summary>
    public static string Position(DateTimeOffset createdAt, object id) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{createdAt.UtcTicks:d19}.{id}");
}
