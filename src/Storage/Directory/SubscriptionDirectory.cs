using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Directory;

/// <summary>
/// Which subscriptions there are to a plan, and how long they last. A row is written before its subscription; one whose
/// subscription was never written counts until it is over.
/// </summary>
public sealed class SubscriptionDirectory(ITableStore tables)
{
    private const string Prefix = "sub.";

    /// <summary>Adds a subscription that is about to be created. Repeatable.</summary>
    public Task Add(OrganizationId organization, Subscription subscription, CancellationToken cancellation) =>
        tables.Commit(
            StorageTables.Directory,
            Partition(organization, subscription.Plan),
            [
                new RowChange.Upsert(
                    Prefix + subscription.Id.Hex,
                    new ColumnWriter()
                        .Instant("Start", subscription.Anchor.Start)
                        .Instant("End", subscription.LastEnd == DateTimeOffset.MaxValue ? null : subscription.LastEnd)
                        .Columns
                ),
            ],
            cancellation
        );

    /// <summary>How many subscriptions to a plan run at an instant.</summary>
    public async Task<int> CountActive(
        OrganizationId organization,
        PlanId plan,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var count = 0;
        var rows = tables.Range(
            StorageTables.Directory,
            Partition(organization, plan),
            Prefix,
            Prefix[..^1] + (char)(Prefix[^1] + 1),
            cancellation
        );
        await foreach (var row in rows)
        {
            var columns = new ColumnReader(row);
            if (columns.Instant("Start") <= now && !(columns.OptionalInstant("End") <= now))
                count++;
        }
        return count;
    }

    private static string Partition(OrganizationId organization, PlanId plan) => $"{organization}.{plan}";
}
