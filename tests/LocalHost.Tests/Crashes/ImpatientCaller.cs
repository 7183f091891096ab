using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Drawdown.LocalHost.Tests.Crashes;

/// <summary>
/// A caller who sends a request again, with its Idempotency-Key, until there is an answer: no answer, 503 and 409
/// <c>conflict</c> say nothing about the effect, or that there was none.
/// </summary>
internal sealed class ImpatientCaller : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private int _retries;

    /// <summary>Where the program listens now.</summary>
    public Uri Address { get; set; } = new("http://127.0.0.1");

    /// <summary>How many requests were sent again.</summary>
    public int Retries => _retries;

    public void Dispose() => _http.Dispose();

    /// <summary>Reads something.</summary>
    public Task<JsonElement> Get(string path, CancellationToken cancellation) =>
        Send(HttpMethod.Get, path, null, null, cancellation);

    /// <summary>Does something once, and returns the answer; null when it is refused for good with 409.</summary>
    public async Task<JsonElement?> TryPost(string path, object body, string? key, CancellationToken cancellation)
    {
        JsonElement answer = await Send(HttpMethod.Post, path, body, key, cancellation);
        return answer.ValueKind is JsonValueKind.Undefined ? null : answer;
    }

    /// <summary>Does something once, and returns the answer.</summary>
    public async Task<JsonElement> Post(string path, object body, string? key, CancellationToken cancellation) =>
        await TryPost(path, body, key, cancellation) ?? throw new InvalidOperationException($"{path} was refused.");

    private async Task<JsonElement> Send(
        HttpMethod method,
        string path,
        object? body,
        string? key,
        CancellationToken cancellation
    )
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        while (true)
        {
            using HttpRequestMessage request = new(method, new Uri(Address, path));
            request.Headers.Add("X-API-KEY", "drawdown-development-key");
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            request.Content = body is null ? null : JsonContent.Create(body);
            try
            {
                using HttpResponseMessage response = await _http.SendAsync(request, patience.Token);
                string text = await response.Content.ReadAsStringAsync(patience.Token);
                if (response.IsSuccessStatusCode)
                {
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
                Assert.True(again, $"{method} {path}: {(int)response.StatusCode} {text}");
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
}
