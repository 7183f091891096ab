namespace Drawdown.Storage.Azure;

/// <summary>
/// Where the storage account is and as whom to speak to it: either a connection string (Azurite, a developer's machine),
/// or the services' addresses and this app's identity (Azure, where no key exists).
/// </summary>
public sealed record StorageConnection
{
    /// <summary>A connection string with an account key.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The Table service's address, such as <c>https://ACCOUNT.table.core.windows.net</c>.</summary>
    public Uri? TableServiceUri { get; init; }

    /// <summary>The Queue service's address, such as <c>https://ACCOUNT.queue.core.windows.net</c>.</summary>
    public Uri? QueueServiceUri { get; init; }

    /// <summary>The client id of a user-assigned managed identity; null for the system-assigned one.</summary>
    public string? ManagedIdentityClientId { get; init; }

    /// <summary>Whether the app shows its identity, because there is no connection string.</summary>
    public bool IsByIdentity =>
        string.IsNullOrEmpty(ConnectionString) && (TableServiceUri ?? QueueServiceUri) is not null;

    /// <summary>
    /// Put before every table and queue name (in lower case before the latter), so that several users can share one
    /// account: tests that run in parallel, say. Letters and digits only, beginning with a letter; empty for none.
    /// </summary>
    public string Prefix { get; init; } = "";
}
