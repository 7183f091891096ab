using Drawdown.Functions;
using Drawdown.Functions.Api;
using Drawdown.Functions.Charges;
using Drawdown.Functions.Upkeep;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Drawdown.Simulation;

/// <summary>One process of the app: the product's real services over simulated storage.</summary>
public sealed class AppProcess
{
    private readonly ServiceProvider _services;
    private readonly Wire _wire;

    /// <summary>A process that has not served yet.</summary>
    public AppProcess(
        Wire wire,
        SimulatedTables tables,
        SimulatedQueues queues,
        TimeProvider clock,
        Entropy entropy,
        ILoggerProvider log
    )
    {
        _wire = wire;
        Queues = queues;
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Drawdown:BootstrapKey"] = HttpFunctions.ApiKey,
            ["Drawdown:BootstrapOrganization"] = "Acme",
        };
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddSingleton(clock)
            .AddSingleton(entropy)
            .AddSingleton<ITableStore>(tables)
            .AddSingleton<IQueueStore>(queues)
            .AddDrawdown(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
    }

    /// <summary>The host's own access to the queues.</summary>
    public SimulatedQueues Queues { get; }

    /// <summary>Whether it is no more.</summary>
    public bool IsDead => _wire.IsDead;

    /// <summary>What the host does before the first request.</summary>
    public async Task Start()
    {
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StartAsync(CancellationToken.None);
    }

    /// <summary>Answers a request; null when the process died of it.</summary>
    public async Task<HttpAnswer?> Answer(Work work, HttpCall call)
    {
        var answering = Within(work, () => HttpFunctions.Call(_services, call));
        return await Task.WhenAny(answering, _wire.Died) == answering ? await answering : null;
    }

    /// <summary>Runs a timer's function. False when the process died of it.</summary>
    public Task<bool> Fire(Work work, Timer timer) =>
        UntilDeath(
            work,
            () =>
                timer switch
                {
                    Timer.DeactivateExpiredCredits => Make<DeactivateExpiredCredits>().Run(new(), default),
                    Timer.RenewSubscriptions => Make<RenewSubscriptions>().Run(new(), default),
                    Timer.RelayOutbox => Make<RelayOutbox>().Run(new(), default),
                    Timer.ForgetIdempotencyKeys => Make<ForgetIdempotencyKeys>().Run(new(), default),
                    _ => throw new ArgumentOutOfRangeException(nameof(timer), timer, "Not a timer."),
                }
        );

    /// <summary>Gives a message to its function.</summary>
    public Task Deliver(string queue, string body) =>
        queue == InvoiceQueue.Name
            ? Make<ProcessInvoice>().Run(body, CancellationToken.None)
            : Make<ProcessPoisonedInvoice>().Run(body, CancellationToken.None);

    /// <summary>Does something as a part of this process. False when the process died of it.</summary>
    public async Task<bool> UntilDeath(Work work, Func<Task> act)
    {
        var acting = Within(
            work,
            async () =>
            {
                await act();
                return true;
            }
        );
        return await Task.WhenAny(acting, _wire.Died) == acting && await acting;
    }

    private static async Task<T> Within<T>(Work work, Func<Task<T>> act)
    {
        Work.Current = work;
        return await act();
    }

    private T Make<T>() => ActivatorUtilities.CreateInstance<T>(_services);
}

/// <summary>The timers of the app.</summary>
public enum Timer
{
    RelayOutbox,
    RenewSubscriptions,
    DeactivateExpiredCredits,
    ForgetIdempotencyKeys,
}
