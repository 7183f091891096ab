using Drawdown.LocalHost.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Tests.Samples;

/// <summary>A function that takes messages as text.</summary>
public sealed class TextQueue(Probe probe)
{
    public const string Queue = "texts";

    [Function("TakeText")]
    public Task Run([QueueTrigger(Queue)] string body, CancellationToken cancellation) =>
        probe.Report(body, cancellation);
}
