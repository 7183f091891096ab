using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Tests.Samples;

/// <summary>A function that is inherited, so that reflection knows its parameter twice.</summary>
public class Inherited
{
    [Function("Inherited")]
    public void Run([TimerTrigger("0 0 * * * *")] TimerInfo timer) { }

    public sealed class Heir : Inherited;
}
