using Drawdown.LocalHost.Discovery;
using NCrontab;

namespace Drawdown.LocalHost.Timers;

/// <summary>An NCRONTAB expression of six fields (second, minute, hour, day, month, day of week), in UTC.</summary>
internal sealed class TimerSchedule
{
    private static readonly CrontabSchedule.ParseOptions SixFields = new() { IncludingSeconds = true };

    // What the library answers when there is no occurrence.
    private static readonly DateTimeOffset Never = new(DateTime.MaxValue, TimeSpan.Zero);

    private readonly CrontabSchedule _schedule;

    private TimerSchedule(string text, CrontabSchedule schedule)
    {
        Text = text;
        _schedule = schedule;
    }

    /// <summary>The expression.</summary>
    public string Text { get; }

    /// <summary>Reads the expression of a function's trigger.</summary>
    /// <exception cref="StartupException">It is malformed.</exception>
    public static TimerSchedule Parse(string text, FunctionMethod function)
    {
        try
        {
            TimerSchedule schedule = new(text, CrontabSchedule.Parse(text, SixFields));
            return schedule.Next(DateTimeOffset.UnixEpoch) < Never
                ? schedule
                : throw function.Unusable($"its schedule '{text}' never falls due");
        }
        catch (CrontabException malformed)
        {
            throw function.Unusable(
                $"its schedule '{text}' is not an NCRONTAB expression of six fields, as in '0 */5 * * * *': {malformed.Message}"
            );
        }
    }

    /// <summary>The first occurrence after <paramref name="time"/>.</summary>
    public DateTimeOffset Next(DateTimeOffset time) =>
        new(_schedule.GetNextOccurrence(time.UtcDateTime), TimeSpan.Zero);
}
