using Drawdown.Functions.Api;
using Drawdown.Storage.Agenda;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Upkeep;

/// <summary>
/// Every five minutes: makes the expiry of credits durable and posts what was left as expired. Nothing waits for it: what a
/// credit is worth is computed when it is read.
/// </summary>
public sealed partial class DeactivateExpiredCredits(
    AgendaSweep sweep,
    CreditExpiry expiry,
    TimeProvider clock,
    ILogger<DeactivateExpiredCredits> logger
)
{
    [Function(nameof(DeactivateExpiredCredits))]
    public async Task Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellation)
    {
        var now = clock.GetWholeMilliseconds();
        var settled = await sweep.Run(
            AgendaKind.Expire,
            now,
            (account, items, token) => expiry.Settle(account, items, now, token),
            cancellation
        );
        LogSettled(logger, settled);
    }

    [LoggerMessage(LogLevel.Information, "{Count} expiries settled.")]
    private static partial void LogSettled(ILogger logger, int count);
}
