using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using Drawdown.Domain.Money;
using Drawdown.Storage.Accounts;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts;

/// <summary>Everything that an account holds comes back as it was written, on memory and on Azurite.</summary>
public abstract class AccountRowsTests : RowContract
{
    private static readonly CreditId Id = new(RoutedHex.Mint(Account.Route, World.Start, 7));
    private static readonly DrawdownId DrawdownId = new(RoutedHex.Mint(Account.Route, World.Start, 8));

    public static TheoryData<string> Credits => ["all", "none", "extreme"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_head(bool all)
    {
        var address = new Address(AnyText, AnyText, "Zürich", "ZH", "8001", "CH");
        var head = new AccountHead
        {
            Organization = World.Organization,
            Kind = AccountKind.Customer,
            CustomerId = AnyText,
            Profile = new CustomerProfile(
                "ada@example.com",
                all ? AnyText : null,
                "CHF",
                all ? 7.7000m : null,
                all ? address : null,
                all ? address with { Line2 = null, State = null } : null,
                "Europe/Zurich",
                all ? "{\"a\":{\"b\":[1,2.50,\"ü\"]}}" : "{}"
            ),
            CreatedAt = Fine,
            Version = 1,
            LastSeq = all ? long.MaxValue : 0,
            LastHash = all ? LedgerHash.Digest("x") : LedgerHash.Genesis,
            LastInvoice = all ? 999_999_999 : 0,
        };

        await Write(new AccountChange(head));

        var snapshot = Opened.Snapshot(Account);
        Assert.Equal(head, await snapshot.Head(Cancellation));
        Assert.Equal(["req_1"], snapshot.StoredHead!.Recent);
        Assert.Equal(Account.Route, head.Route);
    }

    [Theory]
    [MemberData(nameof(Credits))]
    public async Task A_credit(string kind)
    {
        var credit = ACredit(kind);

        await Write(new AccountChange(Head) { Credits = [credit] });

        Assert.Equal(credit, await Opened.Credit(Id));
    }

    [Theory]
    [MemberData(nameof(Credits))]
    public async Task A_replaced_credit(string kind)
    {
        await Write(new AccountChange(Head) { Credits = [ACredit("all")] });
        var credit = ACredit(kind);

        await Write(new AccountChange(Head with { Version = 2 }) { Credits = [credit] }, "req_2", Reading);

        Assert.Equal(credit, await Opened.Credit(Id));
    }

    [Theory]
    [InlineData(EntryType.Grant, true)]
    [InlineData(EntryType.Drawdown, true)]
    [InlineData(EntryType.Expire, false)]
    [InlineData(EntryType.Void, false)]
    [InlineData(EntryType.Reinstate, true)]
    public async Task An_entry(EntryType type, bool all)
    {
        var entry = new LedgerEntry
        {
            Seq = all ? long.MaxValue : 1,
            Type = type,
            Credit = Id,
            Currency = "USD",
            Ordinal = all ? 999_999_999 : 1,
            Amount = type.Sign() * ExactDecimal.Largest,
            BalanceAfter = all ? 0.0000000001m : 0m,
            EffectiveAt = Fine,
            RecordedAt = World.Start,
            Actor = "key_0123456789abcdef",
            Reason = all ? AnyText : null,
            RequestId = "req_1",
            Drawdown = all ? DrawdownId : null,
            PreviousHash = LedgerHash.Genesis,
        };
        entry = entry with { Hash = LedgerHash.Of(entry) };

        await Write(new AccountChange(Head) { Entries = [entry] });

        var read = Assert.Single(await Opened.Snapshot(Account).Entries(Id, Cancellation));
        Assert.Equal(entry, read);
        Assert.Equal(entry.Hash, LedgerHash.Of(read));
        Assert.Equal([entry], await Opened.Snapshot(Account).Entries(Cancellation));
    }

    [Fact]
    public async Task Entries_in_their_order_beyond_nine()
    {
        var seqs = Enumerable.Range(1, 12).ToList();
        var entries = seqs.Select(seq => new LedgerEntry
        {
            Seq = seq,
            Type = EntryType.Grant,
            Credit = Id,
            Currency = "USD",
            Ordinal = seq,
            Amount = 1m,
            BalanceAfter = seq,
            EffectiveAt = World.Start,
            RecordedAt = World.Start,
            Actor = "",
            Reason = "",
            RequestId = "",
            Drawdown = null,
            PreviousHash = "",
        });

        await Write(new AccountChange(Head) { Entries = [.. entries] });

        Assert.Equal(seqs, (await Opened.Snapshot(Account).Entries(Id, Cancellation)).Select(entry => entry.Ordinal));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, CreditDecisions.MaxCreditsPerOperation)]
    public async Task A_drawdown(bool all, int slices)
    {
        var taken = Enumerable
            .Range(1, slices)
            .Select(slice => new Slice(Id, slice, ExactDecimal.Largest / slice, 0.0000000001m * slice))
            .ToImmutableArray();
        var drawdown = new CreditDrawdown
        {
            Id = DrawdownId,
            Currency = "KWD",
            Amount = ExactDecimal.Largest,
            Slices = taken,
            Description = all ? AnyText : null,
            ExternalId = all ? AnyText : null,
            DrawnAt = Fine,
            Reversal = all ? new(Fine.AddDays(1), AnyText, 1.10m, taken) : null,
        };

        await Write(new AccountChange(Head) { Drawdown = drawdown });

        IsEqual(drawdown, await Opened.Snapshot(Account).Drawdown(DrawdownId, Cancellation));
    }

    [Fact]
    public async Task A_drawdown_and_then_its_reversal_without_a_reason()
    {
        var drawdown = new CreditDrawdown
        {
            Id = DrawdownId,
            Currency = "USD",
            Amount = 1m,
            Slices = [new(Id, 2, 1m, 0m)],
            Description = null,
            ExternalId = null,
            DrawnAt = World.Start,
        };
        await Write(new AccountChange(Head) { Drawdown = drawdown });
        var reversed = drawdown with { Reversal = new(Fine, null, 0m, [new(Id, 3, 1m, 1m)]) };

        await Write(new AccountChange(Head with { Version = 2 }) { Drawdown = reversed }, "req_2", Reading);

        IsEqual(reversed, await Opened.Snapshot(Account).Drawdown(DrawdownId, Cancellation));
    }

    [Fact]
    public async Task An_external_id()
    {
        var reference = new ExternalReference(ExternalKind.Credit, AnyText, Id.ToString());

        await Write(new AccountChange(Head) { Reference = reference });

        var snapshot = Opened.Snapshot(Account);
        Assert.Equal(reference.Taken, await snapshot.Taken(ExternalKind.Credit, AnyText, Cancellation));
        Assert.Null(await snapshot.Taken(ExternalKind.Drawdown, AnyText, Cancellation));
        Assert.Null(await snapshot.Taken(ExternalKind.Credit, AnyText + " ", Cancellation));
        Assert.Null(await snapshot.Taken(ExternalKind.Credit, null, Cancellation));
    }

    [Fact]
    public async Task The_head_remembers_its_latest_commits_in_order()
    {
        await Write(new AccountChange(Head));
        for (var version = 2; version <= StoredHead.Remembered + 5; version++)
            await Write(new AccountChange(Head with { Version = version }), $"req_{version}", ReadHead);

        var snapshot = Opened.Snapshot(Account);
        await snapshot.Head(Cancellation);
        var stored = snapshot.StoredHead!;

        Assert.Equal(Enumerable.Range(6, StoredHead.Remembered).Select(version => $"req_{version}"), stored.Recent);
        Assert.Equal(StoredHead.Remembered + 5, stored.VersionMadeBy($"req_{StoredHead.Remembered + 5}"));
        Assert.Equal(6, stored.VersionMadeBy("req_6"));
        Assert.Null(stored.VersionMadeBy("req_5"));
        Assert.True(stored.Remembers(6));
        Assert.False(stored.Remembers(5));
    }

    private static async Task Reading(AccountSnapshot snapshot)
    {
        await snapshot.Head(Cancellation);
        await snapshot.Credit(Id, Cancellation);
        await snapshot.Drawdown(DrawdownId, Cancellation);
    }

    private static Credit ACredit(string kind) =>
        new()
        {
            Id = Id,
            Currency = "USD",
            Amount = kind == "extreme" ? ExactDecimal.Largest : 0.0000000001m,
            AmountPaid = kind == "extreme" ? ExactDecimal.Largest : 0m,
            AmountPaidCurrency = kind == "none" ? null : "JPY",
            EffectiveAt = kind == "extreme" ? DateTimeOffset.UnixEpoch : Fine,
            ExpiresAt = kind switch
            {
                "none" => null,
                "extreme" => new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(9_999_999),
                _ => Fine.AddDays(1),
            },
            IssuedAt = Fine,
            VoidedAt = kind == "none" ? null : Fine.AddHours(1),
            // As long as a request may write it, in letters of which each takes two units.
            Description =
                kind == "none" ? null
                : kind == "extreme" ? string.Concat(Enumerable.Repeat("😀", 500))
                : AnyText,
            ExternalId = kind == "none" ? null : AnyText,
            Metadata = kind == "extreme" ? $"{{\"a\":\"{new string('x', 8_000)}\"}}" : "{}",
            Remaining = kind == "extreme" ? ExactDecimal.Largest : 12.50m,
            Drawn = kind == "none" ? 0m : 1.10m,
            Reinstated = kind == "none" ? 0m : 2.20m,
            Expired = kind == "none" ? 0m : 3.30m,
            Voided = kind == "none" ? 0m : 4.40m,
            LastSeq = kind == "extreme" ? long.MaxValue : 1,
            Entries = kind == "extreme" ? int.MaxValue : 1,
            LastEffectiveAt = Fine,
        };

    // ImmutableArray compares by reference.
    private static void IsEqual(CreditDrawdown expected, CreditDrawdown? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Slices, actual.Slices);
        Assert.Equal(expected.Reversal?.Slices, actual.Reversal?.Slices);
        Assert.Equal(
            expected with
            {
                Slices = actual.Slices,
                Reversal = expected.Reversal is null
                    ? null
                    : expected.Reversal with
                    {
                        Slices = actual.Reversal!.Slices,
                    },
            },
            actual
        );
    }
}

public sealed class AccountRowsInMemoryTests : AccountRowsTests
{
    protected override Task<World> Open() => World.InMemory(Cancellation);
}

public sealed class AccountRowsOnAzuriteTests(AzuriteServer azurite) : AccountRowsTests
{
    protected override Task<World> Open() => World.In(azurite.NewStorage().Tables, Cancellation);
}
