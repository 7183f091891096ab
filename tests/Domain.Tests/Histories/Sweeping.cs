namespace Drawdown.Domain.Tests.Histories;

/// <summary>When the timer that posts what lapsed runs.</summary>
internal enum Sweeping
{
    /// <summary>Where the script says so, over the whole account.</summary>
    AsWritten,

    /// <summary>Not at all.</summary>
    Never,

    /// <summary>After every step, one credit at a time.</summary>
    Always,
}
