using Drawdown.Functions.Charges;
using Drawdown.Storage.Agenda;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Upkeep;

/// <summary>
/// Every minute: sends the messages that a crash or an outage left in the outbox, and measures how long messages wait.
/// </summary>
public sealed partial class RelayOutbox(
    AgendaSweep sweep,
    OutboxRelay relay,
    QueueWatch queues,
    TimeProvider clock,
    ILogger<RelayOutbox> logger
)
{
    [Function(nameof(RelayOutbox))]
    public async Task Run([TimerTrigger("30 * * * * *")] TimerInfo timer, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await queues.Measure(now, cancellation);
        var settled = await sweep.Run(
            AgendaKind.Relay,
            now,
            (account, items, token) => relay.Settle(account, items, now, token),
            cancellation
        );
        LogSettled(logger, settled);
    }

    [LoggerMessage(LogLevel.Information, "{Count} outbox items settled.")]
    private static partial void LogSettled(ILogger logger, int count);
}
