using System.Diagnostics;
using Drawdown.Domain.Ids;
using Drawdown.Storage;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Queues;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Charges;

/// <summary>Sends a charge's message right after its commit. What cannot be sent now is relayed later from the outbox.</summary>
public sealed partial class ChargeMessages(InvoiceQueue queue, ILogger<ChargeMessages> logger)
{
    /// <summary>Sends the message, or leaves it to the relay.</summary>
    public async Task Send(AccountAddress account, ChargeId charge, CancellationToken cancellation)
    {
        try
        {
            await SendOrFail(account, charge, cancellation);
        }
        catch (StorageUnavailableException exception)
        {
            LogLeft(logger, exception, charge.ToString());
        }
    }

    /// <summary>Sends the message.</summary>
    /// <exception cref="StorageUnavailableException">The queue does not answer.</exception>
    public Task SendOrFail(AccountAddress account, ChargeId charge, CancellationToken cancellation) =>
        queue.Send(new(account.Organization, charge, Activity.Current?.Id), cancellation);

    [LoggerMessage(LogLevel.Warning, "The message of {Charge} could not be sent; RelayOutbox will send it.")]
    private static partial void LogLeft(ILogger logger, Exception exception, string charge);
}
