using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Drawdown.Storage.Tests.Azure;

/// <summary>A server that gives every request the same answer, however wrong, or none.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly string? _answer;
    private readonly Task _serving;
    private int _requests;

    /// <param name="answer">Sent as it is, before the connection is closed; null to keep the caller waiting.</param>
    public ScriptedServer(string? answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Requests => _requests;

    /// <summary>An answer with that status, type and body, as the services write it.</summary>
    public static string Answer(string status, string type, string body) =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
        + $"Connection: close\r\n\r\n{body}";

    /// <summary>The Table service's answer to a transaction of which one change failed with that status and code.</summary>
    public static string FailedTransaction(string status, string code) =>
        Answer(
            "202 Accepted",
            "multipart/mixed; boundary=batchresponse_1",
            $$"""
            --batchresponse_1
            Content-Type: multipart/mixed; boundary=changesetresponse_1

            --changesetresponse_1
            Content-Type: application/http
            Content-Transfer-Encoding: binary

            HTTP/1.1 {{status}}
            X-Content-Type-Options: nosniff
            DataServiceVersion: 3.0;
            Content-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8

            {{Error(code)}}
            --changesetresponse_1--
            --batchresponse_1--

            """.ReplaceLineEndings("\r\n")
        );

    /// <summary>The Queue service's answer to a refused request.</summary>
    public static string QueueRefusal(string status, string code) =>
        Answer(
            status,
            "application/xml",
            $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>Some text.</Message></Error>"
        );

    /// <summary>The Table service's answer to a refused request. It tells the error code in the body only.</summary>
    public static string TableRefusal(string status, string code) =>
        Answer(status, "application/json;odata=minimalmetadata;streaming=true;charset=utf-8", Error(code));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private static string Error(string code) =>
        JsonSerializer.Serialize(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["odata.error"] = new { code, message = new { lang = "en-US", value = "0:Some text.\nRequestId:1" } },
            }
        );

    private async Task Serve()
    {
        List<Task> connections = [];
        while (!_stopping.IsCancellationRequested)
        {
            connections.Add(Serve(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }

        await Task.WhenAll(connections);
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            if (!await ReadRequest(stream))
            {
                return;
            }

            Interlocked.Increment(ref _requests);
            if (_answer is null)
            {
                await Task.Delay(Timeout.Infinite, _stopping.Token);
            }

            await stream.WriteAsync(Encoding.UTF8.GetBytes(_answer!), _stopping.Token);
            // Closing with unread input would reset the connection under the answer.
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null, _stopping.Token);
        }
    }

    // False when the connection was closed instead.
    private async Task<bool> ReadRequest(NetworkStream stream)
    {
        byte[] buffer = new byte[16 * 1024];
        int read = 0;
        while (!Encoding.ASCII.GetString(buffer, 0, read).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int more = await stream.ReadAsync(buffer.AsMemory(read), _stopping.Token);
            if (more == 0)
            {
                return false;
            }

            read += more;
        }

        return true;
    }
}
