using Drawdown.Storage;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Telemetry;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Charges;

/// <summary>
/// Measures how long messages wait. A queue that nobody reads fails nothing and logs nothing; only the age of its messages
/// tells.
/// </summary>
public sealed partial class QueueWatch(IQueueStore queues, DrawdownMetrics metrics, ILogger<QueueWatch> logger)
{
    // Messages come in no promised order, and those that are being processed cannot be seen.
    private const int Sample = QueueLimits.MessagesPerCall;

    /// <summary>Records the age of the oldest message that can be seen on each queue, 0 when there is none.</summary>
    public async Task Measure(DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var queue in InvoiceQueue.All)
        {
            try
            {
                var seen = await queues.Peek(queue, Sample, cancellation);
                var oldest = seen.Select(message => message.InsertedAt).Append(now).Min();
                metrics.Waiting(queue, now - oldest);
            }
            catch (StorageUnavailableException exception)
            {
                // What is due must not wait for a measurement. The alert notices that it is missing.
                LogUnmeasured(logger, exception, queue);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Queue '{Queue}' could not be measured.")]
    private static partial void LogUnmeasured(ILogger logger, Exception exception, string queue);
}
