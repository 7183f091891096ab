using Drawdown.Functions.Charges;
using Drawdown.Functions.Tests.Support;
using Drawdown.Functions.Upkeep;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Drawdown.Testing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>
/// One process of the app with the product's real services, which can be made to crash at any of its calls to storage. After
/// a crash nothing of it goes on: the call on which it died never returns, and neither does any later one.
/// </summary>
public sealed class AppProcess
{
    private const string Key = "the-key-of-the-deployment";

    /// <summary>What the Functions host hides a message for while a function works on it.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private static readonly Task Never = new TaskCompletionSource().Task;

    // Not inline: what waits for the death must not run on the stack of the process that dies.
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<StoreCall> _calls = [];
    private readonly IServiceProvider _services;
    private readonly InMemoryQueueStore _queues;
    private int _crashAt = int.MaxValue;
    private bool _crashAfter;

    internal AppProcess(Deployment deployment, int number)
    {
        var log = new HostLog();
        var tables = deployment.Tables.Rival();
        _queues = deployment.Queues.Rival();
        foreach (var hooks in new[] { tables.Hooks, _queues.Hooks })
            (hooks.Before, hooks.After) = (Before, After);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Drawdown:BootstrapKey"] = Key,
            ["Drawdown:BootstrapOrganization"] = "Acme",
        };
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddSingleton<TimeProvider>(new ImpatientClock(deployment.Clock))
            .AddSingleton<Api.Entropy>(new SeededEntropy(number))
            .AddSingleton<ITableStore>(tables)
            .AddSingleton<IQueueStore>(_queues)
            .AddDrawdown(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        var http = new HttpClient(new FunctionHandler(_services))
        {
            BaseAddress = new Uri("http://drawdown"),
            // A request of a process that died is never answered.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        Api = new ApiClient(http, new AnswerRules(log), Key);
    }

    public ApiClient Api { get; }

    /// <summary>The calls to storage since <see cref="CountFromHere"/>.</summary>
    public IReadOnlyList<StoreCall> Calls => _calls;

    /// <summary>Awaited after each call that acted; when it throws, the answer is lost.</summary>
    public Func<StoreCall, Task>? OnAnswer { get; set; }

    public bool IsDead => _died.Task.IsCompleted;

    internal async Task Begin()
    {
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StartAsync(CancellationToken.None);
        // From here on its API key is known, and no call goes out for it.
        await Api.Get("/api/ping/").Is(200);
    }

    /// <summary>Forgets the calls so far.</summary>
    public void CountFromHere() => _calls.Clear();

    /// <summary>Makes the process die at one of its next calls.</summary>
    /// <param name="call">1 is the next one.</param>
    /// <param name="after">Whether the call still takes effect.</param>
    public void CrashAt(int call, bool after)
    {
        CountFromHere();
        (_crashAt, _crashAfter) = (call, after);
    }

    /// <summary>Does something until it is done or the process dies of it.</summary>
    public async Task UntilDeath(Func<Task> work)
    {
        var working = work();
        if (await Task.WhenAny(working, _died.Task) == working)
            await working;
    }

    /// <summary>Runs all timers once, as they stand in the schedule.</summary>
    public async Task RunTimers()
    {
        await RunTimer<RelayOutbox>(timer => timer.Run);
        await RunTimer<RenewSubscriptions>(timer => timer.Run);
        await RunTimer<DeactivateExpiredCredits>(timer => timer.Run);
        await RunTimer<ForgetIdempotencyKeys>(timer => timer.Run);
    }

    public Task RunTimer<T>(Func<T, Func<TimerInfo, CancellationToken, Task>> run) =>
        run(ActivatorUtilities.CreateInstance<T>(_services))(new TimerInfo(), CancellationToken.None);

    /// <summary>Takes messages until no queue has a visible one, as the host does.</summary>
    public async Task DrainQueues()
    {
        while (await TakeOne(InvoiceQueue.Name) || await TakeOne(InvoiceQueue.PoisonName)) { }
    }

    /// <summary>Takes one message and deletes it when its function succeeds. False when there was none.</summary>
    public async Task<bool> TakeOne(string queue)
    {
        if (await _queues.Receive(queue, 1, Lease, CancellationToken.None) is not [var message])
            return false;
        if (queue == InvoiceQueue.Name)
            await ActivatorUtilities
                .CreateInstance<ProcessInvoice>(_services)
                .Run(message.Body, CancellationToken.None);
        else
            await ActivatorUtilities
                .CreateInstance<ProcessPoisonedInvoice>(_services)
                .Run(message.Body, CancellationToken.None);
        await _queues.Delete(queue, message, CancellationToken.None);
        return true;
    }

    private Task Before(StoreCall call)
    {
        if (IsDead)
            return Never;
        _calls.Add(call);
        return _calls.Count == _crashAt && !_crashAfter ? Die() : Task.CompletedTask;
    }

    private Task After(StoreCall call) =>
        IsDead ? Never
        : _calls.Count == _crashAt ? Die()
        : OnAnswer?.Invoke(call) ?? Task.CompletedTask;

    private Task Die()
    {
        _died.SetResult();
        return Never;
    }
}
