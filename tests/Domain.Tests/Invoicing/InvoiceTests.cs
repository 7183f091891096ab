using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Invoicing;

namespace Drawdown.Domain.Tests.Invoicing;

public sealed class InvoiceTests
{
    [Fact]
    public void An_invoice_is_for_the_time_from_its_first_lines_start_to_its_last_lines_end()
    {
        var invoice = Of(
            Given.Line(1m) with
            {
                Start = Given.Day(2),
                End = Given.Day(3),
            },
            Given.Line(1m) with
            {
                Start = Given.Day(1),
                End = Given.Day(2),
            }
        );

        Assert.Equal((Given.Day(1), Given.Day(3)), (invoice.Start, invoice.End));
    }

    [Fact]
    public void An_invoices_amount_is_the_sum_of_its_lines() =>
        Assert.Equal(6.75m, Of(Given.Line(10m), Given.Line(0.25m), Given.Line(-3.5m)).Amount);

    [Theory]
    [InlineData(1, "-000001")]
    [InlineData(999_999, "-999999")]
    [InlineData(1_000_000, "-1000000")]
    public void An_invoices_number_leads_to_its_customer(long sequence, string number) =>
        Assert.Equal($"{Given.Head.Route}{number}", (Of(Given.Line(1m)) with { Sequence = sequence }).Number);

    [Fact]
    public void An_unpaid_invoice_is_paid_once_and_stays_paid()
    {
        var unpaid = Of(Given.Line(1m));

        var change = Pay(unpaid, paid: true, Given.Day(1)).Accepted()!;

        Assert.Equal(unpaid with { PaidAt = Given.Day(1) }, change.Invoice);
        Assert.Equal(Given.Head with { Version = Given.Head.Version + 1 }, change.Head);
        Assert.Null(Pay(change.Invoice!, paid: true, Given.Day(2)).Accepted());
        Assert.Equal(
            "A paid invoice stays paid.",
            Pay(change.Invoice!, paid: false, Given.Day(2)).Refused<AccountChange?, Refusal.InvalidState>().Detail
        );
    }

    [Fact]
    public void An_unpaid_invoice_that_is_said_to_be_unpaid_does_not_change() =>
        Assert.Null(Pay(Of(Given.Line(1m)), paid: false, Given.Now).Accepted());

    [Fact]
    public void A_credit_that_the_customer_pays_for_comes_with_an_unpaid_invoice()
    {
        var terms = Given.Terms(100m, effectiveAt: Given.Day(1), paid: 80m) with { AmountPaidCurrency = "EUR" };
        var head = Given.Head with { LastInvoice = 6 };
        var granted = CreditDecisions.Grant(head, Given.CreditId(), terms, Given.By(Given.Now)).Accepted();

        var change = InvoiceDecisions.WithGrantInvoice(granted.Change!, granted.Credit);

        var invoice = change.Invoice!;
        Assert.Equal(
            [new ChargeLine("Credit Grant", Given.Day(1), Given.Day(1), null, BillingType.OneTime, 80m)],
            invoice.Lines
        );
        Assert.Equal(
            (7L, "EUR", Given.Now, null, null),
            (invoice.Sequence, invoice.Currency, invoice.IssuedAt, invoice.Subscription, invoice.PaidAt)
        );
        Assert.Equal(Invoice.IdFor(head.Route, granted.Credit.Id.ToString()), invoice.Id);
        Assert.Equal(granted.Head with { LastInvoice = 7 }, change.Head);
        Assert.Equal(granted.Change! with { Head = change.Head, Invoice = invoice, Credits = change.Credits }, change);
        Assert.Equal(granted.Credit, Assert.Single(change.Credits));
    }

    private static Invoice Of(params ChargeLine[] lines) =>
        new(Invoice.IdFor(Given.Head.Route, "any"), 1, "USD", [.. lines], Given.SubscriptionId(), Given.Now, null);

    private static Outcome<AccountChange?> Pay(Invoice invoice, bool paid, DateTimeOffset now) =>
        InvoiceDecisions.Pay(Given.Head, invoice, paid, now);
}
