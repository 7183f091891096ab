using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class CreditActionTests
{
    private static readonly CreditAction Action = new()
    {
        Seq = 7,
        Type = CreditActionType.Redeem,
        Batch = RoutedUuids.Parse<CreditBatchId>("00112233-4455-8667-8899-aabbccddeeff"),
        Account = RoutedUuids.Parse<CreditAccountId>("10112233-4455-8667-8899-aabbccddeeff"),
        Ordinal = 3,
        Amount = 15,
        Before = new(100, -30, 30, 40, 0, 0),
        After = new(100, -30, 30, 25, 15, 0),
        Allocation = new(
            RoutedUuids.Parse<CreditAllocationId>("20112233-4455-8667-8899-aabbccddeeff"),
            "learner-1",
            40,
            25,
            "course",
            "course-1"
        ),
        EffectiveAt = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        RecordedAt = new(2026, 3, 1, 12, 0, 1, TimeSpan.Zero),
        Actor = "key-1",
        Reason = null,
        RequestId = "request-1",
        PreviousHash = LedgerHash.Genesis,
    };

    // SHA-256 over the fields, each preceded by its length, by another tool: ledgers that are stored must stay valid.
    [Fact]
    public void The_format_of_the_hash_never_changes()
    {
        var grant = Action with
        {
            Seq = 1,
            Type = CreditActionType.Grant,
            Account = null,
            Ordinal = 1,
            Amount = 100,
            Before = default,
            After = new(100, 0, 100, 0, 0, 0),
            Allocation = null,
            RecordedAt = Action.EffectiveAt,
            Reason = "Because",
        };

        Assert.Equal("aeff6d66d5f3af2f2e8d3147c467acbfce2fd00ff9b30537c179ca8632099ca5", Action.ExpectedHash());
        Assert.Equal("b5d2052bd0f39aa65d0215ccdf5a2e18504d9821cbfe7603f1ed069f4f50258e", grant.ExpectedHash());
    }

    [Fact]
    public void Every_field_counts()
    {
        var move = Action.Allocation!;
        CreditAction[] actions =
        [
            Action,
            Action with
            {
                Seq = 8,
            },
            Action with
            {
                Type = CreditActionType.Return,
            },
            Action with
            {
                Batch = new(Given.Uuid()),
            },
            Action with
            {
                Account = null,
            },
            Action with
            {
                Account = new(Given.Uuid()),
            },
            Action with
            {
                Ordinal = 4,
            },
            Action with
            {
                Amount = -15,
            },
            .. Balances(Action.Before).Select(before => Action with { Before = before }),
            .. Balances(Action.After).Select(after => Action with { After = after }),
            Action with
            {
                Allocation = null,
            },
            Action with
            {
                Allocation = move with { Id = new(Given.Uuid()) },
            },
            Action with
            {
                Allocation = move with { User = "learner-2" },
            },
            Action with
            {
                Allocation = move with { Before = 41 },
            },
            Action with
            {
                Allocation = move with { After = 26 },
            },
            Action with
            {
                Allocation = move with { ContentType = null },
            },
            Action with
            {
                Allocation = move with { ContentType = "" },
            },
            Action with
            {
                Allocation = move with { ContentId = null },
            },
            Action with
            {
                Allocation = move with { ContentId = "course" },
            },
            Action with
            {
                EffectiveAt = Action.EffectiveAt + Given.Tick,
            },
            Action with
            {
                RecordedAt = Action.RecordedAt + Given.Tick,
            },
            Action with
            {
                Actor = "key-2",
            },
            Action with
            {
                Reason = "",
            },
            Action with
            {
                RequestId = "request-2",
            },
            Action with
            {
                PreviousHash = new string('1', 64),
            },
        ];

        Assert.Distinct(actions.Select(action => action.ExpectedHash()));

        static IEnumerable<BatchBalances> Balances(BatchBalances balances) =>
            [
                balances with
                {
                    Starting = balances.Starting + 1,
                },
                balances with
                {
                    Adjustments = balances.Adjustments + 1,
                },
                balances with
                {
                    Current = balances.Current + 1,
                },
                balances with
                {
                    Unspent = balances.Unspent + 1,
                },
                balances with
                {
                    Redeemed = balances.Redeemed + 1,
                },
                balances with
                {
                    Lapsed = balances.Lapsed + 1,
                },
            ];
    }

    [Fact]
    public void The_same_values_in_other_words_have_the_same_hash()
    {
        var same = Action with
        {
            EffectiveAt = Action.EffectiveAt.ToOffset(TimeSpan.FromHours(3)),
            Hash = "not part of itself",
        };

        Assert.Equal(Action.ExpectedHash(), same.ExpectedHash());
    }

    [Theory]
    [InlineData(CreditActionType.Grant, 1, false)]
    [InlineData(CreditActionType.Adjust, 1, false)]
    [InlineData(CreditActionType.Adjust, -1, true)]
    [InlineData(CreditActionType.Allocate, 1, true)]
    [InlineData(CreditActionType.Return, 1, false)]
    [InlineData(CreditActionType.Redeem, 1, true)]
    [InlineData(CreditActionType.Expire, 1, true)]
    [InlineData(CreditActionType.Void, 1, true)]
    public void What_takes_from_what_can_be_spent_is_a_debit(CreditActionType type, long amount, bool isDebit) =>
        Assert.Equal(isDebit, (Action with { Type = type, Amount = amount }).IsDebit);

    [Fact]
    public void The_id_follows_from_the_batch_and_the_ordinal()
    {
        Assert.Equal(Action.Id, (Action with { Seq = 99, Amount = 1 }).Id);
        Assert.NotEqual(Action.Id, (Action with { Ordinal = 4 }).Id);
        Assert.NotEqual(
            (Action with { Batch = new(Given.Uuid(1)) }).Id,
            (Action with { Batch = new(Given.Uuid(2)) }).Id
        );
        Assert.Equal(Action.Batch.Uuid.Account, Action.Id.Account);
        // It was shown to callers: it must never change.
        Assert.Equal("00112233-4455-8667-898b-a72036e91d4f", Action.Id.ToString());
    }

    [Theory]
    [InlineData("grant", CreditActionType.Grant)]
    [InlineData("adjust", CreditActionType.Adjust)]
    [InlineData("allocate", CreditActionType.Allocate)]
    [InlineData("return", CreditActionType.Return)]
    [InlineData("redeem", CreditActionType.Redeem)]
    [InlineData("expire", CreditActionType.Expire)]
    [InlineData("void", CreditActionType.Void)]
    public void The_names_of_the_types_never_change(string name, CreditActionType type)
    {
        Assert.Equal(name, type.Name());
        Assert.Equal(type, CreditActionTypeNames.Names.Parse(name));
    }

    [Theory]
    [InlineData("active", CreditBatchStatus.Active)]
    [InlineData("expired", CreditBatchStatus.Expired)]
    [InlineData("voided", CreditBatchStatus.Voided)]
    public void The_names_of_the_statuses_never_change(string name, CreditBatchStatus status) =>
        Assert.Equal(name, status.Name());
}
