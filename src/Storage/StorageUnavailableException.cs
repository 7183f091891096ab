namespace Drawdown.Storage;

/// <summary>
/// The storage service could not be reached, was too busy, timed out, or did not say whether it acted. Reads may be
/// repeated; a commit may or may not have happened. It becomes a 503 with <c>Retry-After</c>.
/// </summary>
public sealed class StorageUnavailableException : Exception
{
    /// <summary>Wraps the storage client's own exception.</summary>
    public StorageUnavailableException(string message, Exception? inner = null)
        : base(message, inner) { }
}
