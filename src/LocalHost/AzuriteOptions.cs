namespace Drawdown.LocalHost;

/// <summary>How to start Azurite, the local stand-in for Azure Storage.</summary>
public sealed record AzuriteOptions
{
    /// <summary>The port to listen on at 127.0.0.1; 0 lets the system choose a free one.</summary>
    public int BlobPort { get; init; }

    /// <inheritdoc cref="BlobPort"/>
    public int QueuePort { get; init; }

    /// <inheritdoc cref="BlobPort"/>
    public int TablePort { get; init; }

    /// <summary>Where the data lives; created when missing. Also the working folder of the process.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Keep everything in memory: nothing survives the process, and nothing is written to the folder.</summary>
    public bool InMemory { get; init; }

    /// <summary>The folder that holds <c>node_modules</c> and <c>eng</c>; by default the repository's root.</summary>
    public string? Root { get; init; }

    /// <summary>
    /// How long it may take to listen. It takes about a second; a build machine with few cores needs many times that.
    /// </summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
