namespace Drawdown.Storage.Queues;

/// <summary>
/// The Queue service's limits. Source: "Put Message", "Get Messages" and "Update Message" in the Azure Storage REST
/// reference.
/// </summary>
public static class QueueLimits
{
    /// <summary>Bytes of a message's body in UTF-8 (64 KiB).</summary>
    public const int BytesPerMessage = 64 * 1024;

    /// <summary>Messages that one call receives or peeks at most.</summary>
    public const int MessagesPerCall = 32;

    /// <summary>The longest delay or visibility timeout.</summary>
    public static readonly TimeSpan LongestInvisible = TimeSpan.FromDays(7);

    /// <summary>The shortest visibility timeout of a received message.</summary>
    public static readonly TimeSpan ShortestVisibility = TimeSpan.FromSeconds(1);
}
