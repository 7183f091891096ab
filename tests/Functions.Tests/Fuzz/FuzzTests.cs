using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;
using Drawdown.Storage.Tables;

namespace Drawdown.Functions.Tests.Fuzz;

/// <summary>
/// Malformed requests by the thousand, over all routes, against the real Azurite: each is refused with a 4xx in its side's
/// own form that shows nothing of the inside, and nothing at all is written. <c>FUZZ_REQUESTS</c> and <c>FUZZ_SEED</c> set
/// how many and which.
/// </summary>
public sealed class FuzzTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private const int Callers = 4;

    private static readonly string[] Tables =
    [
        StorageTables.Accounts,
        StorageTables.Directory,
        StorageTables.Agenda,
        StorageTables.IdempotencyClaims,
    ];

    // Words of the inside: no caller may ever read them.
    private static readonly string[] Leaks =
    [
        "Exception",
        "StackTrace",
        "   at ",
        "Drawdown.",
        "System.",
        "Microsoft.",
        "Azure",
        "PartitionKey",
        "RowKey",
        "127.0.0.1:",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_thousand_malformed_requests_are_refused_and_change_nothing()
    {
        var scene = await FuzzScene.Create(host.Api, host.Now);
        await host.DrainQueues();
        var before = await Rows();
        var count = Setting("FUZZ_REQUESTS", 20_000);
        var malformer = new Malformer(scene.Requests, DrawdownHost.Key, Setting("FUZZ_SEED", 20261120));
        using var http = new HttpClient { BaseAddress = host.Address };
        var kinds = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var routes = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var faults = new ConcurrentQueue<string>();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, count).Select(_ => malformer.Next()),
            new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Cancellation },
            async (request, token) =>
            {
                kinds.AddOrUpdate(request.Kind, 1, (_, sum) => sum + 1);
                routes.AddOrUpdate($"{request.Method} {Shape(request.Path)}", 1, (_, sum) => sum + 1);
                if (await FaultOf(http, request, token) is { } fault)
                    faults.Enqueue($"{fault}\n  {Show(request)}");
            }
        );

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count} requests: {string.Join(", ", kinds.Select(kind => $"{kind.Value} {kind.Key}"))}"
            )
        );
        Assert.True(
            faults.IsEmpty,
            string.Create(CultureInfo.InvariantCulture, $"{faults.Count} faults:\n{string.Join('\n', faults.Take(20))}")
        );
        Assert.Equal(before, await Rows());
        Assert.Equal(7, kinds.Count);
    }

    private static async Task<string?> FaultOf(HttpClient http, MalformedRequest request, CancellationToken token)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Path);
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body);
            if (request.ContentType is { } type)
                message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        if (request.Authorization is { } authorization)
            message.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (request.IdempotencyKey is { } key)
            message.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(message, token);
        }
        catch (HttpRequestException exception) when (exception.Message.Contains("ASCII", StringComparison.Ordinal))
        {
            // It cannot even be sent.
            return null;
        }
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(token);
            var status = (int)response.StatusCode;
            if (status is < 400 or > 499)
                return $"{status}: {body}";
            if (Leaks.FirstOrDefault(word => body.Contains(word, StringComparison.Ordinal)) is { } leak)
                return $"{status} leaks {leak}: {body}";
            // What is no path of ours, or no HTTP at all, is the host's to refuse, and it says nothing.
            if (body.Length == 0 && !response.Headers.Contains("X-Request-Id"))
                return status is 400 or 404 or 414 or 431 ? null : $"{status} without a body";
            return request.Path.StartsWith("/incoming/", StringComparison.Ordinal)
                ? IncomingFault(status, response.Content.Headers.ContentType, body)
                : LotusFault(status, response.Content.Headers.ContentType, body);
        }
    }

    private static string? LotusFault(int status, MediaTypeHeaderValue? type, string body)
    {
        if (type?.MediaType != "application/problem+json")
            return $"{status} as {type}: {body}";
        using var json = JsonDocument.Parse(body);
        var faults = OpenApi.OpenApiSchemas.Ours.Faults(json.RootElement, "Problem");
        return faults.Count == 0 && json.RootElement.GetProperty("status").GetInt32() == status
            ? null
            : $"{status} is no problem: {string.Join(' ', faults)} {body}";
    }

    private static string? IncomingFault(int status, MediaTypeHeaderValue? type, string body)
    {
        if (status == 401)
            return body.Length == 0 ? null : $"401 with a body: {body}";
        if (type?.MediaType != "application/json")
            return $"{status} as {type}: {body}";
        using var json = JsonDocument.Parse(body);
        var faults = OpenApi.OpenApiSchemas.Ours.Faults(json.RootElement, "IncomingError");
        return faults.Count == 0 ? null : $"{status} is no error: {string.Join(' ', faults)} {body}";
    }

    private async Task<List<string>> Rows()
    {
        List<string> rows = [];
        foreach (var table in Tables)
            rows.AddRange((await host.Rows(table)).Select(row => Text(table, row)));
        return rows;
    }

    private static string Text(string table, TableRow row) =>
        $"{table} {row.Partition} {row.Row} {row.ETag} {string.Join('|', row.Columns.OrderBy(column => column.Key, StringComparer.Ordinal))}";

    private static string Shape(string path) => string.Join('/', path.Split('?')[0].Split('/').Take(5));

    private static string Show(MalformedRequest request)
    {
        var body = request.Body is null ? "" : Encoding.UTF8.GetString(request.Body);
        return $"{request.Kind}: {request.Method} {request.Path} {request.ContentType} {request.Authorization} {(body.Length > 600 ? body[..600] + "…" : body)}";
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
