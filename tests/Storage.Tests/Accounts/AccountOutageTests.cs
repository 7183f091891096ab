using Drawdown.Storage.Accounts;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts;

/// <summary>Requests whose commit is not reached, or does not say whether it happened.</summary>
public sealed class AccountOutageTests : IAsyncLifetime
{
    private World _world = null!;
    private Instance _instance = null!;
    private Instance _rival = null!;
    private AccountAddress _account;

    public static TheoryData<string?> WithAndWithoutKey => new(null, "k");

    // Without a rival, with some, and with as many as the head remembers beside the request's own commit.
    public static MatrixTheoryData<int, string?> RivalsAndKeys =>
        new([0, 1, 5, StoredHead.Remembered - 1], [null, "k"]);

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
    [MemberData(nameof(RivalsAndKeys))]
    public async Task A_commit_whose_answer_is_lost_is_found_and_not_done_again(int rivals, string? key)
    {
        _instance.OnCommit(
            after: async (_, _) =>
            {
                await Rivals(rivals);
                throw Outage();
            }
        );
        var request = _world.Grant(_account, key: key);

        var written = await _instance.Send(request).Written();

        written.IsAnswerOf(request, version: 2);
        Assert.Equal(1, _instance.Commits);
        Assert.Equal(1 + rivals, await _world.Effects(_account));
    }

    [Theory]
    [MemberData(nameof(RivalsAndKeys))]
    public async Task A_commit_that_the_client_repeats_is_found_behind_its_own_conflict(int rivals, string? key)
    {
        _instance.OnCommit(
            before: async (_, call) =>
            {
                await Committed(call);
                await Rivals(rivals);
            }
        );
        var request = _world.Grant(_account, key: key);

        var written = await _instance.Send(request).Written();

        written.IsAnswerOf(request, version: 2);
        Assert.Equal(1, _instance.Commits);
        Assert.Equal(1 + rivals, await _world.Effects(_account));
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutKey))]
    public async Task The_last_attempt_is_found_behind_its_own_conflict_too(string? key)
    {
        _instance.OnCommit(before: (number, call) => number < AccountWriter.MaxAttempts ? Rivals(1) : Committed(call));
        var request = _world.Grant(_account, key: key);

        var written = await _instance.Send(request).Written();

        written.IsAnswerOf(request, version: AccountWriter.MaxAttempts + 1);
        Assert.Equal(AccountWriter.MaxAttempts, await _world.Effects(_account));
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutKey))]
    public async Task A_last_attempt_that_does_not_answer_is_not_said_to_have_changed_nothing(string? key)
    {
        _instance.OnCommit(
            before: (number, _) => number < AccountWriter.MaxAttempts ? Rivals(1) : Task.CompletedTask,
            after: (number, _) => number < AccountWriter.MaxAttempts ? Task.CompletedTask : throw Outage()
        );
        var request = _world.Grant(_account, key: key);

        // The answer or 503: either is true. "Nothing was changed" is not.
        var sending = _instance.Send(request);
        if (await Record.ExceptionAsync(() => sending) is { } exception)
            Assert.IsType<StorageUnavailableException>(exception);
        else
            (await sending.Written()).IsAnswerOf(request, version: AccountWriter.MaxAttempts + 1);
        Assert.Equal(AccountWriter.MaxAttempts, await _world.Effects(_account));
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutKey))]
    public async Task A_commit_that_is_not_reached_is_tried_again(string? key)
    {
        _instance.OnCommit(before: (number, _) => number == 1 ? throw Outage() : Task.CompletedTask);
        var request = _world.Grant(_account, key: key);

        var written = await _instance.Send(request).Written();

        written.IsAnswerOf(request, version: 2);
        Assert.Equal(2, _instance.Commits);
        Assert.Equal(1, await _world.Effects(_account));
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutKey))]
    public async Task A_commit_that_arrives_late_is_not_overtaken_by_its_repetition(string? key)
    {
        StoreCall? late = null;
        _instance.OnCommit(
            before: async (number, call) =>
            {
                if (number == 1)
                {
                    late = call;
                    throw Outage();
                }
                await Committed(late!);
            }
        );
        var request = _world.Grant(_account, key: key);

        var written = await _instance.Send(request).Written();

        written.IsAnswerOf(request, version: 2);
        Assert.Equal(2, _instance.Commits);
        Assert.Equal(1, await _world.Effects(_account));
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutKey))]
    public async Task A_commit_that_arrives_while_the_account_is_read_again_does_not_refuse_its_own_request(string? key)
    {
        StoreCall? late = null;
        _instance.OnCommit(
            before: (_, call) =>
            {
                late = call;
                throw Outage();
            }
        );
        // It arrives when the head was read and the external id was not.
        _instance.Hooks.After = async call =>
        {
            if (late is { } commit && call.Rows.Contains("head"))
            {
                _instance.OnCommit();
                await Committed(commit);
            }
        };
        var request = _world.Grant(_account, key: key, externalId: "order-1");

        var written = await _instance.Send(request).Written();

        written.IsAnswerOf(request, version: 2);
        Assert.Equal(1, await _world.Effects(_account));
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutKey))]
    public async Task Two_outages_are_waited_out(string? key)
    {
        _instance.OnCommit(before: (number, _) => number <= 2 ? throw Outage() : Task.CompletedTask);

        await _instance.Send(_world.Grant(_account, key: key)).Written();

        Assert.Equal(3, _instance.Commits);
        Assert.Equal(1, await _world.Effects(_account));
    }

    [Theory]
    [MemberData(nameof(WithAndWithoutKey))]
    public async Task An_outage_that_lasts_is_told_to_the_caller(string? key)
    {
        _instance.OnCommit(before: (_, _) => throw Outage());

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _instance.Send(_world.Grant(_account, key: key)));

        Assert.Equal(3, _instance.Commits);
        Assert.Equal(0, await _world.Effects(_account));
    }

    [Fact]
    public async Task After_an_outage_without_an_answer_the_key_tells_what_happened()
    {
        _instance.OnCommit(after: (_, _) => throw Outage());
        _instance.Hooks.Before = AllReadsAfterTheCommitFail();
        var first = _world.Grant(_account, key: "k");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _instance.Send(first));

        var written = await _rival.Send(_world.Grant(_account, key: "k")).Written();

        Assert.True(written.Replayed);
        written.IsAnswerOf(first, version: 2);
        Assert.Equal(1, await _world.Effects(_account));
    }

    [Theory]
    [InlineData(StoreOperation.Get)]
    [InlineData(StoreOperation.Range)]
    public async Task An_outage_of_a_read_is_told_to_the_caller(StoreOperation operation)
    {
        await _world.Granted(_account);
        _instance.Hooks.Before = call => call.Operation == operation ? throw Outage() : Task.CompletedTask;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _instance.Send(_world.Draw(_account, 1m)));

        Assert.Equal(1, (await _world.Ledger(_account)).Head.LastSeq);
    }

    [Theory]
    [InlineData(StorageTables.Agenda)]
    [InlineData(StorageTables.IdempotencyClaims)]
    public async Task Nothing_is_committed_without_what_must_precede_it(string table)
    {
        _instance.OnCommit();
        var commits = _instance.Hooks.Before!;
        _instance.Hooks.Before = call => call.Target == table ? throw Outage() : commits(call);
        var request = _world.Grant(_account, key: "k", expiresAt: World.Start.AddDays(1));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _instance.Send(request));

        Assert.Equal(0, _instance.Commits);
    }

    [Fact]
    public async Task When_the_head_has_forgotten_the_commit_its_key_remembers_the_answer()
    {
        ForgetsTheFirstCommit();
        var request = _world.Grant(_account, key: "k");

        var written = await _instance.Send(request).Written();

        written.IsAnswerOf(request, version: 2);
        Assert.Equal(1 + StoredHead.Remembered, await _world.Effects(_account));
    }

    [Fact]
    public async Task When_the_head_has_forgotten_the_commit_a_request_without_a_key_is_not_done_again()
    {
        ForgetsTheFirstCommit();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _instance.Send(_world.Grant(_account)));

        Assert.Equal(1 + StoredHead.Remembered, await _world.Effects(_account));
    }

    [Fact]
    public async Task When_the_head_has_forgotten_the_commit_the_request_is_not_refused_because_of_itself()
    {
        ForgetsTheFirstCommit();

        // Its own commit has taken the external id.
        await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            _instance.Send(_world.Grant(_account, externalId: "order-1"))
        );
    }

    [Fact]
    public async Task When_the_head_has_forgotten_the_commit_a_drawdown_is_not_refused_because_of_itself()
    {
        await _world.Granted(_account, 10m);
        ForgetsTheFirstCommit(amount: 0.1m);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _instance.Send(_world.Draw(_account, 10m)));
    }

    [Fact]
    public async Task A_caller_that_gives_up_leaves_the_account_to_the_next_one()
    {
        using var caller = new CancellationTokenSource();
        _instance.OnCommit(
            after: async (_, _) =>
            {
                await caller.CancelAsync();
                caller.Token.ThrowIfCancellationRequested();
            }
        );
        var request = _world.Grant(_account);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _instance.Writer.Write(request.Operation, request.Decide, caller.Token)
        );

        _instance.OnCommit();
        await _instance.Send(_world.Grant(_account)).Written();
        Assert.Equal(2, await _world.Effects(_account));
    }

    private static StorageUnavailableException Outage() => new("No answer.");

    private static Func<StoreCall, Task> AllReadsAfterTheCommitFail()
    {
        var committed = false;
        return call =>
        {
            if (committed)
                throw Outage();
            committed = call.Operation is StoreOperation.Commit && call.Rows.Contains("head");
            return Task.CompletedTask;
        };
    }

    private Task<CommitResult> Committed(StoreCall call) =>
        _world.Tables.Commit(call.Target, call.Partition, call.Changes, Cancellation);

    private void ForgetsTheFirstCommit(decimal amount = 10m) =>
        _instance.OnCommit(
            after: async (number, _) =>
            {
                if (number > 1)
                    return;
                await Rivals(StoredHead.Remembered, amount);
                throw Outage();
            }
        );

    private async Task Rivals(int count, decimal amount = 10m)
    {
        for (var rival = 0; rival < count; rival++)
            await _rival.Send(_world.Grant(_account, amount)).Written();
    }
}
