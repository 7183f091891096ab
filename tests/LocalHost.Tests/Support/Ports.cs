using System.Net;
using System.Net.Sockets;

namespace Drawdown.LocalHost.Tests.Support;

/// <summary>Ports of the loopback address that nothing listens on.</summary>
internal static class Ports
{
    /// <summary>The first of some free ports in a row.</summary>
    public static int Free(int count)
    {
        while (true)
        {
            // The system chooses the first, so that tests in parallel rarely meet.
            using TcpListener first = new(IPAddress.Loopback, 0);
            first.Start();
            int port = ((IPEndPoint)first.LocalEndpoint).Port;
            if (port + count - 1 <= IPEndPoint.MaxPort && Enumerable.Range(port + 1, count - 1).All(IsFree))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
