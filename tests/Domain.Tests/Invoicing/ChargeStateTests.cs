using Drawdown.Domain.Accounts;
using Drawdown.Domain.Invoicing;

namespace Drawdown.Domain.Tests.Invoicing;

public sealed class ChargeStateTests
{
    [Fact]
    public void A_charge_whose_message_was_given_up_has_failed_and_owes_no_message()
    {
        var charge = Given.Charge(1, 10m);

        Assert.Equal(
            new AccountChange(Given.Head with { Version = Given.Head.Version + 1 }) { Settled = charge.Id },
            InvoiceDecisions.Fail(Given.Head, charge, "Storage was down")! with
            {
                Charges = [],
            }
        );
        Assert.Equal(
            charge with
            {
                Status = ChargeStatus.Failed,
                FailureReason = "Storage was down",
            },
            Assert.Single(InvoiceDecisions.Fail(Given.Head, charge, "Storage was down")!.Charges)
        );
    }

    [Theory]
    [InlineData(ChargeStatus.Waiting)]
    [InlineData(ChargeStatus.Invoiced)]
    [InlineData(ChargeStatus.Failed)]
    public void Only_a_charge_that_is_on_its_way_can_fail(ChargeStatus status) =>
        Assert.Null(InvoiceDecisions.Fail(Given.Head, Given.Charge(1, 10m) with { Status = status }, "Too late"));

    [Theory]
    [InlineData(ChargeStatus.Failed)]
    [InlineData(ChargeStatus.Queued)]
    public void A_charge_that_failed_or_is_on_its_way_is_sent_again(ChargeStatus status)
    {
        var charge = Given.Charge(1, 10m) with { Status = status, FailureReason = "Storage was down" };

        var change = InvoiceDecisions.Retry(Given.Head, charge).Accepted();

        Assert.Equal(charge with { Status = ChargeStatus.Queued, FailureReason = null }, Assert.Single(change.Charges));
        Assert.Equal(charge.Id, change.Owed);
        Assert.Null(change.Settled);
        Assert.Equal(Given.Head with { Version = Given.Head.Version + 1 }, change.Head);
    }

    [Fact]
    public void A_charge_that_is_on_an_invoice_is_not_sent_again()
    {
        var invoice = Invoice.IdFor(Given.Head.Route, "any");
        var charge = Given.Charge(1, 10m) with { Status = ChargeStatus.Invoiced, Invoice = invoice };

        Assert.Equal(
            $"The charge is on the invoice {invoice}.",
            InvoiceDecisions.Retry(Given.Head, charge).Refused<AccountChange, Refusal.InvalidState>().Detail
        );
    }

    [Fact]
    public void A_charge_that_waits_is_not_sent() =>
        Assert.Equal(
            "The charge waits for the next invoice.",
            InvoiceDecisions
                .Retry(Given.Head, Given.Charge(1, 10m) with { Status = ChargeStatus.Waiting })
                .Refused<AccountChange, Refusal.InvalidState>()
                .Detail
        );

    [Fact]
    public void A_charge_that_failed_and_was_sent_again_is_on_one_invoice_however_often_it_is_delivered()
    {
        var account = new Account { Now = Given.April };
        account.Subscribe(Given.Request(Given.Plan(Given.Prepaid())));
        var id = Assert.Single(account.Owed);
        account.Commit(InvoiceDecisions.Fail(account.Head, account[id], "Storage was down"));
        Assert.Empty(account.Owed);
        account.Commit(InvoiceDecisions.Retry(account.Head, account[id]).Accepted());
        Assert.Equal([id], account.Owed);
        account.Commit(InvoiceDecisions.Retry(account.Head, account[id]).Accepted());
        Assert.Equal([id], account.Owed);

        Assert.NotNull(account.Deliver(id));
        Assert.Null(account.Deliver(id));
        Assert.Null(InvoiceDecisions.Fail(account.Head, account[id], "Given up"));
        Assert.Single(account.Invoices);
    }
}
