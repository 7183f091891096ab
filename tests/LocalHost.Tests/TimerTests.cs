using Drawdown.LocalHost.Tests.Samples;
using Drawdown.LocalHost.Tests.Support;
using Drawdown.Storage;
using Drawdown.Testing;

namespace Drawdown.LocalHost.Tests;

/// <summary>LocalHost fires timers as the genuine host does.</summary>
public sealed class TimerTests : IAsyncLifetime
{
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    private Bench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await Bench.Start(typeof(FiveMinutes));

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_timer_fires_at_each_occurrence_with_its_schedule()
    {
        Until(5, 0);
        await Seen("00:05:00, last never, next 00:05:00");

        Until(10, 0);
        await Seen("00:05:00, last never, next 00:05:00", "00:10:00, last 00:05:00, next 00:10:00");
    }

    [Fact]
    public async Task A_timer_does_not_fire_before_its_occurrence()
    {
        Until(4, 59);
        Until(5, 0);

        await Seen("00:05:00, last never, next 00:05:00");
    }

    [Fact]
    public async Task Occurrences_missed_while_the_host_was_down_are_made_up_for_by_one_run()
    {
        await _bench.Restart(TimeSpan.FromMinutes(32));
        await Seen("00:32:00 past due, last never, next 00:05:00");

        Until(35, 0);
        await Seen("00:32:00 past due, last never, next 00:05:00", "00:35:00, last 00:32:00, next 00:35:00");
    }

    [Fact]
    public async Task A_restart_without_a_missed_occurrence_resumes_the_schedule()
    {
        Until(5, 0);
        await Seen("00:05:00, last never, next 00:05:00");
        await _bench.Restart(OneMinute);

        Until(10, 0);
        await Seen("00:05:00, last never, next 00:05:00", "00:10:00, last 00:05:00, next 00:10:00");
    }

    [Fact]
    public async Task A_failed_run_is_logged_and_not_repeated_before_the_next_occurrence()
    {
        _bench.Probe.Behaviour = (_, _) => throw new InvalidOperationException("fails");
        Until(5, 0);
        await Eventually.True(() => _bench.Log.Warnings.Count == 1, "the failure is logged");
        await _bench.Restart(OneMinute);
        Until(9, 59);
        Assert.Single(_bench.Probe.Seen);

        Until(10, 0);
        await Eventually.True(() => _bench.Probe.Seen.Count == 2, "the next occurrence");
    }

    [Fact]
    public async Task Runs_of_one_function_never_overlap_and_what_a_long_run_missed_is_one_run()
    {
        TaskCompletionSource leave = new();
        _bench.Probe.Behaviour = (_, _) => leave.Task;
        Until(5, 0);
        await Eventually.True(() => _bench.Probe.Seen.Count == 1, "the first run");
        Until(27, 0);
        Task<FunctionRun> byHand = _bench.RunTimer(FiveMinutes.Name);
        Assert.Single(_bench.Probe.Seen);

        leave.SetResult();

        Assert.True((await byHand).Succeeded);
        await Eventually.True(() => _bench.Probe.Seen.Count == 3, "the run by hand and the missed one");
        Until(29, 0);
        Assert.Equal(3, _bench.Probe.Seen.Count);
        Assert.Single(_bench.Probe.Seen, run => run.Contains("past due", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_the_host_gives_up_is_past_due_at_the_next_start()
    {
        await using Bench bench = await Bench.Start(
            options => options with { StopTimeout = TimeSpan.FromMilliseconds(100) },
            typeof(FiveMinutes)
        );
        bench.Probe.Behaviour = (_, cancellation) => Task.Delay(Timeout.Infinite, cancellation);
        bench.Time.AdvanceTo(Bench.Midnight + TimeSpan.FromMinutes(5));
        await Eventually.True(() => bench.Probe.Seen.Count == 1, "the run begins");

        bench.Probe.Behaviour = (_, _) => Task.CompletedTask;
        await bench.Restart(OneMinute);

        await Eventually.True(() => bench.Probe.Seen.Count == 2, "the run is repeated");
        Assert.Equal("00:06:00 past due, last never, next 00:05:00", bench.Probe.Seen[1]);
    }

    [Fact]
    public async Task A_run_by_hand_tells_its_outcome_and_leaves_the_schedule_alone()
    {
        Assert.True((await _bench.RunTimer("everyfiveminutes")).Succeeded);
        _bench.Probe.Behaviour = (_, _) => throw new InvalidOperationException("fails");
        Assert.IsType<InvalidOperationException>((await _bench.RunTimer(FiveMinutes.Name)).Failure);
        _bench.Probe.Behaviour = (_, _) => Task.CompletedTask;

        Until(5, 0);
        await Eventually.True(() => _bench.Probe.Seen.Count == 3, "the occurrence");
        Assert.Equal("00:05:00, last never, next 00:05:00", _bench.Probe.Seen[2]);
        await Assert.ThrowsAsync<ArgumentException>(() => _bench.RunTimer("nonsense"));
    }

    [Fact]
    public async Task A_storage_outage_does_not_stop_a_timer()
    {
        _bench.TableHooks.Before = call =>
            call.Operation is StoreOperation.Commit
                ? throw new StorageUnavailableException("down")
                : Task.CompletedTask;
        Until(5, 0);
        await Eventually.True(() => _bench.Log.Warnings.Count == 1, "the outage is logged");

        Until(10, 0);
        await Eventually.True(() => _bench.Probe.Seen.Count == 2, "the next occurrence");
    }

    [Fact]
    public async Task RunOnStartup_runs_at_each_start_and_then_by_the_schedule()
    {
        await using Bench bench = await Bench.Start(typeof(OnStartup));
        await Eventually.True(() => bench.Probe.Seen.Count == 1, "the first start");

        await bench.Restart(TimeSpan.FromMinutes(90));
        await Eventually.True(() => bench.Probe.Seen.Count == 2, "the second start");
        bench.Time.AdvanceTo(Bench.Midnight + TimeSpan.FromHours(2));
        await Eventually.True(() => bench.Probe.Seen.Count == 3, "the occurrence");

        Assert.Equal(["on time", "past due", "on time"], bench.Probe.Seen);
    }

    [Fact]
    public async Task Without_the_monitor_a_missed_occurrence_is_lost_and_there_is_no_status()
    {
        await using Bench bench = await Bench.Start(typeof(Unmonitored));
        await bench.Restart(TimeSpan.FromMinutes(90));
        bench.Time.AdvanceTo(Bench.Midnight + TimeSpan.FromHours(2));

        await Eventually.True(() => bench.Probe.Seen.Count == 1, "the occurrence after the restart");
        Assert.Equal(["no status"], bench.Probe.Seen);
    }

    private void Until(int minute, int second) =>
        _bench.Time.AdvanceTo(Bench.Midnight + new TimeSpan(0, minute, second));

    private async Task Seen(params string[] runs)
    {
        await Eventually.True(() => _bench.Probe.Seen.Count >= runs.Length, $"{runs.Length} runs");
        Assert.Equal(runs, _bench.Probe.Seen);
    }
}
