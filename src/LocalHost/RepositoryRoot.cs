namespace Drawdown.LocalHost;

/// <summary>Finds the working copy that this program was built in.</summary>
public static class RepositoryRoot
{
    private const string Marker = "Drawdown.slnx";

    /// <summary>The nearest folder at or above the program's own that holds the solution file.</summary>
    /// <exception cref="InvalidOperationException">The program does not run from within a working copy.</exception>
    public static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException(
            $"No folder at or above {AppContext.BaseDirectory} holds {Marker}: run from within a working copy."
        );
    }
}
