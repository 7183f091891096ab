using System.Net;
using System.Net.Sockets;

namespace Drawdown.LocalHost;

/// <summary>Looks at ports of 127.0.0.1, and says what is wrong with one.</summary>
internal static class LocalPorts
{
    /// <summary>Whether something accepts connections there.</summary>
    public static async Task<bool> IsListening(int port, CancellationToken cancellation)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Finds out early whether the port can be listened on.</summary>
    /// <exception cref="StartupException">It cannot; the message says what to do.</exception>
    public static void MustBeFree(int port)
    {
        using TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException inUse) when (inUse.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new StartupException(InUse(port), inUse);
        }
        catch (SocketException refused)
        {
            throw new StartupException(Refused(port, refused), refused);
        }
    }

    /// <summary>What to tell about a port that another program listens on.</summary>
    public static string InUse(int port) =>
        $"Port {port} is in use: stop the program that listens there, or set PORT to another port.";

    /// <summary>What to tell about a port that the system does not give away.</summary>
    public static string Refused(int port, SocketException reason) =>
        $"Port {port} cannot be used ({reason.Message}): set PORT to another port.";
}
