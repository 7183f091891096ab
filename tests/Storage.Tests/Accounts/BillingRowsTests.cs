using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Money;
using Drawdown.Domain.Rating;
using Drawdown.Domain.Subscriptions;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts;

/// <summary>What an account holds for billing comes back as it was written, on memory and on Azurite.</summary>
public abstract class BillingRowsTests : RowContract
{
    private static readonly RoutedHex Hex = RoutedHex.Mint(Account.Route, World.Start, 9);
    private static readonly MetricId MetricId = new(Hex);
    private static readonly PlanId PlanId = new(Hex);
    private static readonly SubscriptionId SubscriptionId = new(Hex);
    private static readonly ChargeId ChargeId = new(Hex);
    private static readonly InvoiceId InvoiceId = new(Hex);

    public static TheoryData<ChargeStatus> Statuses => [.. Enum.GetValues<ChargeStatus>()];

    public static MatrixTheoryData<PlanDuration, bool> Plans => new(Enum.GetValues<PlanDuration>(), [true, false]);

    [Fact]
    public async Task A_catalogs_head()
    {
        var head = Head with { Kind = AccountKind.Catalog, Profile = null };

        await Write(new AccountChange(head));

        Assert.Equal(head, await Opened.Snapshot(Account).Head(Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_metric(bool all)
    {
        var metric = AMetric(all);

        await Write(new AccountChange(Head) { Metric = metric });

        Assert.Equal(metric, await Opened.Snapshot(Account).Metric(MetricId, Cancellation));
        Assert.Equal([metric], await Opened.Snapshot(Account).Metrics(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task A_plan(PlanDuration duration, bool all)
    {
        var plan = new Plan(
            PlanId,
            new(Hex),
            AnyText,
            all ? AnyText : null,
            duration,
            "KWD",
            all
                ? [new(AMetric(true), Price(3), new(1.5m, ChargeBehavior.Prorate)), new(AMetric(false), Price(1), null)]
                : [],
            all ? ManyRecurring() : [],
            Fine
        );

        await Write(new AccountChange(Head) { Plan = plan });

        Assert.Equivalent(plan, await Opened.Snapshot(Account).Plan(PlanId, Cancellation), strict: true);
        Assert.Equivalent(plan, Assert.Single(await Opened.Snapshot(Account).Plans(Cancellation)), strict: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_subscription(bool all)
    {
        var subscription = ASubscription() with
        {
            EndDate = all ? Fine.AddDays(400) : null,
            AutoRenew = all,
            IsNew = !all,
            Filters = all ? [new("a", AnyText), new(AnyText, "")] : [],
            Metadata = all ? "{\"a\":1}" : "{}",
            Prepaid = all ? [Prepaid(tiers: 3, segments: 2), Prepaid(tiers: 1, segments: 0)] : [],
            Metered = all ? [MetricId, new(RoutedHex.Mint(Account.Route, World.Start, 10))] : [],
            RecurringCharges = all ? ManyRecurring() : [],
            Period = all ? new(3, Fine, Fine.AddDays(31), Fine.AddDays(30)) : null,
            Closed = all,
            Waiting = all ? [ChargeId] : [],
        };

        await Write(new AccountChange(Head) { Subscription = subscription });

        Assert.Equivalent(subscription, await Read(), strict: true);

        var changed = subscription with { Closed = !all, Period = null };
        await Write(
            new AccountChange(Head with { Version = 2 }) { Subscription = changed },
            "req_2",
            async snapshot =>
            {
                await snapshot.Head(Cancellation);
                Assert.Single(await snapshot.Subscriptions(Cancellation));
            }
        );
        Assert.Equivalent(changed, await Read(), strict: true);

        async Task<Subscription?> Read() => await Opened.Snapshot(Account).Subscription(SubscriptionId, Cancellation);
    }

    [Fact]
    public async Task The_largest_subscription()
    {
        // As many components, tiers and changes within a period as there may be, with numbers as long as they may be.
        var subscription = ASubscription() with
        {
            Prepaid = [.. Enumerable.Range(0, 20).Select(_ => Prepaid(50, PrepaidComponent.MaxSegments))],
            Waiting = [.. Enumerable.Range(0, 500).Select(n => new ChargeId(RoutedHex.Mint(Account.Route, Fine, n)))],
        };

        await Write(new AccountChange(Head) { Subscription = subscription });

        var read = await Opened.Snapshot(Account).Subscription(SubscriptionId, Cancellation);
        Assert.Equal(subscription.Waiting, read!.Waiting);
        Assert.All(read.Prepaid, component => Assert.Equal(subscription.Prepaid[0].Segments, component.Segments));
        Assert.All(read.Prepaid, component => Assert.Equal(subscription.Prepaid[0].Price.Tiers, component.Price.Tiers));
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task A_charge_and_what_it_owes(ChargeStatus status)
    {
        var all = status is not ChargeStatus.Waiting;
        var charge = new Charge(
            ChargeId,
            SubscriptionId,
            "USD",
            all ? ManyLines() : [],
            all ? [.. Enumerable.Repeat(new ChargeId(Hex), Charge.MaxTaken)] : [],
            status,
            all ? InvoiceId : null,
            all ? AnyText : null,
            Fine
        );

        await Write(new AccountChange(Head) { Charges = [charge], Owed = ChargeId });

        Assert.Equivalent(charge, await Opened.Snapshot(Account).Charge(ChargeId, Cancellation), strict: true);
        Assert.True(await Opened.Snapshot(Account).IsOwed(ChargeId, Cancellation));

        await Write(
            new AccountChange(Head with { Version = 2 }) { Settled = ChargeId },
            "req_2",
            async snapshot =>
            {
                await snapshot.Head(Cancellation);
                await snapshot.IsOwed(ChargeId, Cancellation);
            }
        );
        Assert.False(await Opened.Snapshot(Account).IsOwed(ChargeId, Cancellation));
        Assert.Equivalent(charge, await Opened.Snapshot(Account).Charge(ChargeId, Cancellation), strict: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_invoice_and_its_number(bool all)
    {
        var invoice = new Invoice(
            InvoiceId,
            all ? 999_999_999 : 1,
            "JPY",
            all ? ManyLines() : [Line(BillingType.OneTime, null)],
            all ? SubscriptionId : null,
            Fine,
            all ? Fine.AddDays(1) : null
        );

        await Write(new AccountChange(Head) { Invoice = invoice });

        Assert.Equivalent(invoice, await Opened.Snapshot(Account).Invoice(InvoiceId, Cancellation), strict: true);
        Assert.Equal(InvoiceId, await Opened.Snapshot(Account).InvoiceOf(invoice.Sequence, Cancellation));
        Assert.Null(await Opened.Snapshot(Account).InvoiceOf(invoice.Sequence - 1, Cancellation));

        // Paid: its number stays as it is.
        var paid = invoice with
        {
            PaidAt = Fine.AddDays(2),
        };
        await Write(
            new AccountChange(Head with { Version = 2 }) { Invoice = paid },
            "req_2",
            async snapshot =>
            {
                await snapshot.Head(Cancellation);
                Assert.Single(await snapshot.Invoices(Cancellation));
            }
        );
        Assert.Equivalent(paid, await Opened.Snapshot(Account).Invoice(InvoiceId, Cancellation), strict: true);
    }

    private static Metric AMetric(bool all) => new(MetricId, AnyText, "event", "sum", all ? AnyText : null, Fine);

    private static Subscription ASubscription() =>
        new()
        {
            Id = SubscriptionId,
            Plan = PlanId,
            PlanVersion = new(Hex),
            PlanName = AnyText,
            Currency = "USD",
            Anchor = new(Fine, PlanDuration.Yearly, "Europe/Zurich"),
            EndDate = null,
            AutoRenew = true,
            IsNew = true,
            Filters = [],
            Metadata = "{}",
            Prepaid = [],
            Metered = [],
            RecurringCharges = [],
        };

    private static PrepaidComponent Prepaid(int tiers, int segments) =>
        new(
            MetricId,
            AnyText,
            Price(tiers),
            ChargeBehavior.Prorate,
            ExactDecimal.Largest,
            [.. Enumerable.Range(0, segments).Select(n => new UnitSegment(ExactDecimal.Largest - n, Fine.AddTicks(n)))],
            ExactDecimal.Largest
        );

    private static PriceTiers Price(int tiers) =>
        new(
            [
                .. Enumerable
                    .Range(1, tiers)
                    .Select(tier => new Tier(
                        (TierType)(tier % 3),
                        ExactDecimal.Largest - 100 + tier,
                        tier == tiers ? null : ExactDecimal.Largest - 99 + tier,
                        ExactDecimal.Largest / tier,
                        0.0000000001m,
                        (BatchRounding)(tier % 4)
                    )),
            ],
            Bulk: tiers == 1
        );

    private static ImmutableArray<RecurringCharge> ManyRecurring() =>
        [
            new(AnyText, 0m, ChargeTiming.InAdvance, ChargeBehavior.Full),
            new("b", ExactDecimal.Largest, ChargeTiming.InArrears, ChargeBehavior.Prorate),
        ];

    private static ImmutableArray<ChargeLine> ManyLines() =>
        [.. Enum.GetValues<BillingType>().Select(type => Line(type, 0.5m))];

    private static ChargeLine Line(BillingType type, decimal? quantity) =>
        new(AnyText, Fine, Fine.AddDays(31), quantity, type, -ExactDecimal.Largest);
}

public sealed class BillingRowsInMemoryTests : BillingRowsTests
{
    protected override Task<World> Open() => World.InMemory(Cancellation);
}

public sealed class BillingRowsOnAzuriteTests(AzuriteServer azurite) : BillingRowsTests
{
    protected override Task<World> Open() => World.In(azurite.NewStorage().Tables, Cancellation);
}
