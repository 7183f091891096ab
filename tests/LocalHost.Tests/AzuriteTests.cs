using Drawdown.LocalHost.Tests.Samples;
using Drawdown.LocalHost.Tests.Support;
using Drawdown.Storage.Queues;
using Drawdown.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost.Tests;

/// <summary>What the other tests show with storage in memory holds on Azurite and by real time.</summary>
public sealed class AzuriteTests(AzuriteServer azurite) : IDisposable
{
    private const string Poison = $"{TextQueue.Queue}-poison";

    private static readonly QueueSettings Settings = new()
    {
        VisibilityTimeout = TimeSpan.FromSeconds(1),
        MaxDequeueCount = 3,
        MaxPollingInterval = TimeSpan.FromMilliseconds(500),
    };

    private readonly Probe _probe = new();
    private readonly LogSink _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_failing_message_reaches_the_poison_queue_with_its_body()
    {
        const string body = """{ "charge": "charge_é", "note": "<&>" }""";
        TestStorage storage = azurite.NewStorage();
        await using LocalHostApp app = await Start(storage, typeof(TextQueue));
        _probe.Behaviour = (_, _) => throw new InvalidOperationException("fails");

        await storage.Queues.Send(TextQueue.Queue, body, TimeSpan.Zero, Cancellation);

        await Eventually.True(() => storage.Queues.CanRead(Poison, Cancellation), "the poison queue exists");
        await app.DrainQueues(Cancellation);
        QueueMessage poisoned = Assert.Single(await storage.Queues.Peek(Poison, 32, Cancellation));
        Assert.Equal(body, poisoned.Body);
        Assert.Equal([body, body, body], _probe.Seen);
        Assert.Empty(await storage.Queues.Peek(TextQueue.Queue, 32, Cancellation));
    }

    [Fact]
    public async Task Messages_are_taken_and_deleted()
    {
        TestStorage storage = azurite.NewStorage();
        string[] bodies = [.. Enumerable.Range(0, 40).Select(number => $"message {number}")];
        await using (await Start(storage, typeof(TextQueue)))
        {
            foreach (string body in bodies)
            {
                await storage.Queues.Send(TextQueue.Queue, body, TimeSpan.Zero, Cancellation);
            }

            await Eventually.True(() => _probe.Seen.Count == bodies.Length, "all messages are taken");
        }

        await using LocalHostApp next = await Start(storage, typeof(TextQueue));
        await next.DrainQueues(Cancellation);
        Assert.Equal(bodies.Order(StringComparer.Ordinal), _probe.Seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_clock_and_the_timers_survive_a_restart()
    {
        TestStorage storage = azurite.NewStorage();
        ManualClock time = new(Bench.Midnight);
        await using (LocalHostApp app = await Start(storage, time, typeof(FiveMinutes)))
        {
            using HttpClient http = new() { BaseAddress = app.BaseAddress };
            using StringContent month = new("""{"advance":"P1M"}""");
            using HttpResponseMessage moved = await http.PostAsync("/local/clock", month, Cancellation);
            Assert.True(moved.IsSuccessStatusCode);
        }

        time.Advance(TimeSpan.FromMinutes(7));
        await using LocalHostApp next = await Start(storage, time, typeof(FiveMinutes));

        Assert.Equal(new DateTimeOffset(2026, 2, 1, 0, 7, 0, TimeSpan.Zero), next.Clock.GetUtcNow());
        await Eventually.True(() => _probe.Seen.Count == 2, "the missed occurrence is made up for");
        Assert.Equal("00:07:00 past due, last 00:00:00, next 00:05:00", _probe.Seen[1]);
    }

    [Fact]
    public async Task An_outage_of_the_storage_ends_by_itself()
    {
        await using AzuriteServer own = new();
        await own.InitializeAsync();
        TestStorage storage = own.NewStorage();
        await using LocalHostApp app = await Start(storage, typeof(TextQueue));
        await storage.Queues.CreateQueue(TextQueue.Queue, Cancellation);

        await own.Stop();
        await Eventually.True(() => _log.Warnings.Count > 0, "the outage is noticed");
        await own.Start();
        await storage.Queues.Send(TextQueue.Queue, "after", TimeSpan.Zero, Cancellation);

        await Eventually.True(() => _probe.Seen.Count == 1, "the message is taken");
        Assert.Equal(2, _log.Warnings.Count);
    }

    private Task<LocalHostApp> Start(TestStorage storage, Type functions) =>
        Start(storage, TimeProvider.System, functions);

    private Task<LocalHostApp> Start(TestStorage storage, TimeProvider time, Type functions) =>
        LocalHostApp.Start(
            new LocalHostOptions
            {
                Port = 0,
                RealTime = time,
                HostJson = new HostJson { Queues = Settings },
            },
            (services, _) =>
                services
                    .AddSingleton(storage.Tables)
                    .AddSingleton(storage.Queues)
                    .AddSingleton(_probe)
                    .AddLogging(logging => logging.AddProvider(_log)),
            [functions],
            Cancellation
        );
}
