using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Drawdown.LocalHost.Tests.Support;

namespace Drawdown.LocalHost.Tests;

/// <summary>The program starts, says what a user needs to know, and stops cleanly together with its Azurite.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("drawdown-localhost-");
    private readonly int _azuritePort = Ports.Free(3);

    public ProgramTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Delete(recursive: true);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_stops_it_and_its_Azurite(string signal)
    {
        await using LocalHostProcess program = Start(("DEV_API_KEY", "my-key"));
        Uri address = await program.Ready();
        Assert.Equal(HttpStatusCode.OK, await Clock(address));
        int azurite = Assert.Single(await program.Children());
        Assert.Contains(program.Output, line => line.StartsWith("Started Azurite", StringComparison.Ordinal));
        Assert.Contains(program.Output, line => line.Contains("-H 'X-API-KEY: my-key'", StringComparison.Ordinal));

        Stopwatch stopping = Stopwatch.StartNew();
        await program.Signal(signal);

        Assert.Equal(0, await program.Exited());
        Assert.True(stopping.Elapsed < TimeSpan.FromSeconds(15), $"It took {stopping.Elapsed}.");
        Assert.False(IsRunning(azurite));
        Assert.Empty(program.Errors);
    }

    [Fact]
    public async Task It_starts_its_Azurite_again_when_that_dies()
    {
        await using LocalHostProcess program = Start();
        Uri address = await program.Ready();
        int azurite = Assert.Single(await program.Children());

        await LocalHostProcess.Signal("KILL", azurite);

        await Eventually.True(
            async () => (await program.Children()) is [int next] && next != azurite,
            "another Azurite was started"
        );
        await Eventually.True(
            async () => await Clock(address, HttpMethod.Post) == HttpStatusCode.OK,
            "the storage answers again"
        );
        Assert.Contains(program.Output, line => line.Contains("starting it again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_Azurite_does_not_end_by_a_Ctrl_C_that_reaches_the_whole_terminal()
    {
        await using LocalHostProcess program = Start();
        Uri address = await program.Ready();
        int azurite = Assert.Single(await program.Children());

        await LocalHostProcess.Signal("INT", azurite);

        for (int request = 0; request < 50; request++)
        {
            Assert.Equal(HttpStatusCode.OK, await Clock(address, HttpMethod.Post));
        }

        Assert.Equal([azurite], await program.Children());
    }

    [Fact]
    public async Task It_uses_an_Azurite_that_runs_already_and_leaves_it_running()
    {
        await using LocalHostProcess first = Start();
        await first.Ready();
        await using LocalHostProcess second = Start();
        await second.Ready();

        Assert.Contains(second.Output, line => line.StartsWith("Using the Azurite", StringComparison.Ordinal));
        await second.Signal("TERM");
        Assert.Equal(0, await second.Exited());

        Assert.True(IsRunning(Assert.Single(await first.Children())));
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_line()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await using LocalHostProcess program = Start(("PORT", $"{port}"));

        await Fails(
            program,
            $"Port {port} is in use: stop the program that listens there, or set PORT to another port."
        );
    }

    [Fact]
    public async Task Azurites_ports_partly_in_use_are_told_in_one_line()
    {
        using TcpListener listener = new(IPAddress.Loopback, _azuritePort + 1);
        listener.Start();

        await using LocalHostProcess program = Start();

        await Fails(
            program,
            $"Of Azurite's ports {_azuritePort} to {_azuritePort + 2} some are in use: stop the programs that listen there, "
                + "or set AZURITE_PORT to the first of three free ports."
        );
    }

    [Fact]
    public async Task A_bad_option_is_told_in_one_line()
    {
        await using LocalHostProcess program = Start(("PORT", "http"));

        await Fails(program, "PORT is 'http'; set it to a whole number from 0 to 65535.");
    }

    [Fact]
    public async Task A_missing_Node_is_told_in_one_line()
    {
        await using LocalHostProcess program = Start(("PATH", _data.FullName));

        await Fails(program, "Azurite does not start. Azurite needs Node.js: no `node` was found on the PATH.");
    }

    [Fact]
    public async Task A_storage_that_does_not_answer_is_told_in_one_line()
    {
        string nowhere = AzuriteProcess.ConnectionStringFor(_azuritePort, _azuritePort + 1, _azuritePort + 2);
        await using LocalHostProcess program = Start(("DrawdownStorage", nowhere));

        Assert.Equal(1, await program.Exited());
        Assert.StartsWith("The storage does not answer", Assert.Single(program.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("AccountName=x")]
    public async Task A_malformed_connection_string_is_told_in_one_line(string text)
    {
        await using LocalHostProcess program = Start(("DrawdownStorage", text));

        Assert.Equal(1, await program.Exited());
        Assert.StartsWith(
            "The storage cannot be opened: set DrawdownStorage",
            Assert.Single(program.Errors),
            StringComparison.Ordinal
        );
    }

    private LocalHostProcess Start(params (string Name, string Value)[] variables) =>
        LocalHostProcess.Start([
            ("PORT", "0"),
            ("AZURITE_PORT", $"{_azuritePort}"),
            ("DATA_DIR", Path.Combine(_data.FullName, "azurite")),
            .. variables,
        ]);

    private static async Task Fails(LocalHostProcess program, string message)
    {
        Assert.Equal(1, await program.Exited());
        Assert.Equal([message], program.Errors);
        Assert.Empty(program.Output);
    }

    private static async Task<HttpStatusCode> Clock(Uri address, HttpMethod? method = null)
    {
        using HttpClient http = new() { BaseAddress = address };
        using HttpRequestMessage request = new(method ?? HttpMethod.Get, "/local/clock");
        request.Content = new StringContent("""{"advance":"PT1S"}""");
        using HttpResponseMessage answer = await http.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using Process running = Process.GetProcessById(process);
            return !running.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
