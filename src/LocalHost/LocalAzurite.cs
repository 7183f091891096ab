namespace Drawdown.LocalHost;

/// <summary>
/// The Azurite that LocalHost works with: the one that already listens at the ports or, when there is none, one of its own,
/// which is started again if it dies.
/// </summary>
internal sealed class LocalAzurite : IAsyncDisposable
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;

    private LocalAzurite(AzuriteProcess? own, AzuriteOptions options, Action<string> say)
    {
        ConnectionString = AzuriteProcess.ConnectionStringFor(options.BlobPort, options.QueuePort, options.TablePort);
        _watching = own is null ? Task.CompletedTask : Watch(own, options, say);
    }

    /// <summary>How to connect to it.</summary>
    public string ConnectionString { get; }

    /// <summary>Finds or starts it.</summary>
    /// <param name="blobPort">The first of its three ports.</param>
    /// <param name="dataFolder">Where one that is started keeps its data.</param>
    /// <param name="say">Takes the lines that tell the user what happens.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="StartupException">There is none and none can be started; the message says what to do.</exception>
    public static async Task<LocalAzurite> FindOrStart(
        int blobPort,
        string dataFolder,
        Action<string> say,
        CancellationToken cancellation
    )
    {
        AzuriteOptions options = new()
        {
            BlobPort = blobPort,
            QueuePort = blobPort + 1,
            TablePort = blobPort + 2,
            DataFolder = Path.GetFullPath(dataFolder),
        };
        bool[] listening = await Task.WhenAll(
            LocalPorts.IsListening(options.BlobPort, cancellation),
            LocalPorts.IsListening(options.QueuePort, cancellation),
            LocalPorts.IsListening(options.TablePort, cancellation)
        );
        if (listening.All(port => port))
        {
            say($"Using the Azurite that already listens at ports {options.BlobPort} to {options.TablePort}.");
            return new LocalAzurite(own: null, options, say);
        }

        if (listening.Any(port => port))
        {
            throw new StartupException(
                $"Of Azurite's ports {options.BlobPort} to {options.TablePort} some are in use: stop the programs that listen "
                    + "there, or set AZURITE_PORT to the first of three free ports."
            );
        }

        AzuriteProcess own = await Start(options, cancellation);
        say(
            $"Started Azurite at ports {options.BlobPort} to {options.TablePort}; its data is in {options.DataFolder}."
        );
        return new LocalAzurite(own, options, say);
    }

    /// <summary>Stops the Azurite that was started here; one that was found is left alone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        _stopping.Dispose();
    }

    private static async Task<AzuriteProcess> Start(AzuriteOptions options, CancellationToken cancellation)
    {
        try
        {
            return await AzuriteProcess.Start(options, cancellation);
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"Azurite does not start. {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    private async Task Watch(AzuriteProcess azurite, AzuriteOptions options, Action<string> say)
    {
        AzuriteProcess? running = azurite;
        try
        {
            while (true)
            {
                int code = await running.Exited.WaitAsync(_stopping.Token);
                await running.DisposeAsync();
                running = null;
                say($"Azurite ended unexpectedly with exit code {code}; starting it again.");
                running = await Restart(options, say);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            if (running is not null)
            {
                await running.DisposeAsync();
            }
        }
    }

    private async Task<AzuriteProcess> Restart(AzuriteOptions options, Action<string> say)
    {
        string? told = null;
        while (true)
        {
            await Task.Delay(RestartPause, _stopping.Token);
            try
            {
                return await Start(options, _stopping.Token);
            }
            catch (StartupException fault)
            {
                if (!string.Equals(told, fault.Message, StringComparison.Ordinal))
                {
                    told = fault.Message;
                    say(fault.Message);
                }
            }
        }
    }
}
