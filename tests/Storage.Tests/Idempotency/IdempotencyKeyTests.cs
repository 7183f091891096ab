using System.Security.Cryptography;
using Drawdown.Domain;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Idempotency;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Idempotency;

/// <summary>What an idempotency key does for a request.</summary>
public sealed class IdempotencyKeyTests : IAsyncLifetime
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private World _world = null!;
    private Instance _instance = null!;
    private AccountAddress _ada;
    private AccountAddress _bob;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _instance = _world.NewInstance();
        _ada = await _world.Customer("ada");
        _bob = await _world.Customer("bob");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_request_that_is_sent_again_has_the_answer_of_the_first_byte_for_byte()
    {
        var first = await _instance.Send(_world.Grant(_ada, key: "k")).Written();
        _world.Now += TimeSpan.FromDays(1);

        var again = await _world.NewInstance().Send(_world.Grant(_ada, key: "k")).Written();

        Assert.False(first.Replayed);
        Assert.True(again.Replayed);
        Assert.Equal(first.Answer.AsText(), again.Answer.AsText());
        Assert.Equal(1, await _world.Effects(_ada));
    }

    [Theory]
    [InlineData(200, null, null)]
    [InlineData(201, null, "/api/credits/1/")]
    [InlineData(200, "\"tag\"", null)]
    [InlineData(201, "\"tag\"", "/api/credits/1/")]
    public async Task Status_entity_tag_and_location_are_answered_again_and_so_is_their_absence(
        int status,
        string? tag,
        string? location
    )
    {
        var answer = new StoredAnswer(status, "{\"ü\":\"😀\"}"u8.ToArray(), tag, location);

        await _instance.Send(_world.Grant(_ada, key: "k").Answering(answer)).Written();
        var again = await _instance.Send(_world.Grant(_ada, key: "k")).Written();

        Assert.Equal(answer.AsText(), again.Answer.AsText());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(TableLimits.BytesPerProperty - 100)]
    [InlineData(TableLimits.BytesPerProperty + 1)]
    [InlineData(400_000)]
    [InlineData(900_000)]
    public async Task A_body_of_any_size_is_answered_again(int size)
    {
        // Random bytes do not become smaller, so more than 64 KiB take several columns.
        var answer = new StoredAnswer(200, Noise(size), null, null);

        await _instance.Send(_world.Grant(_ada, key: "k").Answering(answer)).Written();
        var again = await _instance.Send(_world.Grant(_ada, key: "k")).Written();

        Assert.Equal(answer.Body.ToArray(), again.Answer.Body.ToArray());
        var columns = Assert.Single(await _world.Rows(_ada, "key.")).Columns.Keys;
        Assert.Equal(
            Math.Max(1, (size + TableLimits.BytesPerProperty - 1) / TableLimits.BytesPerProperty),
            columns.Count(name => name.StartsWith("Body", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_long_body_of_text_is_stored_small()
    {
        var answer = new StoredAnswer(200, new byte[3_000_000], null, null);

        await _instance.Send(_world.Grant(_ada, key: "k").Answering(answer)).Written();

        var again = await _instance.Send(_world.Grant(_ada, key: "k")).Written();
        Assert.Equal(answer.Body.ToArray(), again.Answer.Body.ToArray());
    }

    [Fact]
    public async Task A_body_that_no_row_can_hold_is_a_bug_and_changes_nothing()
    {
        var answer = new StoredAnswer(200, Noise(TableLimits.BytesPerRow), null, null);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            _instance.Send(_world.Grant(_ada, key: "k").Answering(answer))
        );

        Assert.Equal(0, await _world.Effects(_ada));
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_a_mismatch()
    {
        await _instance.Send(_world.Grant(_ada, 1m, "k")).Written();

        var refusal = await _instance.Send(_world.Grant(_ada, 2m, "k")).Refusal();

        Assert.IsType<Refusal.IdempotencyMismatch>(refusal);
        Assert.Equal(1, await _world.Effects(_ada));
    }

    [Fact]
    public async Task Another_account_under_the_same_key_is_a_mismatch()
    {
        await _instance.Send(_world.Grant(_ada, key: "k")).Written();

        var refusal = await _instance.Send(_world.Grant(_bob, key: "k")).Refusal();

        Assert.IsType<Refusal.IdempotencyMismatch>(refusal);
        Assert.Equal((1, 0), (await _world.Effects(_ada), await _world.Effects(_bob)));
    }

    [Fact]
    public async Task Another_key_is_another_request()
    {
        await _instance.Send(_world.Grant(_ada, key: "k")).Written();
        await _instance.Send(_world.Grant(_ada, key: "K")).Written();
        await _instance.Send(_world.Grant(_bob, key: "k2")).Written();

        Assert.Equal((2, 1), (await _world.Effects(_ada), await _world.Effects(_bob)));
    }

    [Fact]
    public async Task The_same_key_on_another_route_is_another_key()
    {
        var body = "body";

        Assert.NotEqual(
            IdempotencyKey.Of("POST /api/credits/", "k", body).Hash,
            IdempotencyKey.Of("POST /api/drawdowns/", "k", body).Hash
        );
        Assert.Equal(
            IdempotencyKey.Of("POST /api/credits/", "k", body).Hash,
            IdempotencyKey.Of("POST /api/credits/", "k", "other").Hash
        );
        await _instance.Send(_world.Grant(_ada, key: "k")).Written();
        var other = _world.Grant(_bob, key: "k");
        var drawdowns = IdempotencyKey.Of("POST /api/drawdowns/", "k", body);
        await _instance.Send(other with { Operation = other.Operation with { Key = drawdowns } }).Written();
    }

    [Fact]
    public async Task The_same_key_of_another_organization_is_another_key()
    {
        var key = World.Key("k", "body");
        var theirs = _ada with { Organization = OrganizationId.Named("other") };

        Assert.True(await _instance.Claims.Claim(key, _ada, World.Start, Cancellation));
        Assert.True(await _instance.Claims.Claim(key, theirs, World.Start, Cancellation));
        Assert.Empty(await _world.Rows(_ada, "key."));
    }

    [Fact]
    public async Task A_change_that_changes_nothing_is_committed_once_under_its_key()
    {
        var first = _world.Nothing(_ada, "k");
        await _instance.Send(first).Written();
        await _world.Granted(_ada);

        var again = await _instance.Send(_world.Nothing(_ada, "k")).Written();

        Assert.True(again.Replayed);
        // Its own commit made version 2: what it was told then is what it is told ever after.
        again.IsAnswerOf(first, version: 1);
        Assert.Equal(3, (await _world.Head(_ada)).Version);
    }

    [Fact]
    public async Task A_refused_request_may_be_sent_again_under_its_key_with_the_same_body_or_another()
    {
        var draw = _world.Draw(_ada, 10m, "k");
        Assert.IsType<Refusal.InsufficientCredits>(await _instance.Send(draw).Refusal());
        Assert.Empty(await _world.Rows(_ada, "key."));
        await _world.Granted(_ada, 15m);

        await _instance.Send(_world.Draw(_ada, 15m, "k")).Written();

        Assert.IsType<Refusal.IdempotencyMismatch>(await _instance.Send(_world.Draw(_ada, 10m, "k")).Refusal());
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_to_any_other_account()
    {
        await _instance.Send(_world.Refused(_ada, "k")).Refusal();

        await _instance.Send(_world.Grant(_bob, key: "k")).Written();

        Assert.IsType<Refusal.IdempotencyMismatch>(await _instance.Send(_world.Grant(_ada, key: "k")).Refusal());
        Assert.Equal((0, 1), (await _world.Effects(_ada), await _world.Effects(_bob)));
    }

    [Fact]
    public async Task A_key_may_go_back_and_forth_while_its_requests_are_refused()
    {
        for (var round = 0; round < 5; round++)
        {
            await _instance.Send(_world.Refused(_ada, "k")).Refusal();
            await _instance.Send(_world.Refused(_bob, "k")).Refusal();
        }

        await _instance.Send(_world.Grant(_ada, key: "k")).Written();

        Assert.Equal((1, 0), (await _world.Effects(_ada), await _world.Effects(_bob)));
    }

    [Fact]
    public async Task A_key_is_remembered_for_thirty_days()
    {
        await _instance.Send(_world.Grant(_ada, key: "k")).Written();
        _world.Now += IdempotencyKey.Lifetime - Tick;

        Assert.True((await _instance.Send(_world.Grant(_ada, key: "k")).Written()).Replayed);
        Assert.IsType<Refusal.IdempotencyMismatch>(await _instance.Send(_world.Grant(_ada, 1m, "k")).Refusal());
        Assert.IsType<Refusal.IdempotencyMismatch>(await _instance.Send(_world.Grant(_bob, key: "k")).Refusal());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_thirty_days_a_key_is_free_whether_or_not_its_rows_are_gone(bool removed)
    {
        await _instance.Send(_world.Grant(_ada, 1m, "k")).Written();
        _world.Now += IdempotencyKey.Lifetime;
        if (removed)
            await Forget(_world.Now + TimeSpan.FromHours(2));

        var anew = await _instance.Send(_world.Grant(_ada, 2m, "k")).Written();

        Assert.False(anew.Replayed);
        Assert.Equal(2, await _world.Effects(_ada));
        Assert.True((await _instance.Send(_world.Grant(_ada, 2m, "k")).Written()).Replayed);
        Assert.IsType<Refusal.IdempotencyMismatch>(await _instance.Send(_world.Grant(_bob, key: "k")).Refusal());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_thirty_days_a_key_is_free_for_another_account_too(bool removed)
    {
        await _instance.Send(_world.Grant(_ada, key: "k")).Written();
        _world.Now += IdempotencyKey.Lifetime;
        if (removed)
            await Forget(_world.Now + TimeSpan.FromHours(2));

        await _instance.Send(_world.Grant(_bob, key: "k")).Written();

        Assert.Equal((1, 1), (await _world.Effects(_ada), await _world.Effects(_bob)));
        Assert.IsType<Refusal.IdempotencyMismatch>(await _instance.Send(_world.Grant(_ada, key: "k")).Refusal());
    }

    [Fact]
    public async Task The_thirty_days_are_counted_from_the_request_that_took_effect()
    {
        await _instance.Send(_world.Refused(_ada, "k")).Refusal();
        _world.Now += TimeSpan.FromDays(29);
        await _instance.Send(_world.Grant(_ada, key: "k")).Written();

        // What the refused request has left behind is due; the key is a day old.
        _world.Now += TimeSpan.FromDays(2);
        await Forget(_world.Now);

        Assert.IsType<Refusal.IdempotencyMismatch>(await _instance.Send(_world.Grant(_bob, key: "k")).Refusal());
        Assert.True((await _instance.Send(_world.Grant(_ada, key: "k")).Written()).Replayed);
        Assert.Equal(0, await _world.Effects(_bob));
    }

    [Fact]
    public async Task A_claim_that_is_about_to_be_removed_is_renewed_by_whoever_relies_on_it()
    {
        await _instance.Send(_world.Refused(_ada, "k")).Refusal();
        _world.Now += IdempotencyKey.Kept - Tick;
        _instance.OnCommit(
            before: async (number, _) =>
            {
                if (number > 1)
                    return;
                // While the request is on its way, the timer runs and another account asks for the key.
                await Forget(_world.Now + TimeSpan.FromMinutes(1));
                await _world.NewInstance().Send(_world.Refused(_bob, "k")).Refusal();
            }
        );
        var written = await _instance.Send(_world.Grant(_ada, key: "k")).Written();
        _instance.OnCommit();

        Assert.False(written.Replayed);
        Assert.IsType<Refusal.IdempotencyMismatch>(await _instance.Send(_world.Grant(_bob, key: "k")).Refusal());
        Assert.Equal((1, 0), (await _world.Effects(_ada), await _world.Effects(_bob)));
    }

    [Fact]
    public async Task A_key_whose_old_row_is_removed_between_read_and_commit_is_used_anew_all_the_same()
    {
        await _instance.Send(_world.Grant(_ada, 1m, "k")).Written();
        _world.Now += IdempotencyKey.Kept;
        _instance.OnCommit(before: (number, _) => number == 1 ? Forget(_world.Now) : Task.CompletedTask);

        await _instance.Send(_world.Grant(_ada, 2m, "k")).Written();

        Assert.Equal(2, _instance.Commits);
        Assert.Equal(2, await _world.Effects(_ada));
    }

    [Fact]
    public async Task Many_duplicates_in_many_processes_have_one_effect_and_one_answer()
    {
        var instances = Enumerable.Range(0, 4).Select(_ => _world.NewInstance()).ToList();
        foreach (var instance in instances)
            instance.Hooks.Before = async _ => await Task.Yield();

        var written = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(number =>
                    Task.Run(() => instances[number % 4].Send(_world.Grant(_ada, key: "k")).Written(), Cancellation)
                )
        );

        Assert.Single(written, one => !one.Replayed);
        Assert.Single(written.Select(one => one.Answer.AsText()).Distinct());
        Assert.Equal(1, await _world.Effects(_ada));
    }

    [Fact]
    public async Task Many_processes_under_one_key_for_many_accounts_have_one_effect()
    {
        var accounts = new List<AccountAddress>();
        for (var customer = 0; customer < 4; customer++)
            accounts.Add(await _world.Customer($"customer-{customer}"));

        await Task.WhenAll(
            accounts.Select(account =>
                Task.Run(
                    async () =>
                    {
                        var instance = _world.NewInstance();
                        instance.Hooks.Before = async _ => await Task.Yield();
                        // As a caller would: told that others are in the way, it sends the request again.
                        while ((await Ending.Of(instance.Send(_world.Grant(account, key: "k")))).MayBeSentAgain)
                            await Task.Yield();
                    },
                    Cancellation
                )
            )
        );

        var effects = await Task.WhenAll(accounts.Select(_world.Effects));
        Assert.Equal(1, effects.Sum());
    }

    private static byte[] Noise(int size)
    {
        // The digest of a counter: as incompressible as chance, and the same in every run.
        var noise = new byte[size];
        for (var at = 0; at < size; at += 32)
            SHA256.HashData(BitConverter.GetBytes(at)).AsSpan(0, Math.Min(32, size - at)).CopyTo(noise.AsSpan(at));
        return noise;
    }

    private Task Forget(DateTimeOffset now) => _world.NewInstance().Forget(now);
}
