using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Queues;

namespace Drawdown.Storage.Azure;

/// <summary>Builds the Azure SDK's clients, with one set of retry options for both services.</summary>
public static class StorageClients
{
    /// <summary>
    /// Tries after the first. Few, because two levels above try again with a better knowledge of what failed: callers
    /// after a conflict, the Functions host after a failed message.
    /// </summary>
    private const int MaxRetries = 2;

    /// <summary>The first pause. Long enough for a partition that moves between servers, short enough for a caller.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause: an HTTP caller waits behind it.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long one try may take. The service gives up on a table operation after 30 seconds itself, and nothing here
    /// takes longer than a few hundred milliseconds on a healthy account; the SDK's 100 seconds would outlast the caller.
    /// </summary>
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A client for the Table service.</summary>
    /// <param name="customize">Changes the options last: adds a pipeline policy, replaces the transport.</param>
    /// <exception cref="StorageSetupException">The connection names neither a connection string nor an address, or is malformed.</exception>
    public static TableServiceClient Tables(StorageConnection connection, Action<ClientOptions>? customize = null)
    {
        TableClientOptions options = Configure(new TableClientOptions(), customize);
        return connection switch
        {
            { ConnectionString: { Length: > 0 } text } => Parsed(() => new TableServiceClient(text, options)),
            { TableServiceUri: { } address } => new TableServiceClient(address, Identity(connection), options),
            _ => throw Incomplete(),
        };
    }

    /// <summary>A client for the Queue service. Bodies go as they are: see <see cref="Queues.IQueueStore"/>.</summary>
    /// <param name="customize">Changes the options last: adds a pipeline policy, replaces the transport.</param>
    /// <exception cref="StorageSetupException">The connection names neither a connection string nor an address, or is malformed.</exception>
    public static QueueServiceClient Queues(StorageConnection connection, Action<ClientOptions>? customize = null)
    {
        QueueClientOptions options = Configure(
            new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None },
            customize
        );
        return connection switch
        {
            { ConnectionString: { Length: > 0 } text } => Parsed(() => new QueueServiceClient(text, options)),
            { QueueServiceUri: { } address } => new QueueServiceClient(address, Identity(connection), options),
            _ => throw Incomplete(),
        };
    }

    private static TOptions Configure<TOptions>(TOptions options, Action<ClientOptions>? customize)
        where TOptions : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = MaxRetries;
        options.Retry.Delay = Delay;
        options.Retry.MaxDelay = MaxDelay;
        options.Retry.NetworkTimeout = NetworkTimeout;
        customize?.Invoke(options);
        return options;
    }

    private static DefaultAzureCredential Identity(StorageConnection connection) =>
        new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = connection.ManagedIdentityClientId });

    // Not the SDK's own message: it repeats parts of the string, which may be the key.
    private static T Parsed<T>(Func<T> create)
    {
        try
        {
            return create();
        }
        catch (Exception malformed)
            when (malformed is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new StorageSetupException("DrawdownStorage is not a connection string of a storage account.");
        }
    }

    private static StorageSetupException Incomplete() =>
        new(
            "No storage is configured: set DrawdownStorage to a connection string, or DrawdownStorage__tableServiceUri and "
                + "DrawdownStorage__queueServiceUri to the addresses of an account that this app's identity may use."
        );
}
