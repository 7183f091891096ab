using System.Collections.Concurrent;
using Drawdown.LocalHost.Queues;
using Drawdown.LocalHost.Tests.Samples;
using Drawdown.LocalHost.Tests.Support;
using Drawdown.Storage;
using Drawdown.Testing;

namespace Drawdown.LocalHost.Tests;

/// <summary>LocalHost delivers messages as the genuine host does.</summary>
public sealed class QueueTests : IAsyncLifetime
{
    private const string Poison = $"{TextQueue.Queue}-poison";

    private Bench _bench = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await Bench.Start(typeof(TextQueue), typeof(BinaryQueue));

        // Once both pumps have looked, they sleep by the test's clock and interfere no more.
        ConcurrentDictionary<string, bool> polled = new(StringComparer.Ordinal);
        _bench.Queues.Hooks.After = call =>
        {
            polled[call.Operation is StoreOperation.Receive ? call.Target : ""] = true;
            return Task.CompletedTask;
        };
        await Eventually.True(
            () => Passed(() => polled.ContainsKey(TextQueue.Queue) && polled.ContainsKey(BinaryQueue.Queue)),
            "both queues are polled"
        );
        _bench.Queues.Hooks.After = null;
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_message_is_taken_in_the_background_and_deleted()
    {
        await _bench.Send(TextQueue.Queue, "one");

        await Eventually.True(() => Passed(() => _bench.Probe.Seen.Count == 1), "the message is taken");
        await _bench.Drain();
        _bench.Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(["one"], _bench.Probe.Seen);
        Assert.Empty(await _bench.Bodies(TextQueue.Queue));
    }

    [Fact]
    public async Task Draining_takes_every_visible_message_and_tells_what_ran()
    {
        string[] bodies = [.. Enumerable.Range(0, 50).Select(number => $"message {number}")];
        foreach (string body in bodies)
        {
            await _bench.Send(TextQueue.Queue, body);
        }

        IReadOnlyList<FunctionRun> runs = await _bench.Drain();

        Assert.Equal(bodies.Order(), _bench.Probe.Seen.Order());
        Assert.Equal(50, runs.Count(run => run is { Function: "TakeText", Succeeded: true }));
    }

    [Fact]
    public async Task Draining_takes_messages_that_functions_send_meanwhile()
    {
        _bench.Probe.Behaviour = (what, _) =>
            what == "first" ? _bench.Send(BinaryQueue.Queue, "second") : Task.CompletedTask;
        await _bench.Send(TextQueue.Queue, "first");

        await _bench.Drain();

        Assert.Equal(["first", "6 bytes: second"], _bench.Probe.Seen);
    }

    [Fact]
    public async Task A_failed_message_is_hidden_for_the_visibility_timeout()
    {
        _bench.Probe.Behaviour = Fail;
        await _bench.Send(TextQueue.Queue, "bad");

        FunctionRun run = Assert.Single(await _bench.Drain());
        Assert.IsType<InvalidOperationException>(run.Failure);

        _bench.Time.Advance(Bench.QueueSettings.VisibilityTimeout - TimeSpan.FromSeconds(1));
        Assert.Empty(await _bench.Drain());

        _bench.Probe.Behaviour = (_, _) => Task.CompletedTask;
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        await _bench.Drain();
        Assert.Equal(["bad", "bad"], _bench.Probe.Seen);
        Assert.Empty(await _bench.Bodies(TextQueue.Queue));
    }

    [Fact]
    public async Task A_message_goes_to_the_poison_queue_after_exactly_the_allowed_tries()
    {
        const string body = """{ "charge": "charge_é", "note": "<&>" }""";
        _bench.Probe.Behaviour = Fail;
        await _bench.Send(TextQueue.Queue, body);

        for (int tries = 1; tries <= Bench.QueueSettings.MaxDequeueCount; tries++)
        {
            await _bench.Drain();
            await Eventually.True(() => _bench.Probe.Seen.Count == tries, $"try {tries}");
            Assert.Equal(tries == Bench.QueueSettings.MaxDequeueCount, await _bench.HasQueue(Poison));
            _bench.Time.Advance(Bench.QueueSettings.VisibilityTimeout);
        }

        await _bench.Drain();
        Assert.Equal([body], await _bench.Bodies(Poison));
        Assert.Empty(await _bench.Bodies(TextQueue.Queue));
        Assert.Equal(Bench.QueueSettings.MaxDequeueCount, _bench.Probe.Seen.Count);
    }

    [Fact]
    public async Task A_poison_message_is_sent_before_it_is_deleted()
    {
        List<StoreOperation> operations = [];
        _bench.Queues.Hooks.After = call =>
        {
            if (call.Operation is StoreOperation.Send or StoreOperation.Delete)
            {
                operations.Add(call.Operation);
            }

            return Task.CompletedTask;
        };
        await ReceiveAndForget("bad", times: Bench.QueueSettings.MaxDequeueCount - 1);
        _bench.Probe.Behaviour = Fail;

        await _bench.Drain();

        Assert.Equal([StoreOperation.Send, StoreOperation.Delete], operations);
    }

    [Fact]
    public async Task A_message_whose_tries_all_ended_in_crashes_goes_to_the_poison_queue_without_another_run()
    {
        await ReceiveAndForget("crashes", times: Bench.QueueSettings.MaxDequeueCount);

        await _bench.Drain();

        Assert.Empty(_bench.Probe.Seen);
        Assert.Equal(["crashes"], await _bench.Bodies(Poison));
    }

    [Fact]
    public async Task What_fails_on_a_poison_queue_stays_there_and_is_tried_again_when_its_lease_ends()
    {
        await using var bench = await Bench.Start(typeof(PoisonQueue));
        bench.Probe.Behaviour = Fail;
        await bench.Send(PoisonQueue.Queue, "not a message");

        for (var tries = 1; tries <= Bench.QueueSettings.MaxDequeueCount + 2; tries++)
        {
            await bench.Drain();
            await Eventually.True(() => bench.Probe.Seen.Count == tries, $"try {tries}");
            bench.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["not a message"], await bench.Bodies(PoisonQueue.Queue));
        Assert.False(await bench.HasQueue(PoisonQueue.Queue + "-poison"));
    }

    [Fact]
    public async Task A_message_stays_hidden_as_long_as_its_function_runs()
    {
        TaskCompletionSource leave = new();
        _bench.Probe.Behaviour = (_, _) => leave.Task;
        int renewals = 0;
        _bench.Queues.Hooks.After = call =>
        {
            renewals += call.Operation is StoreOperation.Hide ? 1 : 0;
            return Task.CompletedTask;
        };
        await _bench.Send(TextQueue.Queue, "long");
        Task drained = _bench.Drain();
        await Eventually.True(() => _bench.Probe.Seen.Count == 1, "the message is taken");

        // Three leases long, in the steps in which the lease is renewed.
        for (int step = 1; step <= 9; step++)
        {
            await Eventually.True(() => Passed(() => renewals == step, MessageLease.RenewEvery), $"renewal {step}");
            Assert.Empty(await _bench.Bodies(TextQueue.Queue));
        }

        leave.SetResult();
        await drained;
        _bench.Time.Advance(MessageLease.Duration * 2);
        await _bench.Drain();
        Assert.Equal(["long"], _bench.Probe.Seen);
    }

    [Fact]
    public async Task A_renewal_that_fails_is_made_up_for_by_the_next()
    {
        TaskCompletionSource leave = new();
        _bench.Probe.Behaviour = (_, _) => leave.Task;
        await _bench.Send(TextQueue.Queue, "long");
        Task drained = _bench.Drain();
        await Eventually.True(() => _bench.Probe.Seen.Count == 1, "the message is taken");

        int tries = 0;
        _bench.Queues.Hooks.Before = call =>
            call.Operation is StoreOperation.Hide && ++tries == 1
                ? throw new StorageUnavailableException("down")
                : Task.CompletedTask;
        await Eventually.True(() => Passed(() => tries == 2, MessageLease.RenewEvery), "the second renewal");
        leave.SetResult();
        await drained;

        _bench.Time.Advance(MessageLease.Duration * 2);
        Assert.Empty(await _bench.Drain());
    }

    [Fact]
    public async Task No_more_messages_run_at_once_than_a_batch_and_the_threshold()
    {
        int most = Bench.QueueSettings.BatchSize + Bench.QueueSettings.NewBatchThreshold;
        SemaphoreSlim leave = new(0);
        _bench.Probe.Behaviour = (_, cancellation) => leave.WaitAsync(cancellation);
        for (int number = 0; number < 20; number++)
        {
            await _bench.Send(TextQueue.Queue, $"message {number}");
        }

        Task drained = _bench.Drain();
        await Eventually.True(() => _bench.Probe.Seen.Count == Bench.QueueSettings.BatchSize, "the first batch runs");
        leave.Release(Bench.QueueSettings.BatchSize);
        int left = Bench.QueueSettings.BatchSize;
        while (left < 20)
        {
            await Eventually.True(() => _bench.Probe.Seen.Count > left, "the next batch runs");
            Assert.InRange(_bench.Probe.Seen.Count - left, 1, most);
            leave.Release();
            left++;
        }

        await drained;
        Assert.Equal(20, _bench.Probe.Seen.Count);
    }

    [Fact]
    public async Task An_outage_is_told_once_and_ends_by_itself()
    {
        int polls = 0;
        _bench.Queues.Hooks.Before = call =>
        {
            polls += call.Operation is StoreOperation.CreateQueue && call.Target == TextQueue.Queue ? 1 : 0;
            throw new StorageUnavailableException("down");
        };
        await Eventually.True(() => Passed(() => polls > 5), "some polls fail");
        await Eventually.True(() => Passed(() => _bench.Log.Warnings.Count == 2), "one warning for each queue");
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _bench.Log.Warnings.Count);
        Assert.All(_bench.Log.Warnings, warning => Assert.IsType<StorageUnavailableException>(warning.Fault));

        _bench.Queues.Hooks.Before = null;
        await _bench.Send(TextQueue.Queue, "after");
        await Eventually.True(() => Passed(() => _bench.Probe.Seen.Count == 1), "the message is taken");
        await Eventually.True(() => Passed(() => _bench.Log.Warnings.Count == 4), "both queues are read again");
    }

    [Fact]
    public async Task While_a_queue_is_empty_the_pauses_double_up_to_the_polling_interval()
    {
        List<DateTimeOffset> polls = [];
        _bench.Queues.Hooks.Before = call =>
        {
            if (call.Operation is StoreOperation.Receive && call.Target == TextQueue.Queue)
            {
                polls.Add(_bench.Time.GetUtcNow());
            }

            return Task.CompletedTask;
        };
        await _bench.Send(TextQueue.Queue, "resets the pauses");
        await Eventually.True(() => Passed(() => _bench.Probe.Seen.Count == 1), "the message is taken");
        polls.Clear();
        await Eventually.True(() => Passed(() => polls.Count >= 9), "nine polls");

        TimeSpan[] pauses = [.. polls.Zip(polls.Skip(1), (one, next) => next - one).Take(8)];
        Assert.All(pauses, pause => Assert.InRange(pause, TimeSpan.Zero, TimeSpan.FromSeconds(2.1)));
        Assert.True(pauses[^1] >= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_message_in_flight_finishes_while_the_host_stops()
    {
        TaskCompletionSource leave = new();
        _bench.Probe.Behaviour = (_, _) => leave.Task;
        await _bench.Send(TextQueue.Queue, "last");
        await Eventually.True(() => Passed(() => _bench.Probe.Seen.Count == 1), "the message is taken");

        Task stopped = _bench.App.DisposeAsync().AsTask();
        leave.SetResult();
        await stopped;

        _bench.Time.Advance(MessageLease.Duration * 2);
        Assert.Empty(await _bench.Bodies(TextQueue.Queue));
    }

    // Whether it is so, and if not, a moment later it may be: the pumps wait by this clock.
    private bool Passed(Func<bool> condition, TimeSpan? step = null)
    {
        if (condition())
        {
            return true;
        }

        _bench.Time.Advance(step ?? TimeSpan.FromMilliseconds(100));
        return condition();
    }

    private async Task ReceiveAndForget(string body, int times)
    {
        await _bench.Send(TextQueue.Queue, body);
        for (int time = 0; time < times; time++)
        {
            await _bench.ReceiveAndForget(TextQueue.Queue);
        }
    }

    private static Task Fail(string what, CancellationToken cancellation) =>
        throw new InvalidOperationException($"cannot process {what}");
}
