using System.Globalization;
using Drawdown.LocalHost.Tests.Support;
using Drawdown.Testing;
using Drawdown.Testing.Callers;

namespace Drawdown.LocalHost.Tests.Crashes;

/// <summary>
/// The real program on the real Azurite is killed with SIGKILL at random moments while callers are at work, and started again.
/// <c>CRASHES</c> and <c>CRASH_SEED</c> set how often and when.
/// </summary>
public sealed class CrashTests : IAsyncLifetime
{
    private const int Callers = 6;

    private readonly AzuriteServer _azurite = new();
    private LocalHostProcess? _host;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _azurite.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await _azurite.DisposeAsync();
    }

    [Fact]
    public async Task Whatever_was_told_is_in_the_books_exactly_once_however_often_the_program_is_killed()
    {
        int crashes = Setting("CRASHES", 6);
        Random random = new(Setting("CRASH_SEED", 20261120));
        using ImpatientCaller caller = new("drawdown-development-key");
        caller.Addresses = [await Start()];
        CallersBooks books = await CallersBooks.Open(caller, DateTimeOffset.UtcNow, Cancellation);

        using CancellationTokenSource closing = new();
        Task[] work =
        [
            .. Enumerable.Range(0, Callers).Select(i => books.Work(new Random(random.Next()), closing.Token)),
        ];
        for (int crash = 0; crash < crashes; crash++)
        {
            await Task.Delay(random.Next(200, 2500), Cancellation);
            Assert.DoesNotContain(work, one => one.IsFaulted);
            await _host!.Signal("KILL");
            await _host.Exited();
            await _host.DisposeAsync();
            caller.Addresses = [await Start()];
        }

        await closing.CancelAsync();
        await Task.WhenAll(work);
        // What the last crash left behind is what a timer sends, ten minutes later.
        await caller.Post("/local/clock", new { advance = "PT10M" }, once: null, Cancellation);
        Assert.Empty(await books.Faults(Cancellation));

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{crashes} crashes; {books}; {caller.Retries} requests were sent again, {caller.Replays} of them had taken effect"
            )
        );
        Assert.True(caller.Retries >= crashes / 2, "Hardly a request was under way when the program was killed.");
    }

    private async Task<Uri> Start()
    {
        _host = LocalHostProcess.Start(("DrawdownStorage", _azurite.ConnectionString), ("PORT", "0"));
        return await _host.Ready();
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value)
            ? value
            : otherwise;
}
