using System.Reflection;

namespace Drawdown.Functions.Service;

/// <summary>Files that are part of an assembly, so that they are there wherever the assembly is.</summary>
public static class EmbeddedFile
{
    /// <summary>The bytes of a file.</summary>
    /// <exception cref="InvalidOperationException">The assembly has no such file: it was built wrongly.</exception>
    public static byte[] Read(Assembly assembly, string name)
    {
        using var source =
            assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no file {name}.");
        var bytes = new byte[source.Length];
        source.ReadExactly(bytes);
        return bytes;
    }
}
