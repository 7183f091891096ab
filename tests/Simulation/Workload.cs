using Drawdown.Oracle;

namespace Drawdown.Simulation;

/// <summary>
/// What clients of one side of the API ask for: requests that make sense in the present state, and some that do not. Another
/// side of the API is another workload, with commands and a book of its own.
/// </summary>
public abstract class Workload
{
    /// <summary>The next request.</summary>
    public abstract Command Next(IReadOnlyList<Book> books, DateTimeOffset now, Chance chance);

    /// <summary>What is read at the end, when everything has come to rest.</summary>
    public abstract IEnumerable<Command> Finally(Book book, DateTimeOffset now);

    /// <summary>When something is going to happen: the instants at which mistakes hide.</summary>
    public abstract IEnumerable<DateTimeOffset> Moments(Book book);
}

/// <summary>Customers, credits and drawdowns.</summary>
/// <param name="crowded">Everybody draws on one account at the same time.</param>
public sealed class CreditWorkload(bool crowded) : Workload
{
    private static readonly string[] Customers = ["ada", "bob", "eve"];
    private static readonly string[] Currencies = ["USD", "USD", "USD", "EUR", "JPY"];
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York"];
    private static readonly decimal[] Amounts =
    [
        1m,
        2.5m,
        7m,
        10m,
        10m,
        33.33m,
        50m,
        100m,
        0.01m,
        0.0000000001m,
        12.3456789m,
    ];

    /// <inheritdoc/>
    public override Command Next(IReadOnlyList<Book> books, DateTimeOffset now, Chance chance)
    {
        if (books.Count == 0 || chance.Percent(3))
            return new CreateCustomer(chance.Pick(Customers), "USD", chance.Pick(Zones));
        // Mostly one customer: what many do to one account is what goes wrong.
        var book = chance.Percent(crowded ? 95 : 60) ? books[0] : chance.Pick(books);
        var customer = chance.Percent(2) ? "nobody" : book.Customer;
        var kind = chance.Weighted(
            (26, Kind.Grant),
            (crowded ? 60 : 30, Kind.Draw),
            (9, Kind.Reverse),
            (4, Kind.Void),
            (8, Kind.Update),
            (5, Kind.Get),
            (4, Kind.List),
            (crowded ? 25 : 7, Kind.Balance),
            (4, Kind.Ledger),
            (3, Kind.Verify)
        );
        switch (kind)
        {
            case Kind.Grant:
                return Grant(customer, now, chance);
            case Kind.List:
                return new ListCredits(
                    customer,
                    chance.Percent(30) ? chance.Pick(Currencies) : null,
                    chance.Percent(40) ? chance.Pick(["active", "inactive"]) : null
                );
            case Kind.Balance:
                return new GetBalance(
                    customer,
                    chance.Percent(50) ? Near(now, chance) : null,
                    chance.Percent(30) ? chance.Pick(Currencies) : null
                );
            case Kind.Ledger:
                return new GetLedger(customer);
            case Kind.Verify:
                return new VerifyLedger(customer);
            case Kind.Draw:
                return Draw(book, customer, now, chance);
            case Kind.Reverse when book.Drawdowns.Count > 0:
                return new Reverse(chance.Pick(book.Drawdowns).Id, chance.Percent(50) ? "Wrong order" : null);
            default:
                if (book.Credits.Count == 0)
                    return Grant(customer, now, chance);
                var credit = Recent(book.Credits, chance).Id;
                return kind switch
                {
                    Kind.Void => new VoidCredit(credit),
                    Kind.Update => Update(credit, now, chance),
                    _ => new GetCredit(credit),
                };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Command> Finally(Book book, DateTimeOffset now)
    {
        yield return new ListCredits(book.Customer, null, null);
        yield return new GetLedger(book.Customer);
        yield return new VerifyLedger(book.Customer);
        yield return new GetBalance(book.Customer, null, null);
        foreach (var line in book.Lines.TakeLast(6))
            yield return new GetBalance(book.Customer, line.EffectiveAt, null);
    }

    /// <inheritdoc/>
    public override IEnumerable<DateTimeOffset> Moments(Book book) =>
        book.Credits.SelectMany(credit =>
            credit.ExpiresAt is { } expiry ? new[] { credit.EffectiveAt, expiry } : [credit.EffectiveAt]
        );

    private static GrantCredit Grant(string customer, DateTimeOffset now, Chance chance)
    {
        var amount = chance.Pick(Amounts);
        // Equal expiries and equal cost bases, so that every part of the order of drawdown decides sometimes.
        var paid = chance.Weighted((6, 0m), (2, amount), (1, amount / 2m), (1, amount * 2m));
        return new(
            customer,
            amount,
            chance.Pick(Currencies),
            chance.Percent(40) ? "Welcome" : null,
            chance.Weighted<DateTimeOffset?>(
                (80, null),
                (10, now + TimeSpan.FromMilliseconds(chance.Between(-2000, 3000))),
                (5, Hour(now)),
                (5, now + TimeSpan.FromDays(chance.Between(-40, 5)))
            ),
            Expiry(now, chance),
            decimal.Round(paid, 10),
            chance.Percent(15) ? $"ext-{chance.Below(12)}" : null
        );
    }

    private Draw Draw(Book book, string customer, DateTimeOffset now, Chance chance)
    {
        var credit = book.Credits.Count > 0 && chance.Percent(15) ? Recent(book.Credits, chance) : null;
        var currency = credit is not null && chance.Percent(90) ? credit.Currency : chance.Pick(Currencies);
        // All that there is: then nothing is left for whoever comes at the same time.
        var all = chance.Percent(crowded ? 60 : 25) && credit is null ? book.SpendableOf(currency, now) : 0m;
        return new(
            customer,
            all > 0m ? all
                : chance.Percent(70) ? chance.Pick(Amounts)
                : chance.Between(1, 200),
            currency,
            credit?.Id,
            chance.Percent(40) ? "Order" : null,
            chance.Percent(15) ? $"ext-{chance.Below(12)}" : null
        );
    }

    private static UpdateCredit Update(string credit, DateTimeOffset now, Chance chance)
    {
        var setsExpiry = chance.Percent(70);
        return new(
            credit,
            !setsExpiry || chance.Percent(40),
            chance.Percent(70) ? $"Note {chance.Below(3)}" : null,
            setsExpiry,
            setsExpiry ? Expiry(now, chance) : null
        );
    }

    private static DateTimeOffset? Expiry(DateTimeOffset now, Chance chance) =>
        chance.Weighted<DateTimeOffset?>(
            (25, null),
            (10, now + TimeSpan.FromMilliseconds(chance.Between(1, 60))),
            (20, now + TimeSpan.FromMilliseconds(chance.Between(1, 3000))),
            (15, now + TimeSpan.FromSeconds(chance.Between(3, 900))),
            (15, Hour(now) + TimeSpan.FromHours(chance.Between(1, 3))),
            (15, now + TimeSpan.FromDays(chance.Between(1, 60))),
            (5, now - TimeSpan.FromMilliseconds(chance.Between(0, 2000)))
        );

    private static DateTimeOffset Near(DateTimeOffset now, Chance chance) =>
        now
        + chance.Weighted(
            (4, TimeSpan.FromMilliseconds(chance.Between(-3000, 3000))),
            (2, TimeSpan.FromMinutes(chance.Between(-30, 30))),
            (2, TimeSpan.FromDays(chance.Between(-40, 40)))
        );

    private static DateTimeOffset Hour(DateTimeOffset now) =>
        new(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);

    // Mostly one of the latest: what is long gone is asked for seldom.
    private static Credit Recent(List<Credit> credits, Chance chance) =>
        credits[
            chance.Percent(70)
                ? credits.Count - 1 - chance.Below(Math.Min(5, credits.Count))
                : chance.Below(credits.Count)
        ];

    private enum Kind
    {
        Grant,
        Draw,
        Reverse,
        Void,
        Update,
        Get,
        List,
        Balance,
        Ledger,
        Verify,
    }
}
