using Drawdown.Functions.Api;
using Drawdown.Functions.Subscriptions;
using Drawdown.Storage.Agenda;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Upkeep;

/// <summary>
/// Every five minutes: begins, renews and ends subscriptions. Each period is closed and billed by itself, however many have
/// passed.
/// </summary>
public sealed partial class RenewSubscriptions(
    AgendaSweep sweep,
    SubscriptionRenewal renewal,
    TimeProvider clock,
    ILogger<RenewSubscriptions> logger
)
{
    [Function(nameof(RenewSubscriptions))]
    public async Task Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellation)
    {
        var now = clock.GetWholeMilliseconds();
        var settled = await sweep.Run(
            AgendaKind.Renew,
            now,
            (account, items, token) => renewal.Settle(account, items, now, token),
            cancellation
        );
        LogSettled(logger, settled);
    }

    [LoggerMessage(LogLevel.Information, "{Count} renewals settled.")]
    private static partial void LogSettled(ILogger logger, int count);
}
