using System.Net;
using System.Net.Sockets;
using Azure.Core;
using Drawdown.LocalHost;
using Drawdown.Storage.Azure;

namespace Drawdown.Storage.Tests.Azure;

/// <summary>Storage accounts of a test: how to reach them, and stores over them with changed client options.</summary>
internal static class Accounts
{
    /// <summary>Both services at this port of the machine.</summary>
    public static StorageConnection At(int port) =>
        new() { ConnectionString = AzuriteProcess.ConnectionStringFor(port, port, port) };

    /// <summary>Both services at a port where nothing listens.</summary>
    public static StorageConnection Nowhere()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return At(port);
    }

    public static AzureTableStore Tables(this StorageConnection connection, Action<ClientOptions>? customize = null) =>
        new(StorageClients.Tables(connection, customize), connection.Prefix);

    public static AzureQueueStore Queues(this StorageConnection connection, Action<ClientOptions>? customize = null) =>
        new(StorageClients.Queues(connection, customize), connection.Prefix);
}
