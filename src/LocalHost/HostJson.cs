using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Drawdown.LocalHost;

/// <summary>What LocalHost obeys of host.json, the file that also configures the genuine Functions host.</summary>
public sealed record HostJson
{
    private static readonly TimeSpan ShortestPollingInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestVisibilityTimeout = TimeSpan.FromDays(7);

    /// <summary>What every HTTP route starts with; the genuine host's default is "api".</summary>
    public string RoutePrefix { get; init; } = "api";

    /// <summary>How queues are polled and messages retried.</summary>
    public QueueSettings Queues { get; init; } = new();

    /// <summary>The host.json that the build copied beside the program.</summary>
    public static string DefaultPath => Path.Combine(AppContext.BaseDirectory, "host.json");

    /// <summary>Reads the file.</summary>
    /// <exception cref="StartupException">It is missing, not JSON, or holds a value that LocalHost cannot obey.</exception>
    public static HostJson Read(string path)
    {
        try
        {
            return From(new ConfigurationBuilder().AddJsonFile(path, optional: false).Build());
        }
        catch (FileNotFoundException missing)
        {
            throw new StartupException($"{path} is missing: build again, which copies it there.", missing);
        }
        catch (InvalidDataException malformed)
        {
            throw new StartupException($"{path} is not valid JSON: {malformed.InnerException?.Message}", malformed);
        }
    }

    private static HostJson From(IConfiguration json)
    {
        if (!string.Equals(json["version"], "2.0", StringComparison.Ordinal))
        {
            throw Bad(json, "version", "it must be \"2.0\"");
        }

        // The genuine host's default is base64, so leaving the setting out is as wrong as saying base64.
        if (!string.Equals(json["extensions:queues:messageEncoding"], "none", StringComparison.OrdinalIgnoreCase))
        {
            throw Bad(
                json,
                "extensions:queues:messageEncoding",
                "it must be \"none\", because Drawdown sends its messages as plain text and a host that expects base64 "
                    + "fails on every one of them"
            );
        }

        int batchSize = Number(json, "extensions:queues:batchSize", 16, 1, 32);
        return new HostJson
        {
            RoutePrefix = json["extensions:http:routePrefix"] ?? "api",
            Queues = new QueueSettings
            {
                BatchSize = batchSize,
                NewBatchThreshold = Number(json, "extensions:queues:newBatchThreshold", batchSize / 2, 0, 1000),
                VisibilityTimeout = Duration(
                    json,
                    "extensions:queues:visibilityTimeout",
                    TimeSpan.Zero,
                    TimeSpan.Zero,
                    LongestVisibilityTimeout
                ),
                MaxDequeueCount = Number(json, "extensions:queues:maxDequeueCount", 5, 1, 100),
                MaxPollingInterval = Duration(
                    json,
                    "extensions:queues:maxPollingInterval",
                    TimeSpan.FromMinutes(1),
                    ShortestPollingInterval,
                    TimeSpan.FromHours(1)
                ),
            },
        };
    }

    private static int Number(IConfiguration json, string key, int standard, int least, int most)
    {
        if (json[key] is not { } text)
        {
            return standard;
        }

        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= least
            && number <= most
            ? number
            : throw Bad(json, key, $"it must be a whole number from {least} to {most}");
    }

    private static TimeSpan Duration(IConfiguration json, string key, TimeSpan standard, TimeSpan least, TimeSpan most)
    {
        if (json[key] is not { } text)
        {
            return standard;
        }

        return
            TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan duration)
            && duration >= least
            && duration <= most
            ? duration
            : throw Bad(json, key, $"it must be a time from {least:c} to {most:c}, as in \"00:00:30\"");
    }

    private static StartupException Bad(IConfiguration json, string key, string rule) =>
        new(
            json[key] is { } value
                ? $"host.json: {key.Replace(':', '.')} is \"{value}\"; {rule}."
                : $"host.json: {key.Replace(':', '.')} is missing; {rule}."
        );
}
