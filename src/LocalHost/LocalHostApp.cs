using System.Net.Sockets;
using System.Reflection;
using Drawdown.LocalHost.Clock;
using Drawdown.LocalHost.Queues;
using Drawdown.LocalHost.Timers;
using Drawdown.Storage;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Drawdown.LocalHost;

/// <summary>
/// Hosts functions in this process as the Functions host and its isolated worker do: routes HTTP, polls queues, fires
/// timers. Several may run in one process.
/// </summary>
public sealed partial class LocalHostApp : IAsyncDisposable
{
    // How long an aborted function may take to notice.
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly Shutdown _shutdown;
    private readonly FunctionTimers _timers;
    private readonly QueuePumps _pumps;
    private readonly TimeSpan _stopTimeout;
    private bool _disposed;

    private LocalHostApp(WebApplication app, TimeSpan stopTimeout)
    {
        _app = app;
        _stopTimeout = stopTimeout;
        _shutdown = app.Services.GetRequiredService<Shutdown>();
        _timers = app.Services.GetRequiredService<FunctionTimers>();
        _pumps = app.Services.GetRequiredService<QueuePumps>();
        Clock = app.Services.GetRequiredService<TestClock>();
    }

    /// <summary>Where it answers, with the actual port.</summary>
    public Uri BaseAddress =>
        new(
            _app.Services.GetRequiredService<IServer>()
                .Features.GetRequiredFeature<IServerAddressesFeature>()
                .Addresses.Single()
        );

    /// <summary>The services that the functions are created from.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The clock that the functions see.</summary>
    public TestClock Clock { get; }

    /// <summary>Starts the host and returns when requests are answered.</summary>
    /// <param name="options">How to run it. Azurite is the caller's business: the storage must be reachable.</param>
    /// <param name="configureServices">
    /// Registers what the functions need, an <see cref="ITableStore"/> and an
    /// <see cref="IQueueStore"/> among it. A <see cref="TimeProvider"/> is registered before.
    /// </param>
    /// <param name="functionAssemblies">The assemblies whose functions are hosted.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="StartupException">It cannot start; the message says what to do.</exception>
    public static Task<LocalHostApp> Start(
        LocalHostOptions options,
        Action<IServiceCollection, IConfiguration> configureServices,
        IEnumerable<Assembly> functionAssemblies,
        CancellationToken cancellation = default
    ) =>
        Start(options, configureServices, functionAssemblies.SelectMany(assembly => assembly.GetTypes()), cancellation);

    /// <summary>Starts the host with the functions of these types only.</summary>
    internal static async Task<LocalHostApp> Start(
        LocalHostOptions options,
        Action<IServiceCollection, IConfiguration> configureServices,
        IEnumerable<Type> functionClasses,
        CancellationToken cancellation = default
    )
    {
        LocalHostApp host = new(
            LocalHostBuilder.Build(options, configureServices, functionClasses),
            options.StopTimeout
        );
        try
        {
            await host.Begin(options, cancellation);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one timer function now, whether or not it is due, and without effect on its schedule.</summary>
    /// <exception cref="ArgumentException">There is no timer function of that name.</exception>
    public Task<FunctionRun> RunTimer(string name, CancellationToken cancellation = default) =>
        _timers.Run(name, cancellation);

    /// <summary>
    /// Processes messages until no queue has a visible one and no queue function runs. A message that failed is hidden for
    /// host.json's visibility timeout and stays behind.
    /// </summary>
    /// <returns>Every run, in no particular order.</returns>
    public async Task<IReadOnlyList<FunctionRun>> DrainQueues(CancellationToken cancellation = default)
    {
        using Hold hold = await Hold.Take(_pumps.Locks, cancellation);
        return await _pumps.Drain(cancellation);
    }

    /// <summary>
    /// Moves the clock to an instant, runs each timer that has an occurrence due once, and then processes the queues until
    /// they are empty, as <c>POST /local/clock</c> does.
    /// </summary>
    /// <returns>The timers that ran, in order, and each queue function that took a message: failed if it failed on any.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The instant has passed or is beyond reason.</exception>
    public async Task<IReadOnlyList<FunctionRun>> MoveClock(
        DateTimeOffset instant,
        CancellationToken cancellation = default
    )
    {
        ClockRequest request = new ClockRequest.MoveTo(Instant.FromDateTimeOffset(instant));
        (IReadOnlyList<FunctionRun>? ran, string? fault) = await _app
            .Services.GetRequiredService<ClockMover>()
            .Move(request, cancellation);
        return ran ?? throw new ArgumentOutOfRangeException(nameof(instant), instant, fault);
    }

    /// <summary>
    /// Stops: begins nothing new, lets requests, messages and timers finish for a while, and then gives them up. Repeatable.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _shutdown.Begin();
        await Task.WhenAll(_app.StopAsync(CancellationToken.None), StopFunctions());
        await _app.DisposeAsync();
    }

    private async Task Begin(LocalHostOptions options, CancellationToken cancellation)
    {
        try
        {
            // Before anything asks for the time: it must not go back.
            Clock.Move(await _app.Services.GetRequiredService<ClockStore>().Load(cancellation));
            await _timers.Prepare(cancellation);
            await _app.StartAsync(cancellation);
        }
        catch (StorageUnavailableException outage)
        {
            throw new StartupException(
                $"The storage does not answer: {outage.Message.ReplaceLineEndings(" ")}",
                outage
            );
        }
        catch (IOException inUse) when (inUse.InnerException is AddressInUseException)
        {
            throw new StartupException(LocalPorts.InUse(options.Port), inUse);
        }
        catch (SocketException refused)
        {
            throw new StartupException(LocalPorts.Refused(options.Port, refused), refused);
        }

        _pumps.Start();
        _timers.Start();
    }

    private async Task StopFunctions()
    {
        Task functions = Task.WhenAll(_timers.Stopped(), _pumps.Stopped());
        try
        {
            await functions.WaitAsync(_stopTimeout);
        }
        catch (TimeoutException)
        {
            await _shutdown.Abort();
            try
            {
                await functions.WaitAsync(AbortTimeout);
            }
            catch (TimeoutException)
            {
                LogLeftBehind(_app.Services.GetRequiredService<ILogger<LocalHostApp>>());
            }
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "A function still runs although the host has told it to give up; it is left behind."
    )]
    private static partial void LogLeftBehind(ILogger logger);
}
