using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Drawdown.LocalHost;

/// <summary>
/// One running Azurite with its blob, queue and table services, on 127.0.0.1 only. It never outlives this process: it
/// ends itself when its standard input closes. Ctrl+C in a terminal reaches it too and is ignored, so that this process can
/// finish what it is doing (<c>eng/azurite/exit-with-parent.cjs</c>).
/// </summary>
/// <remarks>
/// On disk, Azurite writes its data every 5 seconds and when it stops in order; <see cref="Kill"/> loses what came since.
/// </remarks>
public sealed partial class AzuriteProcess : IAsyncDisposable
{
    /// <summary>Azurite's one account.</summary>
    public const string AccountName = "devstoreaccount1";

    /// <summary>The account's key. It is public, the same in every Azurite, and protects nothing.</summary>
    public const string AccountKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // More than the 10 seconds after which exit-with-parent.cjs gives up on an orderly stop.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private const int LinesKept = 40;

    private readonly Process _process;
    private readonly StreamWriter _input;
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);
    private readonly Queue<string> _lines = new();
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AzuriteProcess(Process process)
    {
        _process = process;
        _input = process.StandardInput;
        ProcessId = process.Id;
        process.OutputDataReceived += (_, line) => Observe(line.Data);
        process.ErrorDataReceived += (_, line) => Observe(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Exited = WaitForExit();
    }

    /// <summary>The port of the blob service.</summary>
    public int BlobPort => _ports["Blob"];

    /// <summary>The port of the queue service.</summary>
    public int QueuePort => _ports["Queue"];

    /// <summary>The port of the table service.</summary>
    public int TablePort => _ports["Table"];

    /// <summary>The connection string for the three services at their actual ports.</summary>
    public string ConnectionString => ConnectionStringFor(BlobPort, QueuePort, TablePort);

    /// <summary>The system's id of the process.</summary>
    public int ProcessId { get; }

    /// <summary>
    /// Completes with the exit code when the process has ended, asked or not. Whether to start another is the caller's
    /// choice.
    /// </summary>
    public Task<int> Exited { get; }

    /// <summary>The last lines that Azurite printed, for an error message.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return string.Join(Environment.NewLine, _lines);
            }
        }
    }

    /// <summary>The connection string of an Azurite at these ports of 127.0.0.1.</summary>
    public static string ConnectionStringFor(int blobPort, int queuePort, int tablePort) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};"
                + $"BlobEndpoint=http://127.0.0.1:{blobPort}/{AccountName};"
                + $"QueueEndpoint=http://127.0.0.1:{queuePort}/{AccountName};"
                + $"TableEndpoint=http://127.0.0.1:{tablePort}/{AccountName};"
        );

    /// <summary>Starts Azurite and returns when all three services listen.</summary>
    /// <exception cref="InvalidOperationException">
    /// Node or Azurite is not installed, or Azurite ended or stayed silent instead of listening (a port in use, say). The
    /// message holds what it printed.
    /// </exception>
    public static async Task<AzuriteProcess> Start(AzuriteOptions options, CancellationToken cancellation)
    {
        AzuriteProcess azurite = new(Launch(options));
        try
        {
            Task first = await Task.WhenAny(azurite._listening.Task, azurite.Exited)
                .WaitAsync(options.StartTimeout, cancellation);
            if (first == azurite._listening.Task)
            {
                return azurite;
            }

            throw new InvalidOperationException(
                $"Azurite ended with exit code {await azurite.Exited} instead of listening:"
                    + Environment.NewLine
                    + azurite.Output
            );
        }
        catch (TimeoutException timeout)
        {
            await azurite.Kill();
            throw new InvalidOperationException(
                $"Azurite did not listen within {options.StartTimeout}:" + Environment.NewLine + azurite.Output,
                timeout
            );
        }
        catch
        {
            await azurite.Kill();
            throw;
        }
    }

    /// <summary>Stops in order, so that all data is on disk afterwards. Repeatable.</summary>
    public async Task Stop()
    {
        await _input.DisposeAsync();
        try
        {
            await Exited.WaitAsync(StopTimeout);
        }
        catch (TimeoutException)
        {
            await Kill();
        }
    }

    /// <summary>Ends it at once, as a crash would. Repeatable.</summary>
    public async Task Kill()
    {
        if (!Exited.IsCompleted)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Exited;
    }

    /// <summary>Stops in order and releases the process.</summary>
    public async ValueTask DisposeAsync()
    {
        await Stop();
        _process.Dispose();
    }

    private static Process Launch(AzuriteOptions options)
    {
        string root = options.Root ?? RepositoryRoot.Find();
        string script = Path.Combine(root, "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(script))
        {
            throw new InvalidOperationException(
                "Azurite is not installed in node_modules: run `npm ci` in the repository's root."
            );
        }

        Directory.CreateDirectory(options.DataFolder);
        ProcessStartInfo start = new("node")
        {
            WorkingDirectory = options.DataFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            ArgumentList =
            {
                "--require",
                Path.Combine(root, "eng", "azurite", "exit-with-parent.cjs"),
                script,
                // The SDK may speak a newer service version than this Azurite knows by name.
                "--skipApiVersionCheck",
                "--disableTelemetry",
                "--silent",
            },
        };
        AddService(start, "blob", options.BlobPort);
        AddService(start, "queue", options.QueuePort);
        AddService(start, "table", options.TablePort);
        if (options.InMemory)
        {
            start.ArgumentList.Add("--inMemoryPersistence"); // It refuses --location beside it.
        }
        else
        {
            start.ArgumentList.Add("--location");
            start.ArgumentList.Add(Path.GetFullPath(options.DataFolder));
        }

        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("Node did not start.");
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("Azurite needs Node.js: no `node` was found on the PATH.", missing);
        }
    }

    private static void AddService(ProcessStartInfo start, string service, int port)
    {
        start.ArgumentList.Add($"--{service}Host");
        start.ArgumentList.Add("127.0.0.1");
        start.ArgumentList.Add($"--{service}Port");
        start.ArgumentList.Add(port.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<int> WaitForExit()
    {
        await _process.WaitForExitAsync(); // Waits for the last line of output, too.
        return _process.ExitCode;
    }

    // Azurite says where each service listens, which is the only way to learn a port that the system chose, and it says
    // so once the service answers.
    private void Observe(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept)
            {
                _lines.Dequeue();
            }

            Match match = ListeningLine().Match(line);
            if (match.Success)
            {
                _ports[match.Groups["service"].Value] = int.Parse(
                    match.Groups["port"].ValueSpan,
                    CultureInfo.InvariantCulture
                );
                if (_ports.Count == 3)
                {
                    _listening.TrySetResult();
                }
            }
        }
    }

    [GeneratedRegex(
        @"^Azurite (?<service>Blob|Queue|Table) service is successfully listening at https?://.*:(?<port>\d+)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex ListeningLine();
}
