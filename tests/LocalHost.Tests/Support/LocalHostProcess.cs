using System.Collections.Concurrent;
using System.Diagnostics;

namespace Drawdown.LocalHost.Tests.Support;

/// <summary>The real program in a process of its own, as <c>./run</c> starts it.</summary>
internal sealed class LocalHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private LocalHostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it printed.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>What it printed on the error stream.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Starts it with these environment variables.</summary>
    public static LocalHostProcess Start(params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Drawdown.LocalHost.dll") },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return new LocalHostProcess(Process.Start(start)!);
    }

    /// <summary>Waits until it says that it is ready, and returns its address.</summary>
    public async Task<Uri> Ready()
    {
        const string ready = "Drawdown is ready at ";
        await Eventually.True(
            () => _process.HasExited || Output.Any(line => line.StartsWith(ready, StringComparison.Ordinal)),
            "it is ready"
        );
        string? line = Output.FirstOrDefault(line => line.StartsWith(ready, StringComparison.Ordinal));
        Assert.True(line is not null, $"It ended: {string.Join(Environment.NewLine, Errors)}");
        return new Uri(line[ready.Length..]);
    }

    /// <summary>The ids of the processes that it started.</summary>
    public async Task<IReadOnlyList<int>> Children() =>
        [
            .. (await Run("pgrep", "-P", $"{_process.Id}"))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(int.Parse),
        ];

    /// <summary>Sends a signal, by its name, to a process.</summary>
    public static Task Signal(string name, int process) => Run("kill", $"-{name}", $"{process}");

    /// <summary>Sends a signal, by its name, to this process.</summary>
    public Task Signal(string name) => Signal(name, _process.Id);

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> Exited()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>Ends it if it still runs, and the Azurite that it started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // In order, so that no Azurite writes into a folder that the test is about to delete.
            await Signal("TERM");
            try
            {
                await _process.WaitForExitAsync().WaitAsync(Patience);
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private static async Task<string> Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
