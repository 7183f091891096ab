using Drawdown.Storage;
using Drawdown.Storage.Queues;

namespace Drawdown.LocalHost.Queues;

/// <summary>
/// Keeps a message hidden from others for as long as its function runs. Should the process die, the message is visible
/// again within <see cref="Duration"/>.
/// </summary>
internal sealed class MessageLease : IAsyncDisposable
{
    /// <summary>How long a message is hidden when it is taken, and again at each renewal.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);

    /// <summary>The pause between renewals: two may fail before the lease is lost.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(20);

    private readonly IQueueStore _queues;
    private readonly string _queue;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;

    /// <summary>Begins to renew the lease of a message that was just received.</summary>
    public MessageLease(IQueueStore queues, string queue, QueueMessage message, TimeProvider time)
    {
        _queues = queues;
        _queue = queue;
        Message = message;
        _time = time;
        _renewing = Renew();
    }

    /// <summary>The message with the receipt that is valid now, once the lease was disposed.</summary>
    public QueueMessage Message { get; private set; }

    /// <summary>Ends the renewing; the message stays hidden for what is left of the lease.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        _ended.Dispose();
    }

    private async Task Renew()
    {
        try
        {
            while (true)
            {
                await Task.Delay(RenewEvery, _time, _ended.Token);
                try
                {
                    // Not cancelled with the rest: a renewal that happened must leave its receipt here.
                    if (await _queues.Hide(_queue, Message, Duration, CancellationToken.None) is not { } renewed)
                    {
                        return; // Somebody else has the message now.
                    }

                    Message = renewed;
                }
                catch (StorageUnavailableException)
                {
                    // The next renewal may still be in time; if none is, the message is delivered once more.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The function has ended.
        }
    }
}
