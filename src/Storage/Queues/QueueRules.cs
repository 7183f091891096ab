using System.Text;
using System.Xml;

namespace Drawdown.Storage.Queues;

/// <summary>
/// Refuses, before anything is sent, what the Queue service would refuse or would deliver differently. Every
/// implementation of <see cref="IQueueStore"/> calls it.
/// </summary>
/// <remarks>A broken rule is an <see cref="ArgumentException"/>: a bug of the caller, never an answer to a client.</remarks>
public static class QueueRules
{
    /// <summary>Refuses a queue name that is not 3 to 63 lower-case letters, digits and single inner hyphens.</summary>
    public static void CheckQueue(string queue)
    {
        if (
            queue.Length is < 3 or > 63
            || !queue.All(character =>
                char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-'
            )
            || queue[0] == '-'
            || queue[^1] == '-'
            || queue.Contains("--", StringComparison.Ordinal)
        )
        {
            throw new ArgumentException($"'{queue}' is not a queue name.", nameof(queue));
        }
    }

    /// <summary>Refuses a body that is empty, too long, or holds what XML, the service's format, cannot carry.</summary>
    public static void CheckBody(string body)
    {
        if (body.Length == 0)
        {
            throw new ArgumentException("The body is empty.", nameof(body));
        }

        int bytes = Encoding.UTF8.GetByteCount(body);
        if (bytes > QueueLimits.BytesPerMessage)
        {
            throw new ArgumentException(
                $"The body has {bytes} bytes, over {QueueLimits.BytesPerMessage}.",
                nameof(body)
            );
        }

        for (int i = 0; i < body.Length; i++)
        {
            if (i + 1 < body.Length && XmlConvert.IsXmlSurrogatePair(body[i + 1], body[i]))
            {
                i++;
            }
            else if (!XmlConvert.IsXmlChar(body[i]))
            {
                throw new ArgumentException($"The body has U+{(int)body[i]:X4}, which XML cannot carry.", nameof(body));
            }
        }
    }

    /// <summary>Refuses a number of messages that one call does not return.</summary>
    public static void CheckMaximum(int maximum)
    {
        if (maximum is < 1 or > QueueLimits.MessagesPerCall)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maximum),
                maximum,
                $"A call returns 1 to {QueueLimits.MessagesPerCall} messages."
            );
        }
    }

    /// <summary>Refuses a message that was only peeked: without a receipt it cannot be deleted or hidden.</summary>
    public static void CheckReceipt(QueueMessage message)
    {
        if (message.Receipt.Length == 0)
        {
            throw new ArgumentException("The message was not received.", nameof(message));
        }
    }

    /// <summary>The delay or visibility timeout in whole seconds, the service's unit, never shorter than asked for.</summary>
    /// <param name="duration">How long the message is to be invisible.</param>
    /// <param name="shortest">The shortest that the operation allows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is out of the service's range.</exception>
    public static TimeSpan WholeSeconds(TimeSpan duration, TimeSpan shortest)
    {
        TimeSpan whole = TimeSpan.FromSeconds(Math.Ceiling(duration.TotalSeconds));
        if (whole < shortest || whole > QueueLimits.LongestInvisible)
        {
            throw new ArgumentOutOfRangeException(
                nameof(duration),
                duration,
                $"A message is hidden for {shortest} to {QueueLimits.LongestInvisible}."
            );
        }

        return whole;
    }
}
