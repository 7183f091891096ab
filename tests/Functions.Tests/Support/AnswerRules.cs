using System.Collections.Concurrent;
using System.Text.Json;
using Drawdown.Functions.Tests.OpenApi;

namespace Drawdown.Functions.Tests.Support;

/// <summary>What holds for every answer of every function, whatever was asked.</summary>
public sealed class AnswerRules(HostLog log)
{
    private const string ErrorTypes = "https://docs.uselotus.io/errors/error-responses#";

    private static readonly Dictionary<int, string[]> Codes = new()
    {
        [400] =
        [
            "required",
            "null",
            "blank",
            "invalid",
            "invalid_choice",
            "min_value",
            "max_value",
            "max_length",
            "max_digits",
            "max_decimal_places",
            "max_whole_digits",
            "does_not_exist",
            "unknown_field",
            "parse_error",
            "invalid_state",
            "invalid_operation",
            "overlapping_plans",
        ],
        [401] = ["not_authenticated"],
        [404] = ["not_found"],
        [409] = ["duplicate_resource", "conflict", "insufficient_credits"],
        [412] = ["precondition_failed"],
        [413] = ["too_large"],
        [415] = ["unsupported_media_type"],
        [422] = ["idempotency_mismatch"],
        [503] = ["unavailable"],
    };

    private readonly ConcurrentDictionary<string, Answer> _requestIds = new(StringComparer.Ordinal);
    private readonly IncomingRules _incoming = new();

    /// <summary>Asserts them.</summary>
    public void Check(Answer answer)
    {
        Assert.True(answer.Status != 500, $"{answer}\n{log}");
        var isIncoming = answer.Path.StartsWith("/incoming/", StringComparison.Ordinal);
        if (!(isIncoming || answer.Path.StartsWith("/api/", StringComparison.Ordinal)) || IsTheHosts(answer))
            return;
        CheckHeaders(answer);
        CheckDocument(answer);
        if (isIncoming)
            _incoming.Check(answer);
        else if (answer.Status >= 400)
            CheckProblem(answer);
        else if (answer.Header("Content-Type") == "application/json")
            CheckCredits(answer.Json);
    }

    /// <summary>Wherever a credit is shown: nothing is lost, nothing comes from nowhere.</summary>
    private static void CheckCredits(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
                CheckCredits(item);
        }
        else if (json.TryGetProperty("amount_remaining", out var remaining))
        {
            var lines = json.Items("drawdowns");
            Assert.Equal(remaining.GetDecimal(), json.Money("amount") + lines.Sum(line => line.Money("amount")));
            Assert.All(lines, line => Assert.True(line.Money("amount") < 0m));
            Assert.Equal(remaining.GetDecimal() > 0m ? "active" : "inactive", json.Text("status"));
        }
    }

    // What no function answers is answered by the host: 404 and nothing else.
    private static bool IsTheHosts(Answer answer) =>
        answer is { Status: 404, Bytes.Length: 0 } && answer.Header("X-Request-Id") is null;

    // The same for everyone.
    private static bool IsDocumentation(Answer answer) =>
        answer.Path.StartsWith("/api/docs", StringComparison.Ordinal)
        || answer.Path.StartsWith("/api/openapi.", StringComparison.Ordinal);

    /// <summary>What is answered is what the documentation says, with the headers that it promises.</summary>
    private static void CheckDocument(Answer answer)
    {
        // Whether every function is documented is a test of its own.
        if (OpenApiSchemas.Ours.Operation(answer.Method, answer.Path.Split('?')[0]) is not { } operation)
            return;
        var faults = OpenApiSchemas.Ours.FaultsOfAnswer(
            operation,
            answer.Status,
            answer.Header("Content-Type"),
            answer.Headers,
            answer.Bytes
        );
        Assert.True(faults.Count == 0, $"{answer}\n{string.Join('\n', faults)}");
    }

    private void CheckHeaders(Answer answer)
    {
        var id = answer.Header("X-Request-Id");
        Assert.Matches("^req_[0-9a-f]{32}$", id);
        Assert.True(_requestIds.TryAdd(id!, answer), $"{id} is on two answers.");
        if (!IsDocumentation(answer))
            Assert.Contains("private", answer.Header("Cache-Control"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
    }

    private static void CheckProblem(Answer answer)
    {
        Assert.Equal("application/problem+json", answer.Header("Content-Type"));
        var isValidation = answer.Json.TryGetProperty("validation_errors", out _);
        string[] names = ["type", "title", "status", "detail", "instance"];
        Assert.Equal(isValidation ? [.. names, "validation_errors"] : names, answer.Json.Names());

        Assert.Equal(answer.Status, answer.Json.GetProperty("status").GetInt32());
        Assert.Contains(answer.Text("title"), Codes[answer.Status]);
        var type =
            isValidation ? "validation-error"
            : answer.Status < 500 ? "client-error"
            : "server-error";
        Assert.Equal(ErrorTypes + type, answer.Text("type"));
        Assert.False(string.IsNullOrWhiteSpace(answer.Text("detail")));
        var path = Uri.UnescapeDataString(answer.Path.Split('?')[0]);
        Assert.Equal(path, Uri.UnescapeDataString(answer.Text("instance")!));
        if (!isValidation)
            return;

        Assert.Equal(400, answer.Status);
        Assert.NotEmpty(answer.Items("validation_errors"));
        foreach (var fault in answer.Items("validation_errors"))
        {
            Assert.Equal(["code", "detail", "attr"], fault.Names());
            Assert.Contains(fault.Text("code"), Codes[400]);
            Assert.False(string.IsNullOrWhiteSpace(fault.Text("detail")));
            Assert.False(string.IsNullOrEmpty(fault.Text("attr")));
        }
    }
}
