using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Accounts;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts.CreditBatches;

/// <summary>What a client's account holds comes back as it was written, on memory and on Azurite.</summary>
public abstract class CreditBatchRowsTests : RowContract
{
    private static readonly RoutedUuid Uuid = RoutedUuid.Mint(Account.Route, World.Start, 9);
    private static readonly CreditAccountId CreditAccountId = new(Uuid);
    private static readonly CreditBatchId BatchId = new(Uuid);
    private static readonly CreditAllocationId AllocationId = new(Uuid);

    private static readonly DateTimeOffset End = new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(
        9_999_999
    );

    // Each number another one, so that no column can stand in for its neighbour.
    private static readonly BatchBalances Different = new(1, -2, 3, 4, 5, 6);

    private static readonly BatchBalances Extreme = new(
        long.MaxValue,
        long.MinValue,
        BatchBalances.Largest,
        1L << 53,
        0,
        long.MaxValue - 1
    );

    public static MatrixTheoryData<CreditActionType, bool> ActionTypes =>
        new(Enum.GetValues<CreditActionType>(), [true, false]);

    [Theory]
    [InlineData(AnyText)]
    [InlineData("")]
    public async Task A_clients_head(string name)
    {
        var head = Head with
        {
            Kind = AccountKind.Client,
            CustomerId = "01234567-89ab-8def-a123-456789abcdef",
            Profile = new ClientProfile(name),
            CreatedAt = Fine,
            LastSeq = long.MaxValue,
        };

        await Write(new AccountChange(head));

        Assert.Equal(head, await Opened.Snapshot(Account).Head(Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_credit_account(bool all)
    {
        var account = new CreditAccount
        {
            Id = CreditAccountId,
            Name = AnyText,
            Type = AnyText,
            NotifyEmails = all ? [.. Enumerable.Range(0, 100).Select(n => $"{n}@{new string('x', 240)}")] : [],
            LicenseIds = all ? [.. Enumerable.Range(0, 100).Select(n => n + AnyText)] : [],
            BatchDaysUntilExpire = all ? int.MaxValue : null,
            MinimumBatchAmount = all ? long.MaxValue : null,
            CreditBatchName = all ? AnyText : null,
            CreatedAt = Fine,
        };

        await Write(new AccountChange(Head) { CreditAccount = account });

        var snapshot = Opened.Snapshot(Account);
        Assert.Equivalent(account, await snapshot.CreditAccount(CreditAccountId, Cancellation), strict: true);
        Assert.Equivalent(account, Assert.Single(await snapshot.CreditAccounts(Cancellation)), strict: true);
    }

    [Fact]
    public async Task A_credit_account_whose_numbers_are_zero_is_not_one_without_them()
    {
        var account = new CreditAccount
        {
            Id = CreditAccountId,
            Name = "",
            Type = "",
            NotifyEmails = [""],
            LicenseIds = [""],
            BatchDaysUntilExpire = 0,
            MinimumBatchAmount = 0,
            CreditBatchName = "",
            CreatedAt = World.Start,
        };

        await Write(new AccountChange(Head) { CreditAccount = account });

        var read = await Opened.Snapshot(Account).CreditAccount(CreditAccountId, Cancellation);
        Assert.Equivalent(account, read, strict: true);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("none")]
    [InlineData("extreme")]
    public async Task A_batch(string kind)
    {
        var batch = ABatch(kind);

        await Write(new AccountChange(Head) { Batches = [batch] });

        Assert.Equal(batch, await Read());
        Assert.Equal([batch], await AllBatches());
    }

    [Theory]
    [InlineData("all", "none")]
    [InlineData("none", "all")]
    [InlineData("all", "extreme")]
    public async Task A_replaced_batch(string kind, string changed)
    {
        await Write(new AccountChange(Head) { Batches = [ABatch(kind)] });

        await Write(new AccountChange(Head with { Version = 2 }) { Batches = [ABatch(changed)] }, "req_2", Reading);

        Assert.Equal(ABatch(changed), await Read());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_allocation(bool all)
    {
        var allocation = AnAllocation(all);

        await Write(new AccountChange(Head) { Allocations = [allocation] });

        Assert.Equal(allocation, await ReadAllocation());
        var snapshot = Opened.Snapshot(Account);
        await snapshot.Head(Cancellation);
        Assert.Equal([allocation], await snapshot.CreditAllocations(Cancellation));

        await Write(
            new AccountChange(Head with { Version = 2 }) { Allocations = [AnAllocation(!all)] },
            "req_2",
            Reading
        );
        Assert.Equal(AnAllocation(!all), await ReadAllocation());
    }

    [Theory]
    [MemberData(nameof(ActionTypes))]
    public async Task An_action(CreditActionType type, bool all)
    {
        var action = AnAction(type, all);

        await Write(new AccountChange(Head) { Actions = [action] });

        var read = Assert.Single(await Opened.Snapshot(Account).CreditActions(BatchId, Cancellation));
        Assert.Equal(action, read);
        Assert.Equal(action.Hash, read.ExpectedHash());
        Assert.Equal([action], await Opened.Snapshot(Account).CreditActions(Cancellation));
    }

    [Fact]
    public async Task A_move_without_content()
    {
        var action = AnAction(CreditActionType.Return, all: true);
        var bare = action with { Allocation = action.Allocation! with { ContentType = null, ContentId = null } };

        await Write(new AccountChange(Head) { Actions = [bare] });

        Assert.Equal([bare], await Opened.Snapshot(Account).CreditActions(BatchId, Cancellation));
    }

    [Fact]
    public async Task Actions_in_their_order_beyond_nine_and_of_one_batch_alone()
    {
        var ordinals = Enumerable.Range(1, 12).ToList();
        var own = ordinals.Select(n => AnAction(CreditActionType.Adjust, all: false) with { Ordinal = n });
        // The batch whose id comes next.
        var next = new CreditBatchId(RoutedUuid.Mint(Account.Route, World.Start, 10));
        var others = AnAction(CreditActionType.Adjust, all: false) with { Batch = next };

        await Write(new AccountChange(Head) { Actions = [.. own, others] });

        var snapshot = Opened.Snapshot(Account);
        Assert.Equal(ordinals, (await snapshot.CreditActions(BatchId, Cancellation)).Select(action => action.Ordinal));
        Assert.Equal(others, Assert.Single(await snapshot.CreditActions(next, Cancellation)));
        Assert.Equal(13, (await snapshot.CreditActions(Cancellation)).Count);
    }

    [Fact]
    public async Task Things_of_one_kind_oldest_first_and_no_other_kinds_among_them()
    {
        var ids = Enumerable
            .Range(0, 12)
            .Select(n => RoutedUuid.Mint(Account.Route, World.Start.AddSeconds(n), 50 - n))
            .ToList();
        var batches = ids.Select(id => ABatch("none") with { Id = new(id) });
        var allocations = ids.Select(id => AnAllocation(false) with { Id = new(id) });

        await Write(
            new AccountChange(Head)
            {
                Batches = [.. batches.Reverse()],
                Allocations = [.. allocations.Reverse()],
                Actions = [AnAction(CreditActionType.Grant, all: true)],
            }
        );

        var snapshot = Opened.Snapshot(Account);
        await snapshot.Head(Cancellation);
        Assert.Equal(ids, (await snapshot.CreditBatches(Cancellation)).Select(batch => batch.Id.Uuid));
        Assert.Equal(ids, (await snapshot.CreditAllocations(Cancellation)).Select(allocation => allocation.Id.Uuid));
        Assert.Single(await snapshot.CreditActions(Cancellation));
        Assert.Empty(await snapshot.CreditAccounts(Cancellation));
        Assert.Empty(await snapshot.Credits(Cancellation));
        Assert.Empty(await snapshot.Entries(Cancellation));
    }

    private static async Task Reading(AccountSnapshot snapshot)
    {
        await snapshot.Head(Cancellation);
        await snapshot.CreditBatch(BatchId, Cancellation);
        await snapshot.CreditAllocation(AllocationId, Cancellation);
    }

    private Task<CreditBatch?> Read() => Opened.Snapshot(Account).CreditBatch(BatchId, Cancellation);

    private async Task<List<CreditBatch>> AllBatches()
    {
        var snapshot = Opened.Snapshot(Account);
        await snapshot.Head(Cancellation);
        return await snapshot.CreditBatches(Cancellation);
    }

    private Task<CreditAllocation?> ReadAllocation() =>
        Opened.Snapshot(Account).CreditAllocation(AllocationId, Cancellation);

    private static CreditBatch ABatch(string kind) =>
        new()
        {
            Id = BatchId,
            Account = kind == "none" ? null : CreditAccountId,
            Name = kind switch
            {
                "none" => null,
                // As long as a request may write it, in letters of which each takes two units.
                "extreme" => string.Concat(Enumerable.Repeat("😀", 500)),
                _ => AnyText,
            },
            ExpiresOn = kind switch
            {
                "none" => null,
                "extreme" => End,
                _ => Fine.AddDays(1),
            },
            CreatedAt = kind == "extreme" ? DateTimeOffset.UnixEpoch : Fine,
            UpdatedAt = kind == "extreme" ? End : Fine.AddHours(2),
            VoidedAt = kind == "none" ? null : Fine.AddHours(1),
            Balances = kind switch
            {
                "none" => default,
                "extreme" => Extreme,
                _ => Different,
            },
            LastSeq = kind == "extreme" ? long.MaxValue : 7,
            Entries = kind == "extreme" ? int.MaxValue : 8,
        };

    private static CreditAllocation AnAllocation(bool all) =>
        new()
        {
            Id = AllocationId,
            Batch = new(RoutedUuid.Mint(Account.Route, World.Start, 11)),
            User = AnyText,
            Amount = all ? long.MaxValue : 1,
            Note = all ? AnyText : null,
            CreatedAt = Fine,
            UpdatedAt = all ? End : Fine.AddHours(1),
            Redeemed = all ? 1L << 53 : 0,
            Returned = all ? BatchBalances.Largest : 0,
        };

    private static CreditAction AnAction(CreditActionType type, bool all)
    {
        var action = new CreditAction
        {
            Seq = all ? long.MaxValue : 1,
            Type = type,
            Batch = BatchId,
            Account = all ? CreditAccountId : null,
            Ordinal = all ? 999_999_999 : 1,
            Amount = all ? long.MinValue : 0,
            Before = all ? Extreme : default,
            After = all ? Different : default,
            Allocation = all ? new(AllocationId, AnyText, long.MaxValue, 1, AnyText, AnyText) : null,
            EffectiveAt = all ? End : Fine,
            RecordedAt = World.Start,
            Actor = "key_0123456789abcdef",
            Reason = all ? AnyText : null,
            RequestId = "req_1",
            PreviousHash = new string('a', 64),
        };
        return action with { Hash = action.ExpectedHash() };
    }
}

public sealed class CreditBatchRowsInMemoryTests : CreditBatchRowsTests
{
    protected override Task<World> Open() => World.InMemory(Cancellation);
}

public sealed class CreditBatchRowsOnAzuriteTests(AzuriteServer azurite) : CreditBatchRowsTests
{
    protected override Task<World> Open() => World.In(azurite.NewStorage().Tables, Cancellation);
}
