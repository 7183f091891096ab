using System.Diagnostics;
using Drawdown.Domain;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Tests.Azure;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts;

/// <summary>What only a real service can show: its torn reads, its limits, and a client that repeats what was lost.</summary>
public sealed class AccountsOnAzuriteTests(AzuriteServer azurite)
{
    private readonly TestStorage _storage = azurite.NewStorage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_four_processes_write_every_view_is_consistent()
    {
        var world = await World.In(_storage.Tables, Cancellation);
        var account = await world.Customer("ada");
        List<CreditId> credits = [];
        for (var credit = 0; credit < 4; credit++)
            credits.Add(await world.Granted(account, 1_000m, World.Start.AddDays(1 + credit)));
        var watch = Stopwatch.StartNew();

        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(Write, Cancellation)).ToList();
        var views = 0;
        for (; watch.Elapsed < TimeSpan.FromSeconds(2); views++)
            await Look();
        var written = (await Task.WhenAll(writers)).Sum();

        TestContext.Current.TestOutputHelper?.WriteLine($"{written} commits, {views} looks");
        Assert.True(written > 0 && views > 0);
        var ledger = await world.Ledger(account);
        // Not fewer than were told so; one that was told that its fate is not known may have been committed.
        var commits = ledger.Entries.Select(entry => entry.RequestId).Distinct().Count() - credits.Count;
        Assert.InRange(commits, written, int.MaxValue);

        async Task<int> Write()
        {
            var instance = world.NewInstance();
            var done = 0;
            while (watch.Elapsed < TimeSpan.FromSeconds(2))
            {
                // More than a credit holds at first, so that most drawdowns touch two.
                var draw = world.Draw(account, 600m);
                if ((await Told(() => instance.Send(draw))) is not Outcome<Written>.Accepted)
                    continue;
                done++;
                done +=
                    await Told(() => instance.Send(world.Reverse(account, draw.Drawdown!.Value)))
                    is Outcome<Written>.Accepted
                        ? 1
                        : 0;
            }
            return done;
        }

        async Task Look()
        {
            if (await Told(() => world.Snapshot(account).CreditsView(Cancellation)) is { } all)
            {
                Assert.Equal(all.Head.LastSeq, all.Credits.Sum(credit => credit.Entries));
                Assert.Equal(all.Head.LastSeq, all.Credits.Max(credit => credit.LastSeq));
                Assert.All(all.Credits, credit => Assert.True(credit.Balances));
            }
            if (await Told(() => world.Snapshot(account).LedgerView(Cancellation)) is { } ledger)
                Assert.Empty(LedgerAudit.Verify(ledger.Head, ledger.Credits, ledger.Entries).Faults);
            if (await Told(() => world.Snapshot(account).CreditView(credits[0], Cancellation)) is { } one)
                Assert.Equal(one.Credit.Remaining, one.Entries.Sum(entry => entry.Amount));
        }
    }

    [Fact]
    public async Task Many_duplicates_in_many_processes_have_one_effect_and_one_answer()
    {
        var world = await World.In(_storage.Tables, Cancellation);
        var account = await world.Customer("ada");

        var written = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(_ =>
                    Task.Run(() => world.NewInstance().Send(world.Grant(account, key: "k")).Written(), Cancellation)
                )
        );

        Assert.Single(written, one => !one.Replayed);
        Assert.Single(written.Select(one => one.Answer.AsText()).Distinct());
        Assert.Equal(1, await world.Effects(account));
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(1, "k")]
    [InlineData(3, null)]
    [InlineData(3, "k")]
    public async Task A_commit_whose_answers_are_lost_on_the_way_is_done_once(int lost, string? key)
    {
        var transport = new LossyTransport();
        var tables = _storage.Connection.Tables(options => options.Transport = transport);
        var world = await World.In(_storage.Tables, Cancellation);
        var account = await world.Customer("ada");
        var request = world.Grant(account, key: key);
        var deciding = request with
        {
            Decide = async (snapshot, cancellation) =>
                (await request.Decide(snapshot, cancellation)).Then(decided =>
                    decided with
                    {
                        // From here on: the answer to the commit, or to it and the client's own repetitions of it.
                        Before = _ =>
                        {
                            transport.ToLose = lost;
                            return Task.CompletedTask;
                        },
                    }
                ),
        };

        var written = await new Instance(tables, Cancellation).Send(deciding).Written();

        written.IsAnswerOf(request, version: 2);
        Assert.Equal(1, await world.Effects(account));
    }

    [Fact]
    public async Task The_largest_drawdown_and_its_reversal_are_taken()
    {
        var world = await World.In(_storage.Tables, Cancellation);
        var account = await world.Customer("ada");
        for (var credit = 0; credit < CreditDecisions.MaxCreditsPerOperation; credit++)
            await world.Granted(account, 1m);
        var instance = world.NewInstance();

        var draw = world.Draw(account, CreditDecisions.MaxCreditsPerOperation, "draw", new string('é', 255));
        await instance.Send(draw).Written();
        await instance.Send(world.Reverse(account, draw.Drawdown!.Value, "reverse")).Written();

        var ledger = await world.Ledger(account);
        Assert.Equal(3 * CreditDecisions.MaxCreditsPerOperation, ledger.Entries.Count);
        Assert.All(ledger.Credits, credit => Assert.Equal(1m, credit.Remaining));
    }

    // A busy account may be told not available; whatever is told otherwise must be right.
    private static async Task<T?> Told<T>(Func<Task<T>> ask)
        where T : class?
    {
        try
        {
            return await ask();
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }
}
