using Drawdown.Domain.Ids;
using Drawdown.Storage.Accounts;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts;

/// <summary>The turns that the writers of one process take.</summary>
public sealed class AccountGateTests
{
    private static readonly AccountAddress Ada = World.Address("ada");
    private static readonly AccountAddress Bob = World.Address("bob");

    private readonly AccountGate _gate = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_has_one_writer_at_a_time()
    {
        var first = await Enter(Ada);
        var second = Enter(Ada);

        Assert.False(second.IsCompleted);
        first.Dispose();

        (await second).Dispose();
    }

    [Fact]
    public async Task Another_account_does_not_wait()
    {
        using var ada = await Enter(Ada);

        using var bob = await Enter(Bob);
    }

    [Fact]
    public async Task The_same_account_of_another_organization_does_not_wait()
    {
        using var own = await Enter(Ada);

        using var other = await Enter(Ada with { Organization = OrganizationId.Named("other") });
    }

    [Fact]
    public async Task Everyone_gets_a_turn()
    {
        var inside = 0;
        var most = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(_ =>
                    Task.Run(
                        async () =>
                        {
                            using var turn = await Enter(Ada);
                            most = Math.Max(most, Interlocked.Increment(ref inside));
                            await Task.Yield();
                            Interlocked.Decrement(ref inside);
                        },
                        Cancellation
                    )
                )
        );

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_is_not_let_in_and_holds_nobody_up()
    {
        var first = await Enter(Ada);
        using var caller = new CancellationTokenSource();
        var given = _gate.Enter(Ada, caller.Token);
        var patient = Enter(Ada);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.False(patient.IsCompleted);
        first.Dispose();
        (await patient).Dispose();
        (await Enter(Ada)).Dispose();
    }

    [Fact]
    public async Task Whoever_has_given_up_before_is_not_let_in()
    {
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _gate.Enter(Ada, caller.Token));

        (await Enter(Ada)).Dispose();
    }

    [Fact]
    public async Task A_turn_ends_once()
    {
        var first = await Enter(Ada);
        first.Dispose();
        using var second = await Enter(Ada);

        first.Dispose();

        var third = Enter(Ada);
        Assert.False(third.IsCompleted);
        second.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task A_writer_that_fails_ends_its_turn()
    {
        var world = await World.InMemory(Cancellation);
        var instance = world.NewInstance();
        var account = await world.Customer("ada");
        var request = world.Grant(account);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            instance.Send(request with { Decide = (_, _) => throw new InvalidOperationException("A bug.") })
        );

        using var turn = await instance.Gate.Enter(account, Cancellation);
    }

    private Task<IDisposable> Enter(AccountAddress account) => _gate.Enter(account, Cancellation);
}
