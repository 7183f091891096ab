namespace Drawdown.LocalHost.Discovery;

/// <summary>Takes one argument of a function from what triggered it.</summary>
internal delegate object? Argument<in TTrigger>(TTrigger trigger, CancellationToken cancellation);
