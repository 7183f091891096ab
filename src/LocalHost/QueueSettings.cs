namespace Drawdown.LocalHost;

/// <summary>
/// <c>extensions.queues</c> of host.json, with the genuine host's defaults. Source: "Azure Queue storage trigger and
/// bindings for Azure Functions", host.json settings.
/// </summary>
public sealed record QueueSettings
{
    /// <summary>Messages taken from a queue at a time, 1 to 32.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// The next batch is taken when no more than this many messages are still being processed, so a function runs for at
    /// most <see cref="BatchSize"/> + this many messages at once.
    /// </summary>
    public int NewBatchThreshold { get; init; } = 8;

    /// <summary>How long a message stays hidden after the function failed on it.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Tries before a message goes to the poison queue.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>The longest pause between two looks into an empty queue.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);
}
