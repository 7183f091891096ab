using Drawdown.Oracle;

namespace Drawdown.Simulation;

/// <summary>Subscriptions, prepaid units, invoices and charges.</summary>
public sealed class BillingWorkload(IReadOnlyList<Plan> plans) : Workload
{
    /// <summary>The plans of every run: full and prorated, in tiers, in batches and in bulk, with fees of all kinds.</summary>
    public static IReadOnlyList<Plan> Plans(string metric) =>
        [
            new(
                "",
                metric,
                "Seats",
                1,
                15m,
                Prorate: false,
                Bulk: false,
                [new(0m, 10m, 0m, 1), new(10m, null, 1m, 1)],
                [
                    new("Base fee", 100m, InAdvance: true, Prorate: false),
                    new("Support", 7.5m, InAdvance: false, Prorate: false),
                ]
            ),
            new(
                "",
                metric,
                "Seats",
                1,
                10m,
                Prorate: true,
                Bulk: false,
                [new(0m, 20m, 1.37m, 1), new(20m, null, 0.905m, 3)],
                [new("Base fee", 31m, InAdvance: true, Prorate: true)]
            ),
            new(
                "",
                metric,
                "Seats",
                3,
                3m,
                Prorate: true,
                Bulk: true,
                [new(0m, 10m, 2.5m, 1), new(10m, null, 1.999m, 1)],
                [new("Support", 10m, InAdvance: false, Prorate: true)]
            ),
        ];

    /// <inheritdoc/>
    public override Command Next(IReadOnlyList<Book> books, DateTimeOffset now, Chance chance)
    {
        var book = chance.Percent(70) ? books[0] : chance.Pick(books);
        if (book.Subscriptions.Count == 0 || chance.Percent(10))
            return Subscribe(book, now, chance);
        var subscription = chance.Pick(book.Subscriptions);
        return chance.Weighted((50, 0), (6, 1), (6, 2), (6, 3), (6, 4), (6, 5)) switch
        {
            1 when book.Invoices.Count > 0 => new PayInvoice(chance.Pick(book.Invoices).Id, chance.Percent(85)),
            2 when book.Charges.Count > 0 => new RetryCharge(
                (book.Charges.Find(charge => charge.Status == "failed") ?? chance.Pick(book.Charges)).Id
            ),
            3 => new ListInvoices(book.Customer),
            4 => new ListCharges(book.Customer),
            5 => new GetSubscription(subscription.Id),
            _ => new ChangeUnits(
                subscription.Id,
                subscription.Plan.Metric,
                chance.Weighted((8, chance.Between(0, 40)), (1, chance.Between(0, 80) / 2m), (1, subscription.Units)),
                chance.Percent(65)
            ),
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Command> Finally(Book book, DateTimeOffset now)
    {
        if (plans.Count == 0)
            yield break;
        yield return new ListInvoices(book.Customer);
        yield return new ListCharges(book.Customer);
        foreach (var subscription in book.Subscriptions)
            yield return new GetSubscription(subscription.Id);
    }

    /// <inheritdoc/>
    public override IEnumerable<DateTimeOffset> Moments(Book book) =>
        book.Subscriptions.Select(subscription => subscription.Next).OfType<DateTimeOffset>();

    private Subscribe Subscribe(Book book, DateTimeOffset now, Chance chance)
    {
        var start = chance.Weighted(
            (5, now),
            (2, now + TimeSpan.FromMilliseconds(chance.Between(1, 2000))),
            (3, now - TimeSpan.FromHours(chance.Between(1, 1500))),
            // A day that not every month has, in an hour that one night in March has not.
            (2, new DateTimeOffset(now.Year, 1, 31, 1, 30, 0, TimeSpan.Zero)),
            (1, now + TimeSpan.FromDays(chance.Between(1, 40)))
        );
        return new(
            book.Customer,
            chance.Pick(plans),
            start,
            chance.Percent(25) ? start + TimeSpan.FromHours(chance.Between(-5, 2500)) : null,
            chance.Percent(75),
            chance.Percent(50) ? chance.Between(0, 40) : null
        );
    }
}
