using Drawdown.Domain;
using Drawdown.Domain.Credits;
using Drawdown.Storage.Accounts;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts;

/// <summary>Writers that are in each other's way.</summary>
public sealed class AccountConflictTests : IAsyncLifetime
{
    private World _world = null!;
    private Instance _instance = null!;
    private Instance _rival = null!;
    private AccountAddress _account;

    public static TheoryData<int> AllButTheLastAttempt => [.. Enumerable.Range(1, AccountWriter.MaxAttempts - 1)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _instance = _world.NewInstance();
        _rival = _world.NewInstance();
        _account = await _world.Customer("ada");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(AllButTheLastAttempt))]
    public async Task A_request_that_meets_rivals_until_this_attempt_takes_effect_once_in_the_next(int attempt)
    {
        _instance.OnCommit(before: (number, _) => number <= attempt ? Rival() : Task.CompletedTask);
        var request = _world.Grant(_account);

        var written = await _instance.Send(request).Written();

        Assert.Equal(attempt + 1, _instance.Commits);
        Assert.Equal(attempt + 1, await _world.Effects(_account));
        // 1 is the customer; each rival made a version.
        written.IsAnswerOf(request, version: attempt + 2);
    }

    [Fact]
    public async Task A_duplicate_that_is_refused_because_of_its_twins_effect_gets_the_twins_answer()
    {
        await _world.Granted(_account, 10m);
        var twin = _world.Draw(_account, 10m, key: "order-1");
        Written? first = null;
        // The key has been read, and the credits have not: now the twin draws all there is.
        _instance.Hooks.Before = async call =>
        {
            if (first is null && call is { Operation: StoreOperation.Range, Target: StorageTables.Accounts })
                first = await _rival.Send(twin).Written();
        };

        var second = await _instance.Send(_world.Draw(_account, 10m, key: "order-1")).Written();

        Assert.True(second.Replayed);
        Assert.Equal(first!.Answer.AsText(), second.Answer.AsText());
    }

    [Fact]
    public async Task A_request_that_meets_a_rival_at_every_attempt_is_told_so_and_changes_nothing()
    {
        _instance.OnCommit(before: (_, _) => Rival());
        var request = _world.Grant(_account, externalId: "mine");

        var refusal = await _instance.Send(request).Refusal();

        Assert.IsType<Refusal.Conflict>(refusal);
        Assert.Equal(AccountWriter.MaxAttempts, _instance.Commits);
        Assert.Equal(AccountWriter.MaxAttempts, await _world.Effects(_account));
        Assert.Null(await _world.Snapshot(_account).Credit(request.Credit!.Value, Cancellation));
        Assert.Empty(await _world.Rows(_account, "external."));
    }

    [Fact]
    public async Task A_request_that_was_told_of_a_conflict_may_be_sent_again_under_its_key()
    {
        _instance.OnCommit(before: (_, _) => Rival());
        Assert.IsType<Refusal.Conflict>(await _instance.Send(_world.Grant(_account, key: "k")).Refusal());
        Assert.Empty(await _world.Rows(_account, "key."));
        _instance.OnCommit();

        var again = _world.Grant(_account, key: "k");
        var written = await _instance.Send(again).Written();

        Assert.False(written.Replayed);
        Assert.NotNull(await _world.Credit(again.Credit!.Value));
    }

    [Fact]
    public async Task A_request_that_is_far_behind_in_every_attempt_still_goes_through_in_the_last()
    {
        // More commits than the head remembers, but never more between one attempt and the next.
        _instance.OnCommit(
            before: async (number, _) =>
            {
                for (var rival = 0; rival < 4 && number < AccountWriter.MaxAttempts; rival++)
                    await Rival();
            }
        );

        await _instance.Send(_world.Grant(_account)).Written();

        var effects = 4 * (AccountWriter.MaxAttempts - 1) + 1;
        Assert.True(effects > StoredHead.Remembered);
        Assert.Equal(effects, await _world.Effects(_account));
    }

    [Fact]
    public async Task Of_two_requests_that_create_one_customer_the_second_finds_it_taken()
    {
        _instance.OnCommit(
            before: (number, _) => number == 1 ? _rival.Send(_world.Creation("bob")) : Task.CompletedTask
        );

        Assert.IsType<Refusal.Duplicate>(await _instance.Send(_world.Creation("bob")).Refusal());
        Assert.Equal(1, (await _world.Head(World.Address("bob"))).Version);
    }

    [Fact]
    public async Task Of_two_requests_with_one_external_id_the_second_finds_it_taken()
    {
        var winner = _world.Grant(_account, externalId: "order-1");
        _instance.OnCommit(before: (number, _) => number == 1 ? _rival.Send(winner) : Task.CompletedTask);

        var refusal = await _instance.Send(_world.Grant(_account, externalId: "order-1")).Refusal();

        var duplicate = Assert.IsType<Refusal.Duplicate>(refusal);
        Assert.Contains(winner.Credit!.Value.ToString(), duplicate.Detail, StringComparison.Ordinal);
        Assert.Equal(1, await _world.Effects(_account));
    }

    [Fact]
    public async Task A_decision_is_made_again_on_what_the_rival_left()
    {
        await _world.Granted(_account, 10m);
        _instance.OnCommit(
            before: (number, _) => number == 1 ? _rival.Send(_world.Draw(_account, 7m)) : Task.CompletedTask
        );

        var refusal = await _instance.Send(_world.Draw(_account, 7m)).Refusal();

        Assert.Equal(new Refusal.InsufficientCredits(7m, 3m, "USD"), refusal);
        Assert.Equal(3m, Assert.Single((await _world.Ledger(_account)).Credits).Remaining);
    }

    [Fact]
    public async Task A_credit_that_is_added_between_head_and_credits_is_not_drawn_under_the_old_head()
    {
        await _world.Granted(_account, 10m);
        var reads = 0;
        _instance.Hooks.Before = call =>
            call.Operation is StoreOperation.Range && ++reads == 1
                ? _rival.Send(_world.Grant(_account, 5m, expiresAt: World.Start.AddDays(1)))
                : Task.CompletedTask;

        await _instance.Send(_world.Draw(_account, 5m)).Written();

        // The new credit expires sooner, so it is the one to be drawn.
        Assert.Equal([10m, 0m], (await _world.Ledger(_account)).Credits.Select(credit => credit.Remaining));
    }

    [Fact]
    public async Task Writers_of_many_processes_all_get_through_and_lose_nothing()
    {
        await _world.Granted(_account, 100m);

        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(process => (process, instance: _world.NewInstance()))
                .Select(writer =>
                    Task.Run(
                        async () =>
                        {
                            for (var request = 0; request < 25; request++)
                                await UntilDone(writer.instance, $"{writer.process}.{request}");
                        },
                        Cancellation
                    )
                )
        );

        var ledger = await _world.Ledger(_account);
        Assert.Equal(0m, Assert.Single(ledger.Credits).Remaining);
        Assert.Equal(101, ledger.Head.LastSeq);
        Assert.Equal(102, ledger.Head.Version);

        // As a caller would: whatever it was told, it sends the request again under its key.
        async Task UntilDone(Instance instance, string key)
        {
            while (await instance.Send(_world.Draw(_account, 1m, key)) is not Outcome<Written>.Accepted)
                await Task.Yield();
        }
    }

    [Fact]
    public async Task Writers_of_one_process_take_turns_and_never_conflict()
    {
        _instance.OnCommit();

        await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ => Task.Run(() => _instance.Send(_world.Grant(_account)).Written(), Cancellation))
        );

        Assert.Equal(50, _instance.Commits);
        Assert.Equal(50, await _world.Effects(_account));
    }

    [Fact]
    public async Task The_largest_drawdown_and_its_reversal_fit_into_a_transaction()
    {
        for (var credit = 0; credit < CreditDecisions.MaxCreditsPerOperation; credit++)
            await _world.Granted(_account, 1m);
        List<int> rows = [];
        _instance.OnCommit(
            before: (_, call) =>
            {
                rows.Add(call.Rows.Count);
                return Task.CompletedTask;
            }
        );

        var draw = _world.Draw(_account, CreditDecisions.MaxCreditsPerOperation, "draw", externalId: "order-1");
        await _instance.Send(draw).Written();
        await _instance.Send(_world.Reverse(_account, draw.Drawdown!.Value, "reverse")).Written();

        // Two rows for each credit beside the head, the drawdown, its external id and the key.
        Assert.Equal([94, 93], rows);
        Assert.All((await _world.Ledger(_account)).Credits, credit => Assert.Equal(1m, credit.Remaining));
    }

    [Fact]
    public async Task What_falls_due_is_on_the_agenda_before_the_commit()
    {
        List<string> due = [];
        _instance.OnCommit(
            before: async (_, _) =>
                due = [.. (await _world.Rows(StorageTables.Agenda)).Select(row => (string)row.Columns["Entity"])]
        );
        var request = _world.Grant(_account, expiresAt: World.Start.AddDays(1));

        await _instance.Send(request).Written();

        Assert.Equal([request.Credit!.Value.ToString()], due);
    }

    [Fact]
    public async Task What_is_only_known_after_the_decision_is_written_before_every_commit()
    {
        var steps = new List<string>();
        _instance.OnCommit(
            before: (number, _) =>
            {
                steps.Add($"commit {number}");
                return number < 3 ? Rival() : Task.CompletedTask;
            }
        );
        var request = _world.Grant(_account);

        var written = _instance.Writer.Write(
            request.Operation,
            async (snapshot, cancellation) =>
                (await request.Decide(snapshot, cancellation)).Then(decided =>
                    decided with
                    {
                        Before = _ =>
                        {
                            steps.Add("before");
                            return Task.CompletedTask;
                        },
                    }
                ),
            Cancellation
        );

        Assert.IsType<Outcome<Written>.Accepted>(await written);
        Assert.Equal(["before", "commit 1", "before", "commit 2", "before", "commit 3"], steps);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_is_answered_without_a_commit()
    {
        _instance.OnCommit();
        var request = _world.Nothing(_account);

        var written = await _instance.Send(request).Written();

        written.IsAnswerOf(request, version: 1);
        Assert.Equal(0, _instance.Commits);
        Assert.Equal(1, (await _world.Head(_account)).Version);
    }

    [Fact]
    public async Task A_refused_request_commits_nothing()
    {
        _instance.OnCommit();

        Assert.IsType<Refusal.InvalidState>(await _instance.Send(_world.Refused(_account, key: "k")).Refusal());

        Assert.Equal(0, _instance.Commits);
        Assert.Equal(["head"], (await _world.Rows(StorageTables.Accounts)).Select(row => row.Row));
    }

    [Fact]
    public async Task Every_request_id_makes_a_pause_between_attempts()
    {
        // The hash of this one is the largest there is, which has overflowed once.
        var by = _world.Grant(_account).Operation.By with
        {
            RequestId = "req_00000000000000000000e4cf847a63aa",
        };
        var request = _world.Grant(_account);
        _instance.OnCommit(before: (number, _) => number == 1 ? Rival() : Task.CompletedTask);

        await _instance.Send(request with { Operation = request.Operation with { By = by } }).Written();

        Assert.Equal(2, _instance.Commits);
    }

    private Task Rival() => _rival.Send(_world.Grant(_account)).Written();
}
