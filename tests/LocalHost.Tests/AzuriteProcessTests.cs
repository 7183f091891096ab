using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Drawdown.Testing;

namespace Drawdown.LocalHost.Tests;

public sealed class AzuriteProcessTests : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("drawdown-azurite-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_listens_on_free_ports_of_this_machine_only_and_stops_in_order(bool inMemory)
    {
        await using AzuriteProcess azurite = await Start(new() { DataFolder = Data, InMemory = inMemory });

        Assert.All(Ports(azurite), port => Assert.True(Answers(IPAddress.Loopback, port)));
        Assert.Equal(3, Ports(azurite).Distinct().Count());
        Assert.False(azurite.Exited.IsCompleted);
        Assert.Equal(!inMemory, _data.EnumerateFileSystemInfos().Any());

        await azurite.Stop();

        Assert.Equal(0, await azurite.Exited);
        Assert.All(Ports(azurite), port => Assert.False(Answers(IPAddress.Loopback, port)));
        await azurite.Stop();
    }

    [Fact]
    public async Task It_starts_again_on_the_ports_it_had_even_after_a_crash()
    {
        await using AzuriteProcess first = await Start(new() { DataFolder = Data });
        await first.Kill();
        Assert.NotEqual(0, await first.Exited);

        await using AzuriteProcess second = await Start(
            new()
            {
                DataFolder = Data,
                BlobPort = first.BlobPort,
                QueuePort = first.QueuePort,
                TablePort = first.TablePort,
            }
        );

        Assert.Equal(first.ConnectionString, second.ConnectionString);
    }

    [Fact]
    public async Task A_port_in_use_is_said_clearly_and_leaves_nothing_behind()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Start(new() { DataFolder = Data, TablePort = port })
        );

        Assert.Contains("EADDRINUSE", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_Azurite_is_said_clearly()
    {
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Start(new() { DataFolder = Data, Root = Data })
        );

        Assert.Contains("npm ci", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Azurite_that_takes_too_long_is_ended()
    {
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Start(new() { DataFolder = Data, StartTimeout = TimeSpan.FromMilliseconds(1) })
        );

        Assert.Contains("did not listen", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_is_left_to_the_parent()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals to send.");
        await using AzuriteProcess azurite = await Start(new() { DataFolder = Data });

        using Process kill = Process.Start("kill", ["-INT", $"{azurite.ProcessId}"]);
        await kill.WaitForExitAsync(Cancellation);
        Assert.Equal(0, kill.ExitCode);

        // Without the rule it ends within some 20 ms.
        await Task.WhenAny(azurite.Exited, Task.Delay(TimeSpan.FromMilliseconds(300), Cancellation));
        Assert.False(azurite.Exited.IsCompleted);
        Assert.All(Ports(azurite), port => Assert.True(Answers(IPAddress.Loopback, port)));
    }

    // What the system does to the child's standard input when the parent ends, however it ends.
    [Theory]
    [InlineData("process.on('SIGTERM', () => { console.log('in order'); process.exit(0); })", "in order")]
    [InlineData("console.log('still starting')", "still starting")]
    public async Task It_ends_when_its_parent_does(string script, string output)
    {
        using Process node = Process.Start(
            new ProcessStartInfo("node")
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                ArgumentList =
                {
                    "--require",
                    Path.Combine(Repository.Root, "eng", "azurite", "exit-with-parent.cjs"),
                    "--eval",
                    script + "; setInterval(() => {}, 1000);",
                },
            }
        )!;

        node.StandardInput.Close();

        await node.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(0, node.ExitCode);
        Assert.Contains(output, await node.StandardOutput.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        _data.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private string Data => _data.FullName;

    private static Task<AzuriteProcess> Start(AzuriteOptions options) => AzuriteProcess.Start(options, Cancellation);

    private static int[] Ports(AzuriteProcess azurite) => [azurite.BlobPort, azurite.QueuePort, azurite.TablePort];

    private static bool Answers(IPAddress address, int port)
    {
        using TcpClient client = new();
        try
        {
            client.Connect(address, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
