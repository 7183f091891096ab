using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Tables;
using Drawdown.Storage.Telemetry;

namespace Drawdown.Functions.Charges;

/// <summary>Sends the messages that an account still owes to the queue.</summary>
public sealed class OutboxRelay(ITableStore tables, ChargeMessages messages, DrawdownMetrics metrics)
{
    /// <summary>Handles an account's due items, and returns those that are settled for good.</summary>
    public async Task<IReadOnlyCollection<AgendaItem>> Settle(
        AccountAddress account,
        IReadOnlyList<AgendaItem> items,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var settled = new List<AgendaItem>();
        foreach (var item in items)
            if (await IsSettled(account, RoutedId.Parse<ChargeId>(item.Entity), now - item.Due, cancellation))
                settled.Add(item);
        return settled;
    }

    private async Task<bool> IsSettled(
        AccountAddress account,
        ChargeId id,
        TimeSpan overdue,
        CancellationToken cancellation
    )
    {
        var snapshot = new AccountSnapshot(tables, account);
        var finding = snapshot.Charge(id, cancellation);
        if (await snapshot.IsOwed(id, cancellation))
        {
            metrics.Owed(overdue);
            // Perhaps it was sent and is being processed; once more does no harm.
            await messages.SendOrFail(account, id, cancellation);
            return true;
        }
        // Without a row in the outbox: invoiced, or the transaction that owes the message is still on its way. That may be a
        // retry of a failed charge, too.
        return await finding is { Status: ChargeStatus.Invoiced };
    }
}
