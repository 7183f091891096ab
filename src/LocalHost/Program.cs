using System.Runtime.InteropServices;
using Drawdown.Functions;
using Drawdown.LocalHost;
using Drawdown.Storage;
using Microsoft.Extensions.DependencyInjection;

using CancellationTokenSource stop = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    await Run(LocalHostOptions.FromEnvironment(Environment.GetEnvironmentVariable));
    return 0;
}
catch (Exception fault) when (fault is StartupException or StorageSetupException)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0; // Stopped while it was starting.
}

async Task Run(LocalHostOptions options)
{
    // Early, because starting Azurite takes a while.
    LocalPorts.MustBeFree(options.Port);
    await using LocalAzurite? azurite = options.StorageConnectionString is null
        ? await LocalAzurite.FindOrStart(options.AzuritePort, options.DataFolder, Console.WriteLine, stop.Token)
        : null;
    options = options with { StorageConnectionString = options.StorageConnectionString ?? azurite!.ConnectionString };

    await using LocalHostApp app = await LocalHostApp.Start(
        options,
        (services, configuration) =>
            services
                .AddLogging(logging => ConsoleLogging.Configure(logging, options.LogLevel))
                .AddDrawdown(configuration),
        [typeof(DrawdownServices).Assembly],
        stop.Token
    );
    Console.WriteLine(Greeting.For(app.BaseAddress, options.ApiKey));

    await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    Console.WriteLine("Stopping.");
}

// The first signal stops in order. A second one meets the system's own handling: it ends the process at once.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
