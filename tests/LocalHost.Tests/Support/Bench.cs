using System.Text;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Drawdown.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost.Tests.Support;

/// <summary>
/// A host with some sample functions, on storage in memory and a clock that stands still. A restart keeps the storage and
/// the time.
/// </summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly Type[] _functions;
    private readonly InMemoryTableStore _tables;
    private LocalHostOptions _options = new();
    private LocalHostApp? _app;
    private HttpClient? _http;

    private Bench(Type[] functions)
    {
        _functions = functions;
        _tables = new InMemoryTableStore();
        Queues = new InMemoryQueueStore(Time);
    }

    /// <summary>When the clock begins: midnight, so that the tests' schedules can be read.</summary>
    public static DateTimeOffset Midnight { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static QueueSettings QueueSettings { get; } =
        new()
        {
            BatchSize = 4,
            NewBatchThreshold = 2,
            VisibilityTimeout = TimeSpan.FromSeconds(30),
            MaxDequeueCount = 5,
            MaxPollingInterval = TimeSpan.FromSeconds(2),
        };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ManualClock Time { get; } = new(Midnight);

    public InMemoryQueueStore Queues { get; }

    public StoreHooks TableHooks => _tables.Hooks;

    public Probe Probe { get; } = new();

    public LogSink Log { get; } = new();

    public LocalHostApp App => _app!;

    public static Task<Bench> Start(params Type[] functions) => Start(options => options, functions);

    public static async Task<Bench> Start(Func<LocalHostOptions, LocalHostOptions> change, params Type[] functions)
    {
        Bench bench = new(functions);
        bench._options = change(
            new LocalHostOptions
            {
                Port = 0,
                RealTime = bench.Time,
                HostJson = new HostJson { RoutePrefix = "", Queues = QueueSettings },
            }
        );
        await bench.Open();
        return bench;
    }

    /// <summary>Stops the host, lets time pass, and starts it again.</summary>
    public async Task Restart(TimeSpan pause)
    {
        await Close();
        Time.Advance(pause);
        await Open();
    }

    /// <summary>The body that a path answers with success.</summary>
    public Task<string> Get(string path) => _http!.GetStringAsync(path, Cancellation);

    /// <summary>What is answered to a request.</summary>
    public async Task<HttpResponseMessage> Ask(string method, string path, string? body = null)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await _http!.SendAsync(request, Cancellation);
    }

    public Task<IReadOnlyList<FunctionRun>> Drain() => App.DrainQueues(Cancellation);

    public Task<FunctionRun> RunTimer(string name) => App.RunTimer(name, Cancellation);

    // A rival uses the same storage, but the hooks that a test sets do not see it.
    public async Task Send(string queue, string body)
    {
        InMemoryQueueStore rival = Queues.Rival();
        await rival.CreateQueue(queue, Cancellation);
        await rival.Send(queue, body, TimeSpan.Zero, Cancellation);
    }

    public Task<bool> HasQueue(string queue) => Queues.Rival().CanRead(queue, Cancellation);

    /// <summary>The bodies of a queue's visible messages.</summary>
    public async Task<IReadOnlyList<string>> Bodies(string queue) =>
        [
            .. (await Queues.Rival().Peek(queue, QueueLimits.MessagesPerCall, Cancellation)).Select(message =>
                message.Body
            ),
        ];

    /// <summary>Takes a message and shows it again, as a receiver does that crashes.</summary>
    public async Task ReceiveAndForget(string queue)
    {
        InMemoryQueueStore rival = Queues.Rival();
        IReadOnlyList<QueueMessage> messages = await rival.Receive(queue, 1, TimeSpan.FromSeconds(1), Cancellation);
        await rival.Hide(queue, Assert.Single(messages), TimeSpan.Zero, Cancellation);
    }

    public ValueTask DisposeAsync() => Close();

    private async Task Open()
    {
        _app = await LocalHostApp.Start(
            _options,
            (services, _) =>
                services
                    .AddSingleton<ITableStore>(_tables)
                    .AddSingleton<IQueueStore>(Queues)
                    .AddSingleton(Probe)
                    .AddLogging(logging => logging.AddProvider(Log)),
            _functions
        );
        _http = new HttpClient { BaseAddress = _app.BaseAddress };
    }

    private async ValueTask Close()
    {
        _http?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
