namespace Drawdown.Simulation.Tests;

/// <summary>A way to break the product.</summary>
/// <param name="Name">What is broken, in words.</param>
/// <param name="Project">The project below <c>src</c>.</param>
/// <param name="File">The file in it.</param>
/// <param name="Right">What stands there.</param>
/// <param name="Wrong">What stands there instead.</param>
public sealed record Variant(string Name, string Project, string File, string Right, string Wrong)
{
    /// <summary>The first seed that is tried: near one that has caught it, so that the search is short.</summary>
    public ulong FirstSeed { get; init; } = 1;

    /// <summary>Another change that belongs to it.</summary>
    public (string Right, string Wrong)? Also { get; init; }

    /// <summary>The text of a source file in the broken product.</summary>
    /// <exception cref="InvalidOperationException">The product has changed: the variant must be written anew.</exception>
    public string Patch(string path, string text)
    {
        if (path != File)
            return text;
        var patched = Patch(text, Right, Wrong);
        return Also is var (right, wrong) ? Patch(patched, right, wrong) : patched;
    }

    private string Patch(string text, string right, string wrong)
    {
        var at = text.IndexOf(right, StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(right, at + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"'{right}' does not stand exactly once in {Project}/{File}.");
        return text.Replace(right, wrong, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
