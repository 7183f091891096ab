using Drawdown.LocalHost;
using Drawdown.Storage.Azure;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Xunit;

namespace Drawdown.Testing;

/// <summary>
/// An Azurite of a test assembly's own, on free ports and with data in a temporary folder. Use it as
/// <c>[assembly: AssemblyFixture(typeof(AzuriteServer))]</c>; tests then take it in their constructor, and keep out of each
/// other's way with a prefix each (<see cref="NewStorage"/>).
/// </summary>
/// <remarks>
/// A test that stops the server needs one of its own: the assembly's is shared with tests that run in parallel.
/// </remarks>
public sealed class AzuriteServer : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("drawdown-azurite-");
    private AzuriteProcess? _process;
    private int _prefixes;

    /// <summary>The connection string; the same after a <see cref="Stop"/> and <see cref="Start"/>.</summary>
    public string ConnectionString => Process.ConnectionString;

    // Keeps the ports of a stopped process readable.
    private AzuriteProcess Process =>
        _process ?? throw new InvalidOperationException("Azurite was not started: await InitializeAsync first.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => await Start();

    /// <summary>Starts it; after a <see cref="Stop"/> on the same ports and with the same data.</summary>
    public async Task Start()
    {
        AzuriteProcess? stopped = _process;
        _process = await AzuriteProcess.Start(
            new AzuriteOptions
            {
                // On disk, not in memory: an outage must not look like the loss of all data.
                DataFolder = _data.FullName,
                BlobPort = stopped?.BlobPort ?? 0,
                QueuePort = stopped?.QueuePort ?? 0,
                TablePort = stopped?.TablePort ?? 0,
            },
            CancellationToken.None
        );
        if (stopped is not null)
        {
            await stopped.DisposeAsync();
        }
    }

    /// <summary>Stops it in order: connections are refused from now on, the data is kept.</summary>
    public Task Stop() => Process.Stop();

    /// <summary>A store for tables and one for queues, both empty: their prefix is used once.</summary>
    public TestStorage NewStorage()
    {
        StorageConnection connection = new()
        {
            ConnectionString = ConnectionString,
            Prefix = $"t{Interlocked.Increment(ref _prefixes)}x",
        };
        return new TestStorage(AzureTableStore.Open(connection), AzureQueueStore.Open(connection), connection);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _data.Delete(recursive: true);
    }
}

/// <summary>The storage of one test.</summary>
/// <param name="Connection">How to open the same storage again, as another instance of the app would.</param>
public sealed record TestStorage(ITableStore Tables, IQueueStore Queues, StorageConnection Connection);
