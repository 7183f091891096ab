using Drawdown.Storage.Queues;
using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost.Queues;

/// <summary>Runs a queue function on a message and does with the message what the outcome asks for.</summary>
internal sealed partial class MessageHandler(
    QueueFunction function,
    QueueSettings settings,
    IQueueStore queues,
    FunctionRunner runner,
    TimeProvider time,
    ILogger<MessageHandler> logger
)
{
    /// <summary>
    /// Success deletes the message. Failure shows it again after the visibility timeout or, at the last of the allowed
    /// tries, moves it to the poison queue. Never throws.
    /// </summary>
    /// <returns>The run; null when there was none, or when the host stopped in the middle of it.</returns>
    public async Task<FunctionRun?> Handle(QueueMessage message, CancellationToken aborting)
    {
        FunctionRun? run = null;
        try
        {
            // The last allowed try may have ended in a crash, which nobody recorded.
            if (message.DequeueCount > settings.MaxDequeueCount && function.PoisonQueue is { } poison)
            {
                await MoveToPoison(message, poison);
                return null;
            }

            MessageLease lease = new(queues, function.Queue, message, time);
            await using (lease)
            {
                run = await runner.Run(function.Name, scope => function.Call(scope, message, aborting), aborting);
            }

            await Settle(lease.Message, run);
        }
        catch (OperationCanceledException)
        {
            // The host stops: the message is delivered again when its lease ends.
        }
        catch (Exception fault)
        {
            LogNotSettled(logger, function.Name, message.Id, function.Queue, fault);
        }

        return run;
    }

    private async Task Settle(QueueMessage message, FunctionRun run)
    {
        if (run.Succeeded)
        {
            if (!await queues.Delete(function.Queue, message, CancellationToken.None))
            {
                LogTakenOver(logger, function.Name, message.Id);
            }
        }
        else if (function.PoisonQueue is not { } poison)
        {
            // Left hidden until its lease ends, as the genuine host does, so that it does not fail again and again at once.
        }
        else if (message.DequeueCount >= settings.MaxDequeueCount)
        {
            await MoveToPoison(message, poison);
        }
        else
        {
            await queues.Hide(function.Queue, message, settings.VisibilityTimeout, CancellationToken.None);
        }
    }

    // Sent before it is deleted: a crash in between leaves two copies, the other order would leave none.
    private async Task MoveToPoison(QueueMessage message, string poison)
    {
        await queues.CreateQueue(poison, CancellationToken.None);
        await queues.Send(poison, message.Body, TimeSpan.Zero, CancellationToken.None);
        await queues.Delete(function.Queue, message, CancellationToken.None);
        LogPoison(logger, message.Id, function.Queue, message.DequeueCount, poison);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Message {Id} of queue '{Queue}' failed {Tries} times and was moved to '{PoisonQueue}'."
    )]
    private static partial void LogPoison(ILogger logger, string id, string queue, long tries, string poisonQueue);

    [LoggerMessage(
        LogLevel.Warning,
        "Function '{Function}' succeeded on message {Id}, but the message was delivered again meanwhile."
    )]
    private static partial void LogTakenOver(ILogger logger, string function, string id);

    [LoggerMessage(
        LogLevel.Warning,
        "After function '{Function}' ran, message {Id} of queue '{Queue}' could not be settled; it will be delivered again."
    )]
    private static partial void LogNotSettled(
        ILogger logger,
        string function,
        string id,
        string queue,
        Exception fault
    );
}
