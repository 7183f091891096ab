using Drawdown.LocalHost;

namespace Drawdown.Testing;

/// <summary>The checkout that the tests run in.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Drawdown.slnx</c>.</summary>
    public static string Root { get; } = RepositoryRoot.Find();
}
