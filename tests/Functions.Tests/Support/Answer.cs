using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Drawdown.Functions.Tests.Support;

/// <summary>An answer, read to its end.</summary>
public sealed class Answer
{
    private readonly Dictionary<string, string> _headers;
    private JsonElement? _json;

    private Answer(HttpResponseMessage response, byte[] bytes)
    {
        Method = response.RequestMessage!.Method.Method;
        Path = response.RequestMessage.RequestUri!.PathAndQuery;
        Status = (int)response.StatusCode;
        Bytes = bytes;
        _headers = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(
                header => header.Key,
                header => string.Join(", ", header.Value),
                StringComparer.OrdinalIgnoreCase
            );
    }

    public string Method { get; }

    /// <summary>What was asked for, with the query.</summary>
    public string Path { get; }

    public int Status { get; }

    public byte[] Bytes { get; }

    public string Body => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => _json ??= JsonDocument.Parse(Bytes).RootElement;

    /// <summary>The names of all headers.</summary>
    public IEnumerable<string> Headers => _headers.Keys;

    public string? ETag => Header("ETag");

    /// <summary>Whether it was replayed from an earlier request under the same key.</summary>
    public bool IsReplayed => Header("Idempotent-Replayed") == "true";

    /// <summary>The target of the link to the next page, or null.</summary>
    public string? Next =>
        Header("Link") is { } link && link.EndsWith(">; rel=\"next\"", StringComparison.Ordinal)
            ? link[1..link.IndexOf('>', StringComparison.Ordinal)]
            : null;

    /// <summary>The faults of a refused request: code and field.</summary>
    public IReadOnlyList<(string Code, string Attribute)> Faults =>
        Json.TryGetProperty("validation_errors", out _)
            ? [.. Items("validation_errors").Select(fault => (fault.Text("code")!, fault.Text("attr")!))]
            : [];

    public static async Task<Answer> Of(HttpResponseMessage response, CancellationToken cancellation) =>
        new(response, await response.Content.ReadAsByteArrayAsync(cancellation));

    public string? Header(string name) => _headers.GetValueOrDefault(name);

    public string? Text(string name) => Json.Text(name);

    public decimal Money(string name) => Json.Money(name);

    public DateTimeOffset? Instant(string name) => Json.Instant(name);

    public IReadOnlyList<JsonElement> Items(string name) => Json.Items(name);

    /// <summary>Asserts the status, and shows the body if it is another.</summary>
    public Answer Is(int status)
    {
        Assert.True(Status == status, $"{this}\nExpected status: {status}");
        return this;
    }

    /// <summary>Asserts a problem without faults of single fields.</summary>
    public Answer IsProblem(int status, string code, string? detail = null)
    {
        Is(status);
        Assert.Equal((code, 0), (Text("title"), Faults.Count));
        Assert.Equal(detail ?? Text("detail"), Text("detail"));
        return this;
    }

    /// <summary>Asserts a refusal that names one fault of one field.</summary>
    public Answer IsFault(string code, string attribute, string? detail = null)
    {
        Is(400);
        Assert.Equal([(code, attribute)], Faults);
        Assert.Equal(code, Text("title"));
        Assert.Equal(detail ?? Text("detail"), Text("detail"));
        return this;
    }

    /// <summary>Asserts the answer that the host gives to what no function answers.</summary>
    public Answer IsBare404()
    {
        Is(404);
        Assert.Empty(Bytes);
        Assert.Null(Header("Content-Type"));
        return this;
    }

    public override string ToString() => $"{Method} {Path}: {Status}\n{Body}";
}

/// <summary>Reads JSON as the documentation types it, and fails where it is another type.</summary>
public static class JsonReading
{
    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    /// <summary>A number, exact.</summary>
    public static decimal Money(this JsonElement json, string name) => json.GetProperty(name).GetDecimal();

    public static DateTimeOffset? Instant(this JsonElement json, string name)
    {
        if (json.Text(name) is not { } text)
            return null;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,6}[1-9])?Z$", text);
        return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
    }

    public static IReadOnlyList<JsonElement> Items(this JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray()];

    /// <summary>The names of an object's properties, in order.</summary>
    public static IReadOnlyList<string> Names(this JsonElement json) =>
        [.. json.EnumerateObject().Select(property => property.Name)];
}

/// <summary>The same assertions on an answer that is still on its way.</summary>
public static class AnswerTasks
{
    public static async Task<Answer> Is(this Task<Answer> answer, int status) => (await answer).Is(status);

    public static async Task<Answer> IsProblem(
        this Task<Answer> answer,
        int status,
        string code,
        string? detail = null
    ) => (await answer).IsProblem(status, code, detail);

    public static async Task<Answer> IsFault(
        this Task<Answer> answer,
        string code,
        string attribute,
        string? detail = null
    ) => (await answer).IsFault(code, attribute, detail);

    public static async Task<Answer> IsBare404(this Task<Answer> answer) => (await answer).IsBare404();
}
