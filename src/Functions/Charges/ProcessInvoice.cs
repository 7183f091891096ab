using System.Diagnostics;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Queues;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Charges;

/// <summary>
/// Queue <c>invoices</c>: makes the invoice of a charge, applies the customer's credits to it, and marks it paid when nothing
/// is due. Delivery is at least once; a charge is invoiced once. Whatever goes wrong is thrown, so that the host tries again
/// and in the end puts the message on the poison queue.
/// </summary>
public sealed class ProcessInvoice(ChargeProcessing processing)
{
    private static readonly ActivitySource Source = new("Drawdown");

    [Function(nameof(ProcessInvoice))]
    public async Task Run(
        [QueueTrigger(InvoiceQueue.Name, Connection = "DrawdownStorage")] string message,
        CancellationToken cancellation
    )
    {
        var parsed = InvoiceMessage.Parse(message);
        using var activity = Source.StartActivity(nameof(ProcessInvoice), ActivityKind.Consumer, parsed.TraceParent);
        var account = new AccountAddress(parsed.Organization, parsed.Charge.Hex.Account);
        await processing.Invoice(account, parsed.Charge, cancellation);
    }
}
