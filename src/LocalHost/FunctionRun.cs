namespace Drawdown.LocalHost;

/// <summary>One finished run of a timer or queue function.</summary>
/// <param name="Function">The name given by the function's <c>[Function]</c> attribute.</param>
/// <param name="Failure">What the function threw; null when it succeeded.</param>
public sealed record FunctionRun(string Function, Exception? Failure)
{
    /// <summary>Whether the function returned without throwing.</summary>
    public bool Succeeded => Failure is null;
}
