using System.Text.Json;
using Drawdown.Storage.Idempotency;
using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api;

/// <summary>Makes answers out of what a function found or did.</summary>
public static class Answers
{
    /// <summary>200 with one thing, and its entity tag.</summary>
    public static StoredAnswer Ok(Action<Utf8JsonWriter> write) => With(StatusCodes.Status200OK, write, null);

    /// <summary>201 with the thing that was created, and where it is.</summary>
    public static StoredAnswer Created(string? location, Action<Utf8JsonWriter> write) =>
        With(StatusCodes.Status201Created, write, location);

    /// <summary>202 with the thing that is on its way.</summary>
    public static StoredAnswer AcceptedForLater(Action<Utf8JsonWriter> write) =>
        With(StatusCodes.Status202Accepted, write, null);

    /// <summary>200 with an array of objects, which is short enough not to be paged.</summary>
    public static StoredAnswer OkList<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        With(StatusCodes.Status200OK, JsonText.Write(json => json.Objects(items, item => write(json, item))), null);

    private static StoredAnswer With(int status, Action<Utf8JsonWriter> write, string? location) =>
        With(
            status,
            JsonText.Write(json =>
            {
                json.WriteStartObject();
                write(json);
                json.WriteEndObject();
            }),
            location
        );

    private static StoredAnswer With(int status, byte[] body, string? location) =>
        new(status, body, EntityTag.Of(body), location);
}
