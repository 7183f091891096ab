using System.Globalization;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Storage.Accounts;

/// <summary>
/// The row keys within an account's partition. Credits and ledger entries have prefixes of their own, so that a drawdown
/// reads the credits without reading their history.
/// </summary>
internal static class AccountRows
{
    /// <summary>The column with the version of the head that a row of a set was written with.</summary>
    public const string HeadVersion = "HeadVersion";

    /// <summary>The fence and the profile.</summary>
    public const string Head = "head";

    /// <summary>All credits, oldest first.</summary>
    public static readonly RowRange Credits = RowRange.Of("credit.");

    /// <summary>All ledger entries, by credit and then in order.</summary>
    public static readonly RowRange Entries = RowRange.Of("entry.");

    public static string Credit(CreditId id) => $"credit.{id.Hex}";

    public static string Entry(LedgerEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"entry.{entry.Credit.Hex}.{entry.Ordinal:d9}");

    /// <summary>The ledger entries of one credit, in order.</summary>
    public static RowRange EntriesOf(CreditId id) => RowRange.Of($"entry.{id.Hex}.");

    public static string Drawdown(DrawdownId id) => $"drawdown.{id.Hex}";

    /// <summary>A caller's id may hold any character, so its hash is the key.</summary>
    public static string Reference(string kind, string externalId) =>
        $"external.{kind}.{LedgerHash.Digest(externalId)}";

    /// <summary>All metrics of a catalog, oldest first.</summary>
    public static readonly RowRange Metrics = RowRange.Of("metric.");

    /// <summary>All plans of a catalog, oldest first.</summary>
    public static readonly RowRange Plans = RowRange.Of("plan.");

    /// <summary>All subscriptions, oldest first.</summary>
    public static readonly RowRange Subscriptions = RowRange.Of("sub.");

    /// <summary>All charges, oldest first.</summary>
    public static readonly RowRange Charges = RowRange.Of("charge.");

    /// <summary>All invoices, in no order.</summary>
    public static readonly RowRange Invoices = RowRange.Of("invoice.");

    public static string Metric(MetricId id) => $"metric.{id.Hex}";

    public static string Plan(PlanId id) => $"plan.{id.Hex}";

    public static string Subscription(SubscriptionId id) => $"sub.{id.Hex}";

    public static string Charge(ChargeId id) => $"charge.{id.Hex}";

    public static string Invoice(InvoiceId id) => $"invoice.{id.Hex}";

    /// <summary>Where the invoice of a sequence is.</summary>
    public static string InvoiceNumber(long sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"number.{sequence:d9}");

    /// <summary>The outbox: a charge whose message is owed to the queue.</summary>
    public static string Owed(ChargeId id) => $"out.{id.Hex}";

    /// <summary>All credit accounts of a client, oldest first.</summary>
    public static readonly RowRange CreditAccounts = RowRange.Of("account.");

    /// <summary>All credit batches, oldest first.</summary>
    public static readonly RowRange CreditBatches = RowRange.Of("batch.");

    /// <summary>All allocations, oldest first.</summary>
    public static readonly RowRange CreditAllocations = RowRange.Of("alloc.");

    /// <summary>All lines of a client's ledger, by batch and then in order.</summary>
    public static readonly RowRange CreditActions = RowRange.Of("action.");

    /// <summary>The lines of one batch, in order.</summary>
    public static RowRange ActionsOf(CreditBatchId id) => RowRange.Of($"action.{id}.");

    public static string CreditAccount(CreditAccountId id) => $"account.{id}";

    public static string CreditBatch(CreditBatchId id) => $"batch.{id}";

    public static string CreditAllocation(CreditAllocationId id) => $"alloc.{id}";

    public static string CreditAction(CreditAction action) =>
        string.Create(CultureInfo.InvariantCulture, $"action.{action.Batch}.{action.Ordinal:d9}");

    /// <param name="keyHash">The hash of route and idempotency key.</param>
    public static string Key(string keyHash) => $"key.{keyHash}";
}

/// <summary>A half-open range of row keys.</summary>
internal readonly record struct RowRange(string From, string Before)
{
    /// <summary>All keys that begin with a prefix.</summary>
    public static RowRange Of(string prefix) => new(prefix, prefix[..^1] + (char)(prefix[^1] + 1));
}
