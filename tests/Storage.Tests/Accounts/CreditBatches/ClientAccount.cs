using System.Globalization;
using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Accounts.CreditBatches;
using Drawdown.Storage.Idempotency;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts.CreditBatches;

/// <summary>The requests of one client, as the functions of the Incoming side make them.</summary>
internal sealed class ClientAccount(World world)
{
    private static readonly ClientId Id = ClientId.Of("0123456789abcdef0123456789abcdef");

    private int _requests;
    private int _ids;

    public static AccountAddress Address { get; } =
        new(World.Organization, AccountRoute.Of(World.Organization, AccountKind.Client, Id.ToString()));

    public AccountSnapshot Snapshot => world.Snapshot(Address);

    public static async Task<ClientAccount> In(World world)
    {
        var client = new ClientAccount(world);
        await world.Done(
            client.New(
                async (snapshot, by, cancellation) =>
                    ClientDecisions
                        .Create(
                            await snapshot.Head(cancellation),
                            World.Organization,
                            Id,
                            new ClientProfile("Ada's School"),
                            by.Now
                        )
                        .Then(change => new Decided(null, change, StoredAnswer.None))
            )
        );
        return client;
    }

    public async Task<CreditAccountId> Opened()
    {
        var terms = new CreditAccountTerms("Training", 0, "client", [], [], null, null, null);
        var id = new CreditAccountId(NewId());
        await world.Done(
            New(
                async (snapshot, by, cancellation) =>
                {
                    var head = (await snapshot.Head(cancellation))!;
                    return ClientDecisions
                        .OpenAccount(head, id, default, terms, by)
                        .Then(opened => new Decided(head, opened.Change, StoredAnswer.None));
                }
            )
        );
        return id;
    }

    public async Task<CreditBatchId> Created(
        long amount,
        CreditAccountId? account = null,
        DateTimeOffset? expiresOn = null
    )
    {
        var id = new CreditBatchId(NewId());
        await world.Done(Create(id, amount, account, expiresOn));
        return id;
    }

    public async Task<CreditAllocationId> Allocated(CreditBatchId batch, long amount)
    {
        var id = new CreditAllocationId(NewId());
        await world.Done(Allocate(batch, id, amount));
        return id;
    }

    public Request Create(
        CreditBatchId id,
        long amount,
        CreditAccountId? account = null,
        DateTimeOffset? expiresOn = null
    ) =>
        New(
            async (snapshot, by, cancellation) =>
            {
                var head = (await snapshot.Head(cancellation))!;
                var found = account is { } named ? await snapshot.CreditAccount(named, cancellation) : null;
                return CreditBatchDecisions
                    .Create(head, id, found, new(amount, account, default, Change<DateTimeOffset?>.To(expiresOn)), by)
                    .Then(decided => new Decided(head, decided.Change, StoredAnswer.None));
            }
        );

    public Request Allocate(CreditBatchId batch, CreditAllocationId id, long amount) =>
        OnBatch(
            batch,
            (head, found, by) =>
                AllocationDecisions
                    .Allocate(head, found, id, new("learner-1", amount, null), by)
                    .Then(decided => decided.Change)
        );

    public Request SetBalance(CreditBatchId batch, long balance) =>
        OnBatch(
            batch,
            (head, found, by) =>
                CreditBatchDecisions
                    .Update(head, found, new(default, default, balance), by)
                    .Then(decided => decided.Change)
        );

    public Request Rename(CreditBatchId batch, string name) =>
        OnBatch(
            batch,
            (head, found, by) =>
                CreditBatchDecisions
                    .Update(head, found, new(Change<string>.To(name), default, null), by)
                    .Then(decided => decided.Change)
        );

    public Request Void(CreditBatchId batch) =>
        OnBatch(batch, (head, found, by) => Always(CreditBatchDecisions.Void(head, found, null, by).Change));

    public Request Expire(CreditBatchId batch) =>
        OnBatch(batch, (head, found, by) => Always(CreditBatchDecisions.PostExpired(head, [found], by)));

    public Request Revoke(CreditAllocationId id, long? amount = null) =>
        OnAllocation(
            id,
            (view, by) => AllocationDecisions.Revoke(view.Head, view.Batch, view.Allocation, amount, null, by)
        );

    public Request Redeem(CreditAllocationId id, long amount) =>
        OnAllocation(
            id,
            (view, by) =>
                AllocationDecisions.Redeem(view.Head, view.Batch, view.Allocation, amount, new("course", "1"), by)
        );

    /// <summary>Redeems credits of an account.</summary>
    public Request Redeem(CreditAccountId account, long amount, string? key = null)
    {
        // More than one redemption takes, so that two of one instant do not meet.
        var random = _ids += 100;
        return New(
            async (snapshot, by, cancellation) =>
            {
                var view = (await snapshot.BatchesView(cancellation))!;
                var wanted = new AllocationRequest("learner-1", amount, null);
                return AllocationDecisions
                    .RedeemFromAccount(view.Head, account, view.Batches, wanted, new(null, null), random, by)
                    .Then(redeemed => new Decided(view.Head, redeemed.Change, StoredAnswer.None));
            },
            key
        );
    }

    public Request OnBatch(
        CreditBatchId id,
        Func<AccountHead, CreditBatch, Provenance, Outcome<AccountChange?>> decide
    ) =>
        New(
            async (snapshot, by, cancellation) =>
            {
                var (head, batch) = (snapshot.Head(cancellation), snapshot.CreditBatch(id, cancellation));
                await Task.WhenAll(head, batch);
                return decide((await head)!, (await batch)!, by)
                    .Then(change => new Decided(head.Result, change, StoredAnswer.None));
            }
        );

    private Request OnAllocation(
        CreditAllocationId id,
        Func<AllocationView, Provenance, Outcome<AllocationDecided>> decide
    ) =>
        New(
            async (snapshot, by, cancellation) =>
            {
                var view = (await snapshot.AllocationView(id, by.Now, cancellation))!;
                return decide(view, by).Then(decided => new Decided(view.Head, decided.Change, StoredAnswer.None));
            }
        );

    private Request New(
        Func<AccountSnapshot, Provenance, CancellationToken, Task<Outcome<Decided>>> decide,
        string? key = null
    )
    {
        var number = (++_requests).ToString("d4", CultureInfo.InvariantCulture);
        var by = new Provenance("key_test", $"req_client_{number}", world.Now);
        var idempotency = key is null ? null : World.Key(key, number);
        return new(
            new WriteOperation(Address, by, idempotency),
            (snapshot, cancellation) => decide(snapshot, by, cancellation)
        );
    }

    private RoutedUuid NewId() => RoutedUuid.Mint(Address.Route, world.Now, ++_ids);

    private static Outcome<AccountChange?> Always(AccountChange? change) => change;
}
