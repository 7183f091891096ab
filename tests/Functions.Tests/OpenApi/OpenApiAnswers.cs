using System.Text.Json;

namespace Drawdown.Functions.Tests.OpenApi;

/// <summary>Checks whole answers against what the document says of their operation.</summary>
public static class OpenApiAnswers
{
    /// <summary>All operations of the document.</summary>
    public static IEnumerable<OpenApiOperation> Operations(this OpenApiSchemas schemas) =>
        from path in schemas.Root.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        where method.Name is not "parameters"
        select new OpenApiOperation(
            method.Name.ToUpperInvariant(),
            path.Name,
            [.. Parameters(path.Value).Concat(Parameters(method.Value)).Select(schemas.Resolve)],
            method.Value
        );

    /// <summary>The operation of a request, or null when the document has none.</summary>
    /// <param name="path">The path as it was sent, percent-encoded, with or without a slash at the end.</param>
    public static OpenApiOperation? Operation(this OpenApiSchemas schemas, string method, string path) =>
        schemas
            .Operations()
            .Where(operation => operation.Method == method && operation.Leads(path))
            // The same path may match a template as well: literal segments win, as they do in the host.
            .MinBy(operation => operation.Path.Count(character => character is '{'));

    /// <summary>What is wrong with an answer, in sentences; nothing when it is as the document says.</summary>
    /// <param name="contentType">The media type, or null when there is no body; its parameters do not matter.</param>
    /// <param name="headers">The names of all headers.</param>
    public static IReadOnlyList<string> FaultsOfAnswer(
        this OpenApiSchemas schemas,
        OpenApiOperation operation,
        int status,
        string? contentType,
        IEnumerable<string> headers,
        ReadOnlyMemory<byte> body
    )
    {
        if (!operation.Responses.TryGetProperty($"{status}", out var found))
            return [$"{operation.Id} is not said to answer {status}."];
        var response = schemas.Resolve(found);
        var given = headers.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var missing =
            from header in response.GetProperty("headers").EnumerateObject()
            let says = schemas.Resolve(header.Value)
            where says.TryGetProperty("required", out var required) && required.GetBoolean()
            where !given.Contains(header.Name)
            select $"{operation.Id} answers {status} without {header.Name}.";
        return [.. missing, .. FaultsOfBody(schemas, $"{operation.Id} {status}", response, contentType, body)];
    }

    private static IEnumerable<string> FaultsOfBody(
        OpenApiSchemas schemas,
        string what,
        JsonElement response,
        string? contentType,
        ReadOnlyMemory<byte> body
    )
    {
        var mediaType = contentType?.Split(';')[0].Trim();
        if (!response.TryGetProperty("content", out var content))
            return mediaType is null && body.IsEmpty ? [] : [$"{what} is said to have no body."];
        if (mediaType is null || !content.TryGetProperty(mediaType, out var media))
            return [$"{what} is not said to be {mediaType}."];
        if (!mediaType.EndsWith("json", StringComparison.Ordinal))
            return [];
        using var json = JsonDocument.Parse(body);
        return schemas.Faults(json.RootElement, media.GetProperty("schema")).Select(fault => $"{what}: {fault}");
    }

    private static IEnumerable<JsonElement> Parameters(JsonElement holder) =>
        holder.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : [];
}

/// <summary>An operation of the document.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Path">The template, as the document writes it.</param>
/// <param name="Parameters">Those of the path and its own, resolved.</param>
public sealed record OpenApiOperation(
    string Method,
    string Path,
    IReadOnlyList<JsonElement> Parameters,
    JsonElement Source
)
{
    /// <summary>Whether it is of the Incoming side; else it is of the Lotus side.</summary>
    public bool IsIncoming => Path.StartsWith("/incoming/", StringComparison.Ordinal);

    /// <summary>The <c>operationId</c>.</summary>
    public string Id => Source.GetProperty("operationId").GetString()!;

    /// <summary>The answers by status.</summary>
    public JsonElement Responses => Source.GetProperty("responses");

    /// <summary>Whether a path is one of this operation's.</summary>
    public bool Leads(string path)
    {
        var (template, given) = (Segments(Path), Segments(path));
        return template.Length == given.Length
            && template.Zip(given).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }

    private static string[] Segments(string path) => path.Trim('/').Split('/');
}
