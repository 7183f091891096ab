using Azure.Core;
using Azure.Core.Pipeline;

namespace Drawdown.Storage.Tests.Azure;

/// <summary>Delivers every request and loses the answer to the next few: what a broken connection does at its worst.</summary>
internal sealed class LossyTransport : HttpPipelineTransport
{
    private readonly HttpPipelineTransport _inner = HttpClientTransport.Shared;
    private int _toLose;

    /// <summary>How many of the coming answers are lost.</summary>
    public int ToLose
    {
        get => _toLose;
        set => _toLose = value;
    }

    public override Request CreateRequest() => _inner.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        await _inner.ProcessAsync(message);
        if (Interlocked.Decrement(ref _toLose) >= 0)
        {
            message.Response.Dispose();
            throw new IOException("The connection was reset after the request was sent.");
        }
    }
}
