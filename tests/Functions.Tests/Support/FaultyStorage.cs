using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;

namespace Drawdown.Functions.Tests.Support;

/// <summary>
/// Breaks calls to storage at random, between the SDK and the real Azurite: requests that never arrive, answers that are lost
/// after the call took effect, errors of the server before and after it, and delays.
/// </summary>
/// <param name="rate">How many of a hundred tries are broken.</param>
public sealed class FaultyStorage(int rate, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Lock _choosing = new();

    /// <summary>Whether calls are broken now.</summary>
    public bool IsOn { get; set; }

    /// <summary>How many calls were broken in each way.</summary>
    public ConcurrentDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>For <see cref="DrawdownHost.Another"/>.</summary>
    public Action<ClientOptions> Customize => StoragePolicy.Around(Break);

    private async ValueTask Break(HttpMessage message, Func<ValueTask> send)
    {
        var (dice, milliseconds) = Roll();
        if (!IsOn || dice >= rate)
        {
            await send();
            return;
        }
        switch (dice % 6)
        {
            case 0:
                Count("request lost");
                throw new IOException("The connection was refused.");
            case 1:
                await send();
                Count("answer lost");
                throw new IOException("The connection was reset.");
            case 2:
                Count("500 before");
                message.Response = new ServerError(500, message.Request.ClientRequestId);
                break;
            case 3:
                Count("503 before");
                message.Response = new ServerError(503, message.Request.ClientRequestId);
                break;
            case 4:
                await send();
                Count("500 after");
                message.Response = new ServerError(500, message.Request.ClientRequestId);
                break;
            default:
                Count("delay");
                await Task.Delay(milliseconds);
                await send();
                break;
        }
    }

    private (int Dice, int Milliseconds) Roll()
    {
        lock (_choosing)
            return (_random.Next(100), _random.Next(5, 150));
    }

    private void Count(string fault) => Faults.AddOrUpdate(fault, 1, (_, sum) => sum + 1);

    /// <summary>An answer that Azurite never gave.</summary>
    private sealed class ServerError(int status, string requestId) : Response
    {
        public override int Status => status;

        public override string ReasonPhrase => "";

        public override Stream? ContentStream { get; set; } = new MemoryStream();

        public override string ClientRequestId { get; set; } = requestId;

        public override void Dispose() { }

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = null;
            return false;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = null;
            return false;
        }

        protected override bool ContainsHeader(string name) => false;

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [];
    }
}
