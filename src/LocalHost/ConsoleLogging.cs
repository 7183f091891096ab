using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost;

/// <summary>What LocalHost's console shows of the log.</summary>
internal static class ConsoleLogging
{
    /// <summary>Shows messages from <paramref name="level"/> up, the frameworks' own from a step higher.</summary>
    public static void Configure(ILoggingBuilder logging, LogLevel level)
    {
        logging.AddSimpleConsole(console => console.TimestampFormat = "HH:mm:ss ");
        logging.SetMinimumLevel(level);

        // At "information" ASP.NET Core and the storage client write several lines for each request.
        LogLevel frameworks = level is LogLevel.Information ? LogLevel.Warning : level;
        logging.AddFilter("Microsoft", frameworks);
        logging.AddFilter("System", frameworks);
        logging.AddFilter("Azure", frameworks);

        // It logs with a stack trace what the program tells in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}
