using Drawdown.Storage.Accounts;
using Drawdown.Storage.Telemetry;
using Microsoft.Extensions.Logging;

namespace Drawdown.Storage.Agenda;

/// <summary>
/// Works off what is due of one kind. It costs what is due, never what exists; it can be repeated, overlap with itself, and
/// stop anywhere.
/// </summary>
public sealed class AgendaSweep(AgendaBook agenda, DrawdownMetrics metrics, ILogger<AgendaSweep> logger)
{
    /// <summary>
    /// How long an item that led nowhere is kept: an item is written before the transaction that makes it true, so that
    /// transaction may still be on its way. Longer than any request may live (the Functions host ends them after 230 s).
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    // What one run holds in memory and hands to the handler together.
    private const int BatchSize = 1000;

    /// <summary>Runs the handler over the accounts that have something due.</summary>
    /// <param name="handle">
    /// Does what is due in one account, and returns the items that are settled for good. Others are looked at again until
    /// the grace is over.
    /// </param>
    /// <returns>How many items were settled.</returns>
    /// <exception cref="AggregateException">Accounts that failed. The others were handled; these are tried again next time.</exception>
    public async Task<int> Run(
        AgendaKind kind,
        DateTimeOffset now,
        Func<
            AccountAddress,
            IReadOnlyList<AgendaItem>,
            CancellationToken,
            Task<IReadOnlyCollection<AgendaItem>>
        > handle,
        CancellationToken cancellation
    )
    {
        var watermark = await agenda.Watermark(kind, cancellation);
        try
        {
            var (settled, doneUntil, failures) = await WorkOff(kind, watermark, now, handle, cancellation);
            if (doneUntil > watermark)
            {
                await agenda.MoveWatermark(kind, doneUntil, cancellation);
                watermark = doneUntil;
            }
            return failures.Count == 0
                ? settled
                : throw new AggregateException($"{failures.Count} accounts could not be handled.", failures);
        }
        finally
        {
            // Also after an outage, when the watermark stays where it was: that it falls behind is what an alert must see.
            metrics.Swept(kind, now - watermark);
        }
    }

    private async Task<(int Settled, DateTimeOffset DoneUntil, List<Exception> Failures)> WorkOff(
        AgendaKind kind,
        DateTimeOffset watermark,
        DateTimeOffset now,
        Func<
            AccountAddress,
            IReadOnlyList<AgendaItem>,
            CancellationToken,
            Task<IReadOnlyCollection<AgendaItem>>
        > handle,
        CancellationToken cancellation
    )
    {
        var doneUntil = now - Grace;
        var settled = 0;
        var failures = new List<Exception>();
        await foreach (var batch in agenda.Due(kind, watermark, now, cancellation).Chunked(BatchSize, cancellation))
        {
            var finished = new List<AgendaItem>();
            foreach (var account in batch.GroupBy(item => item.Account))
            {
                var items = account.ToList();
                var (done, failure) = await Try(account.Key, items, handle, cancellation);
                if (failure is not null)
                    failures.Add(failure);
                settled += done.Count;
                var kept = items.Except(done).ToList();
                var stale = failure is null ? kept.FindAll(item => item.Due < now - Grace) : [];
                finished.AddRange(done.Concat(stale));
                doneUntil = kept.Except(stale).Select(item => item.Due).Append(doneUntil).Min();
            }
            await agenda.Remove(finished, cancellation);
        }
        return (settled, doneUntil, failures);
    }

    // One broken account must not hold up the others. An outage does hold them up: nothing would go through.
    private async Task<(IReadOnlyCollection<AgendaItem> Done, Exception? Failure)> Try(
        AccountAddress account,
        List<AgendaItem> items,
        Func<
            AccountAddress,
            IReadOnlyList<AgendaItem>,
            CancellationToken,
            Task<IReadOnlyCollection<AgendaItem>>
        > handle,
        CancellationToken cancellation
    )
    {
        try
        {
            return (await handle(account, items, cancellation), null);
        }
        catch (Exception exception) when (exception is not (StorageUnavailableException or OperationCanceledException))
        {
            logger.LogError(exception, "What is due in account {Account} could not be handled.", account.Partition);
            return ([], exception);
        }
    }
}
