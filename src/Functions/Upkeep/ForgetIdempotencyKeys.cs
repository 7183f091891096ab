using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Upkeep;

/// <summary>Every hour: removes idempotency keys that are older than their lifetime. A forgotten key is free whether or not its row is gone.</summary>
public sealed partial class ForgetIdempotencyKeys(
    AgendaSweep sweep,
    IdempotencyUpkeep keys,
    TimeProvider clock,
    ILogger<ForgetIdempotencyKeys> logger
)
{
    [Function(nameof(ForgetIdempotencyKeys))]
    public async Task Run([TimerTrigger("0 17 * * * *")] TimerInfo timer, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var forgotten = await sweep.Run(
            AgendaKind.Forget,
            now,
            (account, items, token) => keys.Forget(account, items, now, token),
            cancellation
        );
        LogForgotten(logger, forgotten);
    }

    [LoggerMessage(LogLevel.Information, "{Count} idempotency keys forgotten.")]
    private static partial void LogForgotten(ILogger logger, int count);
}
