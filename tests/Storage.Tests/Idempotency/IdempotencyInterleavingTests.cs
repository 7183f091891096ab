using Drawdown.Domain;
using Drawdown.Storage.Accounts;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Idempotency;

/// <summary>Requests under one idempotency key that meet, in every order of their storage calls.</summary>
public sealed class IdempotencyInterleavingTests
{
    private const string Key = "k";

    // Two requests that do not meet make eight calls. This lets either of them take the key from the other twice.
    private const int Longest = 36;

    // Who finds the key in other hands makes more calls, so that there are many more orders; all those of 36 calls (43,000)
    // were run once.
    private const int LongestAfterAChangeOfHands = 22;

    private static readonly AccountAddress Ada = World.Address("ada");
    private static readonly AccountAddress Bob = World.Address("bob");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_requests_to_two_accounts_at_most_one_takes_effect() =>
        Expect(
            atLeast: 300,
            await Schedules.All(
                () => Meeting(world => [world.Grant(Ada, key: Key), world.Grant(Bob, key: Key)]),
                async (world, requests, endings) =>
                {
                    await AtMostOneTookEffect(world, requests, endings);
                    await SentAgainExactlyOneHolds(world);
                },
                Longest
            )
        );

    [Fact]
    public async Task A_key_that_changed_hands_before_still_takes_effect_at_most_once() =>
        Expect(
            atLeast: 300,
            await Schedules.All(
                () => Meeting(world => [world.Grant(Ada, key: Key), world.Grant(Bob, key: Key)], KeyChangedHands),
                async (world, requests, endings) =>
                {
                    await AtMostOneTookEffect(world, requests, endings);
                    await SentAgainExactlyOneHolds(world);
                },
                LongestAfterAChangeOfHands
            )
        );

    [Fact]
    public async Task A_request_that_is_refused_leaves_its_key_to_the_other_account() =>
        Expect(
            atLeast: 50,
            await Schedules.All(
                () => Meeting(world => [world.Refused(Ada, key: Key), world.Grant(Bob, key: Key)]),
                async (world, requests, endings) =>
                {
                    Assert.True(
                        endings[0].MayBeSentAgain
                            || endings[0].Refusal is Domain.Refusal.InvalidState or Domain.Refusal.IdempotencyMismatch
                    );
                    Assert.True(endings[1].MayBeSentAgain || endings[1].Written is { Replayed: false });
                    await world.NewInstance().Send(world.Grant(Bob, key: Key)).Written();
                    Assert.Equal((0, 1), (await world.Effects(Ada), await world.Effects(Bob)));
                },
                Longest
            )
        );

    [Fact]
    public async Task Two_requests_that_are_both_refused_leave_the_key_to_a_third() =>
        Expect(
            atLeast: 30,
            await Schedules.All(
                () => Meeting(world => [world.Refused(Ada, key: Key), world.Refused(Bob, key: Key)]),
                async (world, requests, endings) =>
                {
                    // The key was never used, so nobody is told that it was.
                    Assert.All(
                        endings,
                        ending => Assert.True(ending.MayBeSentAgain || ending.Refusal is Domain.Refusal.InvalidState)
                    );
                    await world.NewInstance().Send(world.Grant(Ada, key: Key)).Written();
                },
                Longest
            )
        );

    [Fact]
    public async Task Of_two_bodies_to_one_account_one_takes_effect_and_the_other_is_a_mismatch() =>
        Expect(
            atLeast: 10,
            await Schedules.All(
                () => Meeting(world => [world.Grant(Ada, 1m, Key), world.Grant(Ada, 2m, Key)]),
                async (world, requests, endings) =>
                {
                    Assert.Equal(1, await world.Effects(Ada));
                    Assert.Single(endings, ending => ending.Written is { Replayed: false });
                    Assert.Single(endings, ending => ending.Refusal is Domain.Refusal.IdempotencyMismatch);
                },
                Longest
            )
        );

    [Fact]
    public async Task Of_two_duplicates_one_takes_effect_and_both_have_its_answer() =>
        Expect(
            atLeast: 10,
            await Schedules.All(
                () => Meeting(world => [world.Grant(Ada, key: Key), world.Grant(Ada, key: Key)]),
                OneEffectAndOneAnswer,
                Longest
            )
        );

    [Fact]
    public async Task Of_two_duplicates_that_find_themselves_fenced_off_one_takes_effect_and_both_have_its_answer() =>
        Expect(
            atLeast: 10,
            await Schedules.All(
                () => Meeting(world => [world.Grant(Ada, key: Key), world.Grant(Ada, key: Key)], KeyChangedHands),
                OneEffectAndOneAnswer,
                LongestAfterAChangeOfHands
            )
        );

    [Fact]
    public async Task Of_two_duplicates_that_change_nothing_both_have_one_answer() =>
        Expect(
            atLeast: 10,
            await Schedules.All(
                () => Meeting(world => [world.Nothing(Ada, Key), world.Nothing(Ada, Key)]),
                async (world, requests, endings) =>
                {
                    Assert.Equal(2, (await world.Head(Ada)).Version);
                    Assert.Single(endings.Select(ending => ending.Written!.Answer.AsText()).Distinct());
                },
                Longest
            )
        );

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_three_requests_in_any_order_at_most_one_takes_effect(int part)
    {
        for (var seed = part * 100; seed < (part + 1) * 100; seed++)
        {
            await Schedules.Sampled(
                () =>
                    Meeting(
                        world => [world.Grant(Ada, key: Key), world.Grant(Bob, key: Key), world.Grant(Ada, key: Key)],
                        seed % 2 == 0 ? KeyChangedHands : NothingBefore
                    ),
                AtMostOneTookEffect,
                seed
            );
            await Schedules.Sampled(
                () =>
                    Meeting(world =>
                        [world.Grant(Ada, key: Key), world.Grant(Bob, key: Key), world.Refused(Bob, key: Key)]
                    ),
                AtMostOneTookEffect,
                seed
            );
        }
    }

    [Fact]
    public async Task A_request_that_dies_at_any_call_leaves_its_key_usable()
    {
        for (var calls = 0; ; calls++)
        {
            var (world, requests) = await Meeting(world => [world.Grant(Ada, key: Key)], KeyChangedHands);
            var dying = world.NewInstance();
            var made = 0;
            dying.Hooks.Before = _ => made++ < calls ? Task.CompletedTask : Task.Delay(Timeout.Infinite, Cancellation);
            var dead = dying.Send(requests[0]);
            if (dead.IsCompleted)
            {
                Assert.InRange(calls, 5, 50);
                return;
            }

            // To the other account the key is free, because the dead request has not taken effect, and now it never will.
            await world.NewInstance().Send(world.Grant(Bob, key: Key)).Written();
            var own = await world.NewInstance().Send(world.Grant(Ada, key: Key)).Refusal();

            Assert.IsType<Refusal.IdempotencyMismatch>(own);
            Assert.Equal((0, 1), (await world.Effects(Ada), await world.Effects(Bob)));
        }
    }

    private static Task NothingBefore(World world) => Task.CompletedTask;

    // The key was claimed for Ada and then for Bob, without effect: the claim is Bob's, and Ada is fenced off.
    private static async Task KeyChangedHands(World world)
    {
        await world.NewInstance().Send(world.Refused(Ada, key: Key)).Refusal();
        await world.NewInstance().Send(world.Refused(Bob, key: Key)).Refusal();
    }

    private static async Task<(World, Request[])> Meeting(
        Func<World, Request[]> requests,
        Func<World, Task>? before = null
    )
    {
        var world = await World.InMemory(Cancellation);
        await world.Customer("ada");
        await world.Customer("bob");
        if (before is not null)
            await before(world);
        return (world, requests(world));
    }

    private static async Task AtMostOneTookEffect(World world, Request[] requests, Ending[] endings)
    {
        var effects = await world.Effects(Ada) + await world.Effects(Bob);
        var written = endings.Where(ending => ending.Written is not null).ToList();
        Assert.InRange(effects, 0, 1);
        Assert.Equal(effects, written.Count(ending => !ending.Written!.Replayed));
        Assert.InRange(written.Select(ending => ending.Written!.Answer.AsText()).Distinct().Count(), 0, 1);
        Assert.All(
            endings.Except(written),
            ending =>
                Assert.True(
                    ending.MayBeSentAgain
                        || ending.Refusal is Domain.Refusal.InvalidState
                        || ending.Refusal is Domain.Refusal.IdempotencyMismatch && effects == 1
                )
        );
    }

    private static async Task OneEffectAndOneAnswer(World world, Request[] requests, Ending[] endings)
    {
        Assert.Equal(1, await world.Effects(Ada));
        Assert.Single(endings, ending => ending.Written is { Replayed: false });
        Assert.Single(endings, ending => ending.Written is { Replayed: true });
        Assert.Single(endings.Select(ending => ending.Written!.Answer.AsText()).Distinct());
    }

    private static async Task SentAgainExactlyOneHolds(World world)
    {
        var instance = world.NewInstance();
        var ada = await Ending.Of(instance.Send(world.Grant(Ada, key: Key)));
        var bob = await Ending.Of(instance.Send(world.Grant(Bob, key: Key)));

        Assert.Single(new[] { ada, bob }, ending => ending.Written is not null);
        Assert.Single(new[] { ada, bob }, ending => ending.Refusal is Domain.Refusal.IdempotencyMismatch);
        Assert.Equal(1, await world.Effects(Ada) + await world.Effects(Bob));
    }

    // A test of orders that runs none would pass.
    private static void Expect(int atLeast, int runs)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{runs} orders");
        Assert.True(runs >= atLeast, $"Only {runs} orders were run.");
    }
}
