using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Tests.Subscriptions;

/// <summary>The laws of prepaid units, tried on random changes over several periods.</summary>
public sealed class PrepaidLawTests
{
    [Fact]
    public void After_every_change_exactly_what_is_due_has_been_charged_rounded_once() =>
        Law.HoldsFor(
            PrepaidScripts.All,
            script =>
                PrepaidHistory.Play(
                    script,
                    history =>
                    {
                        var component = Assert.Single(history.Subscription.Prepaid);
                        Assert.Equal(history.DueNow, component.Charged);
                        Assert.Equal(history.Due, history.Net);
                    }
                )
        );

    [Fact]
    public void In_the_end_every_charge_is_on_one_invoice_and_every_credit_that_was_drawn_is_too() =>
        Law.HoldsFor(
            PrepaidScripts.All,
            script =>
            {
                var history = PrepaidHistory.Play(script);
                history.Finish();
                var account = history.Account;

                Assert.Empty(history.Subscription.Waiting);
                Assert.Empty(account.Owed);
                Assert.All(account.Charges, charge => Assert.Equal(ChargeStatus.Invoiced, charge.Status));
                foreach (var invoice in account.Invoices)
                {
                    var charged = account.Charges.Where(charge => charge.Invoice == invoice.Id);
                    var drawn = account.Entries.Where(entry => entry.Reason == $"Applied to invoice {invoice.Id}");
                    Assert.Equal(
                        charged.Sum(charge => charge.Amount) + drawn.Sum(entry => entry.Amount),
                        invoice.Amount
                    );
                    Assert.True(invoice.Amount >= 0m);
                    Assert.Equal(invoice.Amount == 0m, invoice.PaidAt is not null);
                }
                Assert.Equal(
                    Enumerable.Range(1, account.Invoices.Count).Select(sequence => (long)sequence),
                    account.Invoices.Select(invoice => invoice.Sequence)
                );
                Assert.Equal(
                    history.Due,
                    account.Invoices.Sum(invoice => invoice.Amount) - account.Credits.Sum(credit => credit.Remaining)
                );
                Assert.Empty(account.Audit().Faults);
            }
        );

    [Fact]
    public void Changing_units_and_changing_them_back_at_once_costs_nothing() =>
        Law.HoldsFor(
            PrepaidScripts.All,
            script =>
            {
                var history = PrepaidHistory.Play(script);
                history.Account.CatchUp(history.Id);
                if (history.Subscription.StatusAt(history.Account.Now) is not SubscriptionStatus.Active)
                    return;
                var (units, charged) = (history.Subscription.Prepaid[0].Units, history.Subscription.Prepaid[0].Charged);
                var net = history.Net;

                history.Account.TryChangeUnits(history.Id, units / 2m).Accepted();
                history.Account.TryChangeUnits(history.Id, units).Accepted();

                Assert.Equal(net, history.Net);
                Assert.Equal(charged, history.Subscription.Prepaid[0].Charged);
            }
        );

    /// <summary>Laws that are never tried on the hard cases hold for nothing.</summary>
    [Fact]
    public void The_histories_reach_every_kind_of_answer()
    {
        Assert.SkipUnless(Law.Cap is null, "So few histories do not reach everything.");
        var answers = new List<string>();
        Law.HoldsFor(
            PrepaidScripts.All,
            script =>
            {
                var history = PrepaidHistory.Play(script);
                answers.AddRange(history.Answers);
                answers.Add($"period {Math.Min(history.Subscription.Period!.Index, 3)}");
                answers.Add($"segments {Math.Min(history.Subscription.Prepaid[0].Segments.Length, 3)}");
            },
            count: 200,
            seed: 1
        );

        foreach (
            var kind in new[]
            {
                "charged",
                "credited",
                "even",
                "unchanged",
                "refused",
                "period 0",
                "period 1",
                "period 3",
                "segments 1",
                "segments 3",
            }
        )
            Assert.True(answers.Count(kind.Equals) >= 10, $"'{kind}' is reached {answers.Count(kind.Equals)} times.");
    }
}
