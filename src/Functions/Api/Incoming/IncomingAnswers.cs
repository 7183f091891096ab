using System.Globalization;
using System.Text.Json;
using Drawdown.Storage.Idempotency;
using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api.Incoming;

/// <summary>Makes answers in the envelope of the Incoming side: <c>{"data": {"&lt;Operation&gt;": {…}}}</c>.</summary>
public static class IncomingAnswers
{
    /// <summary>200 with one thing, and its entity tag.</summary>
    public static StoredAnswer Ok(string operation, Action<Utf8JsonWriter> write) =>
        With(StatusCodes.Status200OK, operation, write, null);

    /// <summary>201 with the thing that was created, and where it is.</summary>
    public static StoredAnswer Created(string operation, string location, Action<Utf8JsonWriter> write) =>
        With(StatusCodes.Status201Created, operation, write, location);

    /// <summary>An instant as this side writes it, <c>2024-01-01T00:00:00.000Z</c>, or null.</summary>
    public static void Milliseconds(this Utf8JsonWriter json, string name, DateTimeOffset? value) =>
        json.WriteString(
            name,
            value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        );

    private static StoredAnswer With(int status, string operation, Action<Utf8JsonWriter> write, string? location)
    {
        var thing = JsonText.Write(json =>
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        });
        var body = JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WritePropertyName(operation);
            json.WriteRawValue(thing, skipInputValidation: true);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        // Of the thing, not of the envelope: what was fetched as CreditBatch is what UpdateCreditBatch changes.
        return new(status, body, EntityTag.Of(thing), location);
    }
}
