namespace Drawdown.Testing;

/// <summary>The checkout that the tests run in.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Drawdown.slnx</c>.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Drawdown.slnx")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {folder} holds Drawdown.slnx.");
    }
}
