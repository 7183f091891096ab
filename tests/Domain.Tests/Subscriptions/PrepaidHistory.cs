using Drawdown.Domain.Ids;
using Drawdown.Domain.Money;
using Drawdown.Domain.Subscriptions;
using Drawdown.Domain.Tests.Rating;

namespace Drawdown.Domain.Tests.Subscriptions;

/// <summary>A script played through the real decisions, beside the naive bill.</summary>
internal sealed class PrepaidHistory
{
    private readonly PrepaidScript _script;
    private readonly NaiveBill _naive;

    private PrepaidHistory(PrepaidScript script)
    {
        _script = script;
        DateTimeOffset? end = script.Days is { } days ? script.Start.AddDays(days) : null;
        var months = script.Duration.Months();
        // A subscription that does not renew is over with its first period.
        var last = script.AutoRenew ? end : Earlier(end, script.Start.AddMonths(months));
        _naive = new(
            script.Price,
            script.Behavior,
            Currency.Get(script.Currency).MinorUnits,
            script.Start,
            months,
            last
        );
        Account = new(Given.HeadWith(script.Currency)) { Now = script.Start };
        var plan = Given.Plan(
            Given.Prepaid(NaivePrice.Units(Priced(script.Initial)), script.Behavior, script.Price.Real)
        ) with
        {
            Currency = script.Currency,
            Duration = script.Duration,
        };
        Id = Account.Subscribe(Given.Request(plan, script.Start, end, script.AutoRenew));
        _naive.Hold(script.Start, Priced(script.Initial));
    }

    public Account Account { get; }

    public SubscriptionId Id { get; }

    public Subscription Subscription => Account[Id];

    /// <summary>How often units were changed, were not, and were refused.</summary>
    public List<string> Answers { get; } = [];

    /// <summary>What was charged so far, less what was credited.</summary>
    public decimal Net => Account.Charges.Sum(charge => charge.Amount) - Account.Credits.Sum(credit => credit.Amount);

    /// <summary>What the naive bill says is due for all periods so far.</summary>
    public decimal Due => Enumerable.Range(0, Subscription.Period!.Index + 1).Sum(_naive.Due);

    /// <summary>What the naive bill says is due for the current period.</summary>
    public decimal DueNow => _naive.Due(Subscription.Period!.Index);

    public static PrepaidHistory Play(PrepaidScript script, Action<PrepaidHistory>? afterStep = null)
    {
        var history = new PrepaidHistory(script);
        afterStep?.Invoke(history);
        foreach (var step in script.Steps)
        {
            history.Play(step);
            afterStep?.Invoke(history);
        }
        return history;
    }

    /// <summary>Lets the current period end, and the subscription with it if it does; delivers everything.</summary>
    public void Finish()
    {
        Account.Now = Subscription.NextStep > Account.Now ? Subscription.NextStep.Value : Account.Now;
        Account.CatchUp(Id);
        Account.DeliverAll();
    }

    private void Play(PrepaidStep step)
    {
        var then = step.BoundaryTicks is { } ticks ? Subscription.NextStep?.AddTicks(ticks) : Account.Now + step.Wait;
        Account.Now = then > Account.Now ? then.Value : Account.Now;
        Account.CatchUp(Id);

        var (quarters, before, net) = (Priced(step.Quarters), Subscription, Net);
        var preview = Account.Preview(Id, NaivePrice.Units(quarters));
        Assert.Same(before, Subscription);
        var outcome = Account.TryChangeUnits(Id, NaivePrice.Units(quarters), step.InvoiceNow);
        if (outcome is Outcome<SubscriptionDecided>.Refused(var refusal))
        {
            Assert.Equal(SubscriptionStatus.Ended, Subscription.StatusAt(Account.Now));
            Assert.Equal(refusal, preview.Refused());
            Answers.Add("refused");
        }
        else
        {
            _naive.Hold(Account.Now, quarters);
            Assert.Equal(preview.Accepted().Delta, Net - net);
            Answers.Add(
                Net > net ? "charged"
                : Net < net ? "credited"
                : before == Subscription ? "unchanged"
                : "even"
            );
        }
        if (step.Deliver)
            Account.DeliverAll();
    }

    // Beyond a closed last tier there is no price.
    private int Priced(int quarters) => Math.Min(quarters, _script.Price.Max ?? quarters);

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;
}
