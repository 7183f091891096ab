using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Ledger;
using Drawdown.Domain.Money;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Invoicing;

public sealed class ProcessInvoiceTests
{
    private readonly Account _account = new();

    [Fact]
    public void Without_credits_the_whole_charge_is_due()
    {
        var charge = Given.Charge(1, 10m, 2.5m);

        var change = Process(charge)!;

        var invoice = change.Invoice!;
        Assert.Equal(charge.Lines, invoice.Lines);
        Assert.Equal(12.5m, invoice.Amount);
        Assert.Null(invoice.PaidAt);
        Assert.Equal(
            (1L, "USD", Given.SubscriptionId(), Given.Now),
            (invoice.Sequence, invoice.Currency, invoice.Subscription, invoice.IssuedAt)
        );
        Assert.Equal(
            charge with
            {
                Status = ChargeStatus.Invoiced,
                Invoice = invoice.Id,
            },
            Assert.Single(change.Charges)
        );
        Assert.Equal(charge.Id, change.Settled);
        Assert.Empty(change.Credits);
        Assert.Empty(change.Entries);
        Assert.Equal(Given.Head with { Version = Given.Head.Version + 1, LastInvoice = 1 }, change.Head);
    }

    [Fact]
    public void Credits_that_cover_a_part_leave_the_rest_due()
    {
        var credit = _account.Grant(4m);

        var change = Process(Given.Charge(1, 10m))!;

        Assert.Equal(6m, change.Invoice!.Amount);
        Assert.Null(change.Invoice.PaidAt);
        var applied = change.Invoice.Lines[^1];
        Assert.Equal(
            ("Applied credit", -4m, null, BillingType.OneTime),
            (applied.Name, applied.Amount, applied.Quantity, applied.Billing)
        );
        Assert.Equal((credit, 0m, 4m), (change.Credits[0].Id, change.Credits[0].Remaining, change.Credits[0].Drawn));
        var entry = Assert.Single(change.Entries);
        Assert.Equal(
            (EntryType.Drawdown, credit, -4m, 0m, null, Given.Now),
            (entry.Type, entry.Credit, entry.Amount, entry.BalanceAfter, entry.Drawdown, entry.EffectiveAt)
        );
        Assert.Equal($"Applied to invoice {change.Invoice.Id}", entry.Reason);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(25)]
    public void Credits_that_cover_everything_pay_the_invoice(int amount)
    {
        _account.Grant(amount);

        var change = Process(Given.Charge(1, 10m))!;

        Assert.Equal(0m, change.Invoice!.Amount);
        Assert.Equal(Given.Now, change.Invoice.PaidAt);
        Assert.Equal([10m, -10m], change.Invoice.Lines.Select(line => line.Amount));
        Assert.Equal(amount - 10m, Assert.Single(change.Credits).Remaining);
    }

    [Fact]
    public void A_charge_of_nothing_is_paid_and_draws_nothing()
    {
        _account.Grant(5m);

        var change = Process(Given.Charge(1, 0m))!;

        Assert.Equal(Given.Now, change.Invoice!.PaidAt);
        Assert.Equal([0m], change.Invoice.Lines.Select(line => line.Amount));
        Assert.Empty(change.Credits);
        Assert.Empty(change.Entries);
    }

    [Fact]
    public void Credits_that_cannot_be_spent_are_not_touched()
    {
        _account.Grant(5m, currency: "EUR");
        _account.Grant(5m, effectiveAt: Given.Now + Given.Tick);
        _account.Grant(5m, expiresAt: Given.Day(1));
        _account.Void(_account.Grant(5m));
        _account.Now = Given.Day(1);
        _account.Void(_account.Credits[1].Id);

        var change = Process(Given.Charge(1, 10m))!;

        Assert.Equal(10m, change.Invoice!.Amount);
        Assert.Empty(change.Credits);
    }

    [Fact]
    public void Credits_are_drawn_in_drawdown_order_and_the_last_one_in_part()
    {
        var never = _account.Grant(5m);
        var late = _account.Grant(5m, expiresAt: Given.Day(9));
        var soon = _account.Grant(5m, expiresAt: Given.Day(2));
        var paid = _account.Grant(5m, expiresAt: Given.Day(9), paid: 5m);

        var change = Process(Given.Charge(1, 17m))!;

        Assert.Equal([soon, paid, late, never], change.Entries.Select(entry => entry.Credit));
        Assert.Equal([-5m, -5m, -5m, -2m], change.Entries.Select(entry => entry.Amount));
        Assert.Equal([soon, paid, late, never], change.Credits.Select(credit => credit.Id));
        Assert.Equal([0m, 0m, 0m, 3m], change.Credits.Select(credit => credit.Remaining));
        Assert.Equal([17m, -17m], change.Invoice!.Lines.Select(line => line.Amount));
    }

    [Theory]
    [InlineData("USD", "10", "3.3333333333", "3.33")]
    [InlineData("USD", "10", "9.9999999999", "9.99")]
    [InlineData("USD", "10", "10.0000000001", "10")]
    [InlineData("USD", "10", "0.0099999999", "0")]
    [InlineData("JPY", "100", "0.9", "0")]
    [InlineData("JPY", "100", "99.5", "99")]
    [InlineData("KWD", "1", "0.3339", "0.333")]
    public void Credits_are_applied_in_whole_coins_so_that_the_rest_can_be_paid(
        string currency,
        string total,
        string credit,
        string applied
    )
    {
        _account.Grant(ExactDecimal.Parse(credit), currency);

        var change = Process(Given.Charge(1, ExactDecimal.Parse(total)) with { Currency = currency })!;

        Assert.Equal(ExactDecimal.Parse(total) - ExactDecimal.Parse(applied), change.Invoice!.Amount);
        Assert.Equal(-ExactDecimal.Parse(applied), change.Entries.Sum(entry => entry.Amount));
        Assert.Equal(applied == "0" ? 1 : 2, change.Invoice.Lines.Length);
    }

    [Fact]
    public void Two_halves_of_a_coin_are_a_whole_one()
    {
        _account.Grant(0.005m);
        _account.Grant(0.005m);

        var change = Process(Given.Charge(1, 10m))!;

        Assert.Equal(9.99m, change.Invoice!.Amount);
        Assert.Equal([0m, 0m], change.Credits.Select(credit => credit.Remaining));
    }

    [Fact]
    public void Waiting_charges_that_are_taken_are_on_the_invoice_and_their_lines_after_the_charges_own()
    {
        _account.Grant(1m);
        var taken = new[] { Waiting(2, 3m), Waiting(3, 4m) };
        var charge = Given.Charge(1, 10m) with { Takes = [.. taken.Select(waiting => waiting.Id)] };

        var change = Process(charge, taken)!;

        Assert.Equal([10m, 3m, 4m, -1m], change.Invoice!.Lines.Select(line => line.Amount));
        Assert.Equal(16m, change.Invoice.Amount);
        Assert.Equal([charge.Id, taken[0].Id, taken[1].Id], change.Charges.Select(one => one.Id));
        Assert.All(
            change.Charges,
            one => Assert.Equal((ChargeStatus.Invoiced, change.Invoice.Id), (one.Status, one.Invoice))
        );
        Assert.Equal(charge.Id, change.Settled);
    }

    [Theory]
    [InlineData(-90)]
    [InlineData(90)]
    public void Applied_credits_do_not_change_the_time_that_the_invoice_is_for(int days)
    {
        _account.Now = Given.April.AddDays(days);
        _account.Grant(4m);

        var invoice = Process(Given.Charge(1, 10m))!.Invoice!;

        Assert.Equal((Given.April, Given.Utc(2026, 5, 1)), (invoice.Start, invoice.End));
    }

    [Fact]
    public void Credits_are_applied_to_all_lines_for_the_time_of_all_lines()
    {
        _account.Grant(100m);
        var late = Given.Line(2.5m) with { Start = Given.April.AddDays(10), End = Given.Utc(2026, 6, 1) };
        var charge = Given.Charge(1, 10m) with { Lines = [Given.Line(10m), late] };

        var invoice = Process(charge)!.Invoice!;

        Assert.Equal((0m, Given.Now), (invoice.Amount, invoice.PaidAt));
        var applied = invoice.Lines[^1];
        Assert.Equal((-12.5m, Given.April, Given.Utc(2026, 6, 1)), (applied.Amount, applied.Start, applied.End));
    }

    [Fact]
    public void The_invoice_of_a_charge_never_gets_another_id() =>
        Assert.Equal("invoice_86190699f7a707fbb774f798a7171633", Process(Given.Charge(1, 10m))!.Invoice!.Id.ToString());

    [Fact]
    public void A_second_delivery_changes_nothing()
    {
        var invoiced = Process(Given.Charge(1, 10m))!.Charges[0];

        Assert.Null(Process(invoiced));
    }

    [Fact]
    public void A_charge_that_waits_for_another_is_not_invoiced_by_itself() => Assert.Null(Process(Waiting(1, 10m)));

    [Fact]
    public void A_charge_that_was_given_up_is_invoiced_when_its_message_comes_after_all()
    {
        var failed = InvoiceDecisions.Fail(Given.Head, Given.Charge(1, 10m), "Storage was down")!.Charges[0];

        var charge = Assert.Single(Process(failed)!.Charges);

        Assert.Equal(ChargeStatus.Invoiced, charge.Status);
        Assert.Null(charge.FailureReason);
    }

    [Fact]
    public void The_same_charge_always_makes_the_same_invoice_and_another_one_another()
    {
        var id = Process(Given.Charge(1, 10m))!.Invoice!.Id;
        _account.Grant(4m);
        _account.Now = Given.Day(3);

        Assert.Equal(id, Process(Given.Charge(1, 10m))!.Invoice!.Id);
        Assert.Equal(Invoice.IdFor(Given.Head.Route, Given.ChargeId(1).ToString()), id);
        Assert.NotEqual(id, Process(Given.Charge(2, 10m))!.Invoice!.Id);
        Assert.Equal(Given.Head.Route, id.Hex.Account);
    }

    [Fact]
    public void Invoices_are_numbered_without_gaps_in_the_order_in_which_they_are_made()
    {
        var account = new Account { Now = Given.Utc(2026, 12, 1) };
        var id = account.Subscribe(Given.Request(Given.Plan(Given.Prepaid())));
        account.CatchUp(id);
        // The queue delivers in any order, and more than once.
        var charges = account.Owed.Reverse().ToList();
        foreach (var charge in charges.Concat(charges))
            account.Deliver(charge);

        Assert.Equal(9, account.Invoices.Count);
        Assert.Equal(9, account.Head.LastInvoice);
        Assert.Equal(
            Enumerable.Range(1, 9).Select(sequence => $"{Given.Head.Route}-{sequence:d6}"),
            account.Invoices.Select(invoice => invoice.Number)
        );
        Assert.Equal(
            charges,
            account.Invoices.Select(invoice => account.Charges.Single(one => one.Invoice == invoice.Id).Id)
        );
        Assert.Empty(account.Owed);
    }

    [Fact]
    public void More_credits_than_one_operation_touches_leave_the_rest_due()
    {
        for (var n = 0; n < 50; n++)
            _account.Grant(1m);

        var change = Process(Given.Charge(1, 50m))!;

        Assert.Equal(CreditDecisions.MaxCreditsPerOperation, change.Credits.Length);
        Assert.Equal(5m, change.Invoice!.Amount);
        Assert.Null(change.Invoice.PaidAt);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(39)]
    [InlineData(Charge.MaxTaken)]
    public void The_rows_of_an_invoice_fit_into_one_transaction_however_many_charges_and_credits_there_are(int count)
    {
        for (var n = 0; n < 60; n++)
            _account.Grant(1m);
        var taken = Enumerable.Range(2, count).Select(n => Waiting(n, 1m)).ToList();
        var charge = Given.Charge(1, 100m) with { Takes = [.. taken.Select(waiting => waiting.Id)] };

        var change = Process(charge, taken)!;

        // A hundred, less the three that are kept free.
        Assert.InRange(Account.RowsOf(change), 90, 97);
        Assert.InRange(change.Credits.Length, 25, CreditDecisions.MaxCreditsPerOperation);
        Assert.Equal(100m + count - change.Credits.Length, change.Invoice!.Amount);
    }

    [Fact]
    public void The_ledger_proves_itself_after_any_invoices()
    {
        var cases =
            from grants in Gen.ListOf(Gen.Choose(1, 5000))
            from bills in Gen.ListOf(Gen.Choose(0, 9000))
            select (Grants: grants, Bills: bills);

        Law.HoldsFor(
            cases,
            c =>
            {
                var account = new Account { Now = Given.April };
                foreach (var cents in c.Grants)
                    account.Grant(cents / 100m);
                var credits = c.Grants.Sum(cents => cents / 100m);
                foreach (var (n, cents) in c.Bills.Index())
                {
                    var plan = Given.Plan(n, []) with { RecurringCharges = [Given.Recurring("Fee", cents / 100m)] };
                    account.Subscribe(Given.Request(plan));
                    var invoice = Assert.Single(account.DeliverAll());

                    var applied = Math.Min(credits, cents / 100m);
                    credits -= applied;
                    Assert.Equal(cents / 100m - applied, invoice.Amount);
                    Assert.Equal(invoice.Amount == 0m, invoice.PaidAt is not null);
                }
                Assert.Equal(credits, account.Credits.Sum(credit => credit.Remaining));
                Assert.Empty(account.Audit().Faults);
            }
        );
    }

    private static Charge Waiting(int n, decimal amount) =>
        Given.Charge(n, amount) with
        {
            Status = ChargeStatus.Waiting,
        };

    private AccountChange? Process(Charge charge, params IReadOnlyCollection<Charge> taken) =>
        InvoiceDecisions.Process(_account.Head, charge, taken, _account.Credits, Given.By(_account.Now));
}
