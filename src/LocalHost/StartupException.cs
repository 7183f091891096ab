namespace Drawdown.LocalHost;

/// <summary>LocalHost cannot start, and the user can mend it: the message is one line that says how.</summary>
public sealed class StartupException : Exception
{
    /// <summary>Says what is wrong and what to do about it.</summary>
    public StartupException(string message, Exception? inner = null)
        : base(message, inner) { }
}
