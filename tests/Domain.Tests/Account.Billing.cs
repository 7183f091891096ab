using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Tests;

/// <summary>The billing half of the account: subscriptions, charges, the queue and invoices.</summary>
internal sealed partial class Account
{
    private readonly Dictionary<SubscriptionId, Subscription> _subscriptions = [];
    private readonly Dictionary<ChargeId, Charge> _charges = [];
    private readonly Dictionary<InvoiceId, Invoice> _invoices = [];
    private readonly List<ChargeId> _owed = [];
    private int _subscribed;
    private int _charged;

    public IReadOnlyCollection<Charge> Charges => _charges.Values;

    /// <summary>In the order of their numbers.</summary>
    public IReadOnlyList<Invoice> Invoices => [.. _invoices.Values.OrderBy(invoice => invoice.Sequence)];

    /// <summary>The charges whose messages are owed to the queue.</summary>
    public IReadOnlyList<ChargeId> Owed => _owed;

    public Subscription this[SubscriptionId id] => _subscriptions[id];

    public Charge this[ChargeId id] => _charges[id];

    public SubscriptionId Subscribe(SubscriptionRequest request) => TrySubscribe(request).Accepted().Subscription.Id;

    public Outcome<SubscriptionDecided> TrySubscribe(SubscriptionRequest request) =>
        Commit(
            SubscriptionDecisions.Create(
                Head,
                _subscriptions.Values,
                new(Mint(++_subscribed)),
                new(Mint(++_charged)),
                request,
                By()
            )
        );

    /// <summary>Takes the next step, if one is due.</summary>
    public SubscriptionDecided? Step(SubscriptionId id)
    {
        var decided = SubscriptionDecisions.Step(
            Head,
            _subscriptions[id],
            new(Mint(++_charged)),
            By() with
            {
                Actor = "timer",
            }
        );
        Commit(decided?.Change);
        return decided;
    }

    /// <summary>Takes every step that is due, and returns what each of them charges.</summary>
    public IReadOnlyList<Charge> CatchUp(SubscriptionId id)
    {
        var charges = new List<Charge>();
        while (Step(id) is { } decided)
            charges.AddRange(decided.Change!.Charges);
        return charges;
    }

    public Outcome<PrepaidQuote> Preview(SubscriptionId id, decimal units, MetricId? metric = null) =>
        PrepaidDecisions.Quote(_subscriptions[id], new(metric ?? Given.Seats.Id, units, true), Now);

    public SubscriptionDecided ChangeUnits(
        SubscriptionId id,
        decimal units,
        bool invoiceNow = true,
        MetricId? metric = null
    ) => TryChangeUnits(id, units, invoiceNow, metric).Accepted();

    /// <summary>Changes prepaid units. As the service does, it first takes the steps that are due, if the decision asks for it.</summary>
    public Outcome<SubscriptionDecided> TryChangeUnits(
        SubscriptionId id,
        decimal units,
        bool invoiceNow = true,
        MetricId? metric = null
    )
    {
        var outcome = Decide(id, units, invoiceNow, metric);
        if (outcome is Outcome<SubscriptionDecided>.Refused(Refusal.Overdue))
        {
            CatchUp(id);
            outcome = Decide(id, units, invoiceNow, metric);
        }
        return Commit(outcome);
    }

    /// <summary>What a change of prepaid units would do now. Nothing is kept.</summary>
    public Outcome<SubscriptionDecided> Decide(
        SubscriptionId id,
        decimal units,
        bool invoiceNow = true,
        MetricId? metric = null
    ) =>
        PrepaidDecisions.Change(
            Head,
            _subscriptions[id],
            new(metric ?? Given.Seats.Id, units, invoiceNow),
            new(new(Mint(++_charged)), new(Mint(++_credited))),
            By()
        );

    /// <summary>Delivers the message of a charge; null when that changes nothing.</summary>
    public Invoice? Deliver(ChargeId id)
    {
        var charge = _charges[id];
        var taken = charge.Takes.Select(waiting => _charges[waiting]).ToList();
        var change = InvoiceDecisions.Process(Head, charge, taken, Credits, By() with { Actor = "queue" });
        Commit(change);
        return change?.Invoice;
    }

    /// <summary>Delivers every message that is owed.</summary>
    public ImmutableArray<Invoice> DeliverAll() => [.. _owed.ToList().Select(id => Deliver(id)!)];

    /// <summary>
    /// Rows of a change's transaction: the head, the thing changed, a row in the outbox, a row by which an invoice is found
    /// under its number, and one for the idempotency key of the request.
    /// </summary>
    public static int RowsOf(AccountChange change) =>
        2
        + change.Credits.Length
        + change.Entries.Length
        + change.Charges.Length
        + One(change.Subscription)
        + One(change.Owed)
        + One(change.Settled)
        + 2 * One(change.Invoice);

    private static int One(object? row) => row is null ? 0 : 1;

    private Outcome<SubscriptionDecided> Commit(Outcome<SubscriptionDecided> outcome)
    {
        if (outcome is Outcome<SubscriptionDecided>.Accepted { Value.Change: var change })
            Commit(change);
        return outcome;
    }

    private void CommitBilling(AccountChange change)
    {
        if (change is not { Subscription: null, Charges.IsEmpty: true, Invoice: null })
            Assert.InRange(RowsOf(change), 2, 100);
        if (change.Subscription is { } subscription)
            _subscriptions[subscription.Id] = subscription;
        Assert.Distinct(change.Charges.Select(charge => charge.Id));
        foreach (var charge in change.Charges)
            _charges[charge.Id] = charge;
        if (change.Owed is { } owed && !_owed.Contains(owed))
            _owed.Add(owed);
        if (change.Settled is { } settled)
            _owed.Remove(settled);
        var isNew = change.Invoice is { } issued && !_invoices.ContainsKey(issued.Id);
        Assert.Equal(Head.LastInvoice + (isNew ? 1 : 0), change.Head.LastInvoice);
        if (change.Invoice is { } invoice)
        {
            Assert.True(!isNew || invoice.Sequence == change.Head.LastInvoice);
            _invoices[invoice.Id] = invoice;
        }
    }
}
