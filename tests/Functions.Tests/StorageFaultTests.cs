using System.Globalization;
using Drawdown.Functions.Tests.Support;
using Drawdown.Testing.Callers;

namespace Drawdown.Functions.Tests;

/// <summary>
/// Callers are at work on two instances while the calls of both to the real Azurite are broken at random. What callers were told
/// is what is in the books, exactly once. <c>FAULT_SECONDS</c> and <c>FAULT_SEED</c> set how long and which.
/// </summary>
public sealed class StorageFaultTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private const int Callers = 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_was_told_is_in_the_books_exactly_once_however_storage_fails()
    {
        var random = new Random(Setting("FAULT_SEED", 20261120));
        FaultyStorage[] storages = [new(18, random.Next()), new(18, random.Next())];
        var (one, other) = (await host.Another(storages[0].Customize), await host.Another(storages[1].Customize));
        using var caller = new ImpatientCaller(DrawdownHost.Key)
        {
            Addresses = [one.App.BaseAddress, other.App.BaseAddress],
        };
        var books = await CallersBooks.Open(caller, host.Now, Cancellation);

        foreach (var storage in storages)
            storage.IsOn = true;
        using var closing = new CancellationTokenSource(TimeSpan.FromSeconds(Setting("FAULT_SECONDS", 8)));
        await Task.WhenAll(
            Enumerable.Range(0, Callers).Select(_ => books.Work(new Random(random.Next()), closing.Token))
        );
        foreach (var storage in storages)
            storage.IsOn = false;

        caller.Addresses = [host.Address];
        // What a failed attempt left behind is what a timer sends, ten minutes later.
        await caller.Post("/local/clock", new { advance = "PT10M" }, once: null, Cancellation);
        Assert.Empty(await books.Faults(Cancellation));
        var faults = storages.SelectMany(storage => storage.Faults).ToLookup(fault => fault.Key, fault => fault.Value);
        Assert.Equal(6, faults.Count);
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{books}; {caller.Retries} requests were sent again, {caller.Replays} of them had taken effect; "
                    + $"faults: {string.Join(", ", faults.Select(fault => $"{fault.Sum()} {fault.Key}"))}"
            )
        );
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
