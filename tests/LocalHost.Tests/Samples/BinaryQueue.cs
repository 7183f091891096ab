using Drawdown.LocalHost.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Tests.Samples;

/// <summary>A function that takes messages as bytes, without being asynchronous.</summary>
public sealed class BinaryQueue(Probe probe)
{
    public const string Queue = "binaries";

    [Function("TakeBinary")]
    public void Run([QueueTrigger(Queue, Connection = "DrawdownStorage")] BinaryData body) =>
        probe.Report($"{body.ToMemory().Length} bytes: {body}", CancellationToken.None).GetAwaiter().GetResult();
}
