namespace Drawdown.Storage;

/// <summary>
/// The app cannot start on the storage that it is configured with. The message is one line for whoever runs it: what is
/// wrong, and which setting or role mends it.
/// </summary>
public sealed class StorageSetupException : InvalidOperationException
{
    /// <param name="message">One line.</param>
    public StorageSetupException(string message, Exception? inner = null)
        : base(message, inner) { }
}
