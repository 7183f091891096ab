using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Drawdown.Storage.Tests.Azure;

/// <summary>Writes down every request that goes out, retries included.</summary>
internal sealed class CallCounter : HttpPipelineSynchronousPolicy
{
    private readonly ConcurrentQueue<string> _calls = new();

    public int Count => _calls.Count;

    public override void OnSendingRequest(HttpMessage message) => _calls.Enqueue(message.Request.Method.ToString());

    public void AddTo(ClientOptions options) => options.AddPolicy(this, HttpPipelinePosition.PerRetry);

    public void Clear() => _calls.Clear();
}
