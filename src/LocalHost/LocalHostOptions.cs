using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost;

/// <summary>How to run LocalHost.</summary>
public sealed record LocalHostOptions
{
    /// <summary>The first of the three ports that Azurite uses by default.</summary>
    public const int DefaultAzuritePort = 10000;

    /// <summary>The port to answer requests on, at 127.0.0.1 only; 0 lets the system choose one. <c>PORT</c>.</summary>
    public int Port { get; init; } = 7071;

    /// <summary>
    /// The port of Azurite's blob service; the queue service has the next one and the table service the one after.
    /// <c>AZURITE_PORT</c>.
    /// </summary>
    public int AzuritePort { get; init; } = DefaultAzuritePort;

    /// <summary>Where Azurite keeps its data. <c>DATA_DIR</c>.</summary>
    public string DataFolder { get; init; } = ".azurite";

    /// <summary>The API key that exists from the start. <c>DEV_API_KEY</c>.</summary>
    public string ApiKey { get; init; } = "drawdown-development-key";

    /// <summary>
    /// Storage to use instead of an Azurite that LocalHost starts or finds. <c>DrawdownStorage</c> or
    /// <c>ConnectionStrings__DrawdownStorage</c>.
    /// </summary>
    public string? StorageConnectionString { get; init; }

    /// <summary>The least severe of the messages that the console shows. <c>LOG_LEVEL</c>.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>What the test clock is ahead of: real time, or the test's own in a test.</summary>
    public TimeProvider RealTime { get; init; } = TimeProvider.System;

    /// <summary>The settings of host.json; by default those of the file beside the program.</summary>
    public HostJson? HostJson { get; init; }

    /// <summary>How long requests, messages and timers may go on when the host stops, before they are told to give up.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reads the options from environment variables; what is not set keeps its default.</summary>
    /// <exception cref="StartupException">A value is bad; the message says which and what it may be.</exception>
    public static LocalHostOptions FromEnvironment(Func<string, string?> variable)
    {
        LocalHostOptions defaults = new();
        LocalHostOptions options = new()
        {
            Port = Number(variable, "PORT", defaults.Port, 0, 65535),
            AzuritePort = Number(variable, "AZURITE_PORT", defaults.AzuritePort, 1, 65533),
            DataFolder = Text(variable, "DATA_DIR") ?? defaults.DataFolder,
            ApiKey = Text(variable, "DEV_API_KEY") ?? defaults.ApiKey,
            StorageConnectionString =
                Text(variable, "DrawdownStorage") ?? Text(variable, "ConnectionStrings__DrawdownStorage"),
            LogLevel = Level(variable, "LOG_LEVEL", defaults.LogLevel),
        };

        if (options.ApiKey.Any(letter => letter is <= ' ' or > '~' or '\''))
        {
            throw new StartupException(
                "DEV_API_KEY has a character that cannot stand in a header or in the printed curl: use letters, digits and hyphens."
            );
        }

        return
            options.StorageConnectionString is null
            && options.Port >= options.AzuritePort
            && options.Port <= options.AzuritePort + 2
            ? throw new StartupException(
                $"PORT {options.Port} is one of Azurite's ports, {options.AzuritePort} to {options.AzuritePort + 2}: "
                    + "set PORT or AZURITE_PORT to another."
            )
            : options;
    }

    private static string? Text(Func<string, string?> variable, string name) =>
        variable(name) is { Length: > 0 } text ? text : null;

    private static int Number(Func<string, string?> variable, string name, int standard, int least, int most)
    {
        if (Text(variable, name) is not { } text)
        {
            return standard;
        }

        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= least
            && number <= most
            ? number
            : throw new StartupException($"{name} is '{text}'; set it to a whole number from {least} to {most}.");
    }

    private static LogLevel Level(Func<string, string?> variable, string name, LogLevel standard)
    {
        if (Text(variable, name) is not { } text)
        {
            return standard;
        }

        string? level = Array.Find(
            Enum.GetNames<LogLevel>(),
            known => string.Equals(known, text, StringComparison.OrdinalIgnoreCase)
        );
        return level is null
            ? throw new StartupException(
                $"{name} is '{text}'; set it to one of {string.Join(", ", Enum.GetNames<LogLevel>())}."
            )
            : Enum.Parse<LogLevel>(level);
    }
}
