using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Drawdown.Testing.Callers;

/// <summary>
/// A caller who sends a request again, with its Idempotency-Key, until there is an answer: no answer, 503 and 409
/// <c>conflict</c> say nothing about the effect, or that there was none.
/// </summary>
/// <param name="key">The API key.</param>
public sealed class ImpatientCaller(string key) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private int _retries;
    private int _replays;
    private int _turn;

    /// <summary>Where the program's instances listen now; the calls go to them in turn.</summary>
    public IReadOnlyList<Uri> Addresses { get; set; } = [];

    /// <summary>How many requests were sent again.</summary>
    public int Retries => _retries;

    /// <summary>How many answers were those of an earlier request under the same key, whose own answer never came.</summary>
    public int Replays => _replays;

    public void Dispose() => _http.Dispose();

    /// <summary>Reads something.</summary>
    public Task<JsonElement> Get(string path, CancellationToken cancellation) =>
        Send(HttpMethod.Get, path, null, null, cancellation);

    /// <summary>Does something once, and returns the answer; null when there are too few credits.</summary>
    /// <param name="once">The idempotency key, or null.</param>
    public async Task<JsonElement?> TryPost(string path, object body, string? once, CancellationToken cancellation)
    {
        JsonElement answer = await Send(HttpMethod.Post, path, body, once, cancellation);
        return answer.ValueKind is JsonValueKind.Undefined ? null : answer;
    }

    /// <summary>Does something once, and returns the answer.</summary>
    public async Task<JsonElement> Post(string path, object body, string? once, CancellationToken cancellation) =>
        await TryPost(path, body, once, cancellation) ?? throw new InvalidOperationException($"{path} was refused.");

    private async Task<JsonElement> Send(
        HttpMethod method,
        string path,
        object? body,
        string? once,
        CancellationToken cancellation
    )
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        while (true)
        {
            using HttpRequestMessage request = new(method, new Uri(Next(), path));
            request.Headers.Add("X-API-KEY", key);
            if (once is not null)
            {
                request.Headers.Add("Idempotency-Key", once);
            }

            request.Content = body is null ? null : JsonContent.Create(body);
            try
            {
                using HttpResponseMessage response = await _http.SendAsync(request, patience.Token);
                string text = await response.Content.ReadAsStringAsync(patience.Token);
                if (response.IsSuccessStatusCode)
                {
                    if (response.Headers.Contains("Idempotent-Replayed"))
                    {
                        Interlocked.Increment(ref _replays);
                    }

                    return JsonDocument.Parse(text).RootElement;
                }

                if (
                    response.StatusCode is HttpStatusCode.Conflict
                    && text.Contains("insufficient_credits", StringComparison.Ordinal)
                )
                {
                    return default;
                }

                bool again = response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.Conflict;
                if (!again)
                {
                    throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
                }
            }
            catch (Exception exception)
                when (exception is HttpRequestException or IOException
                    || (exception is TaskCanceledException && !patience.IsCancellationRequested)
                )
            {
                // Killed while it was at work, or not yet up again.
            }

            Interlocked.Increment(ref _retries);
            await Task.Delay(50, patience.Token);
        }
    }

    private Uri Next() => Addresses[(int)((uint)Interlocked.Increment(ref _turn) % Addresses.Count)];
}
