using System.Collections.Immutable;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Ledger;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Accounts;

/// <summary>
/// What one decision changes in one account: all of it is committed in one transaction, or none. The head is the new one
/// even when nothing else changes.
/// </summary>
public sealed record AccountChange(AccountHead Head)
{
    /// <summary>New and changed credits, in their new state.</summary>
    public ImmutableArray<Credit> Credits { get; init; } = [];

    /// <summary>Ledger entries to append, in the order of their <c>seq</c>.</summary>
    public ImmutableArray<LedgerEntry> Entries { get; init; } = [];

    /// <summary>A new or changed drawdown.</summary>
    public CreditDrawdown? Drawdown { get; init; }

    /// <summary>An <c>external_id</c> that is taken by this change.</summary>
    public ExternalReference? Reference { get; init; }

    /// <summary>A new metric of a catalog.</summary>
    public Metric? Metric { get; init; }

    /// <summary>A new plan of a catalog.</summary>
    public Plan? Plan { get; init; }

    /// <summary>A new or changed subscription.</summary>
    public Subscription? Subscription { get; init; }

    /// <summary>New and changed charges, in their new state.</summary>
    public ImmutableArray<Charge> Charges { get; init; } = [];

    /// <summary>A charge whose message is owed to the queue from now on.</summary>
    public ChargeId? Owed { get; init; }

    /// <summary>A charge whose message is no longer owed.</summary>
    public ChargeId? Settled { get; init; }

    /// <summary>A new or changed invoice.</summary>
    public Invoice? Invoice { get; init; }

    /// <summary>A new credit account of a client.</summary>
    public CreditAccount? CreditAccount { get; init; }

    /// <summary>New and changed credit batches, in their new state.</summary>
    public ImmutableArray<CreditBatch> Batches { get; init; } = [];

    /// <summary>New and changed allocations, in their new state.</summary>
    public ImmutableArray<CreditAllocation> Allocations { get; init; } = [];

    /// <summary>Actions to append to a client's ledger, in the order of their <c>seq</c>.</summary>
    public ImmutableArray<CreditAction> Actions { get; init; } = [];
}
