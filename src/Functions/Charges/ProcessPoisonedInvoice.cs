using Drawdown.Storage.Accounts;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Charges;

/// <summary>
/// Queue <c>invoices-poison</c>: marks the charge of a message that was given up as failed, with a reason. A message that
/// names no charge stays on the queue, where it can be seen: this throws, and a poison queue has no poison queue of its own.
/// </summary>
public sealed partial class ProcessPoisonedInvoice(
    ChargeProcessing processing,
    DrawdownMetrics metrics,
    ILogger<ProcessPoisonedInvoice> logger
)
{
    private const string Reason =
        "The invoice could not be made: its message failed as often as the host tries. The log names the cause; retry the charge when it is mended.";

    [Function(nameof(ProcessPoisonedInvoice))]
    public async Task Run(
        [QueueTrigger(InvoiceQueue.PoisonName, Connection = "DrawdownStorage")] string message,
        CancellationToken cancellation
    )
    {
        // First of all, so that a message that names no charge is seen as often as it is tried.
        metrics.PoisonDelivered();
        var parsed = InvoiceMessage.Parse(message);
        var account = new AccountAddress(parsed.Organization, parsed.Charge.Hex.Account);
        await processing.Fail(account, parsed.Charge, Reason, cancellation);
        LogFailed(logger, parsed.Charge.ToString());
    }

    [LoggerMessage(LogLevel.Error, "{Charge} failed: its message was given up.")]
    private static partial void LogFailed(ILogger logger, string charge);
}
