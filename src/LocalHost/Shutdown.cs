namespace Drawdown.LocalHost;

/// <summary>The two steps of stopping: first nothing new is begun, and later what still runs is told to give up.</summary>
internal sealed class Shutdown : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();

    /// <summary>Cancelled when nothing new may begin.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Cancelled when functions that still run have had their time.</summary>
    public CancellationToken Aborting => _aborting.Token;

    /// <summary>The first step.</summary>
    public Task Begin() => _stopping.CancelAsync();

    /// <summary>The second step.</summary>
    public Task Abort() => _aborting.CancelAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _aborting.Dispose();
    }
}
