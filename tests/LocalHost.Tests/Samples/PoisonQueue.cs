using Drawdown.LocalHost.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Tests.Samples;

/// <summary>A function that takes what another one has given up.</summary>
public sealed class PoisonQueue(Probe probe)
{
    public const string Queue = "stubborn-poison";

    [Function("TakePoison")]
    public Task Run([QueueTrigger(Queue)] string body, CancellationToken cancellation) =>
        probe.Report(body, cancellation);
}
