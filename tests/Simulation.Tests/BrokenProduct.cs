using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Drawdown.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Drawdown.Simulation.Tests;

/// <summary>
/// The product with a line of its source changed: one of its assemblies is compiled anew in memory and loaded, with the others
/// and the simulator as they are, into a context of its own. So exactly that line is broken, and everything else is what ships.
/// </summary>
public sealed class BrokenProduct
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Syntax = new(LanguageVersion.Latest);

    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        optimizationLevel: OptimizationLevel.Release,
        checkOverflow: true,
        nullableContextOptions: NullableContextOptions.Enable
    );

    private readonly Context _context;

    private BrokenProduct(Context context) => _context = context;

    /// <summary>Compiles a variant.</summary>
    public static BrokenProduct Of(Variant variant) => new(new($"Drawdown.{variant.Project}", Compile(variant)));

    /// <summary>Runs the simulator on it; see <see cref="Entry.FirstViolation"/>.</summary>
    public string? FirstViolation(ulong firstSeed, int seeds, int operations) =>
        Call(nameof(Entry.FirstViolation), firstSeed, seeds, operations);

    /// <summary>Runs the simulator on it; see <see cref="Entry.Shrunk"/>.</summary>
    public string? Shrunk(ulong firstSeed, int seeds, int operations) =>
        Call(nameof(Entry.Shrunk), firstSeed, seeds, operations);

    private string? Call(string method, params object[] arguments) =>
        (string?)
            _context
                .LoadFromAssemblyName(new(typeof(Entry).Assembly.GetName().Name!))
                .GetType(typeof(Entry).FullName!)!
                .GetMethod(method)!
                .Invoke(null, arguments);

    private static byte[] Compile(Variant variant)
    {
        var folder = Path.Combine(Repository.Root, "src", variant.Project);
        var own = $"Drawdown.{variant.Project}";
        var trees = Directory
            .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            // The worker's own host is a program, and needs the genuine packages.
            .Where(path => !path.StartsWith("obj/", StringComparison.Ordinal) && path != "Program.cs")
            .Order(StringComparer.Ordinal)
            .Select(path => Parse(variant.Patch(path, File.ReadAllText(Path.Combine(folder, path)))))
            .Append(Parse(ImplicitUsings));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) != own)
            .Select(path => MetadataReference.CreateFromFile(path));
        Compilation compilation = CSharpCompilation.Create(own, trees, references, Options);
        CSharpGeneratorDriver
            .Create(Generators(), parseOptions: Syntax)
            .RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        return result.Success
            ? image.ToArray()
            : throw new InvalidOperationException(
                string.Join('\n', result.Diagnostics.Where(one => one.Severity is DiagnosticSeverity.Error))
            );
    }

    private static SyntaxTree Parse(string text) => CSharpSyntaxTree.ParseText(text, Syntax, encoding: Encoding.UTF8);

    // By their names: next to them are fixes for an editor, which cannot be loaded here.
    private static readonly string[] GeneratorTypes =
    [
        "Microsoft.Extensions.Logging.Generators.LoggerMessageGenerator",
        "System.Text.RegularExpressions.Generator.RegexGenerator",
    ];

    private static IEnumerable<ISourceGenerator> Generators() =>
        from metadata in typeof(BrokenProduct).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        where metadata.Key == "Generator"
        let assembly = Assembly.LoadFrom(metadata.Value!)
        from type in GeneratorTypes.Select(name => assembly.GetType(name)).OfType<Type>()
        select ((IIncrementalGenerator)Activator.CreateInstance(type)!).AsSourceGenerator();

    /// <summary>
    /// Drawdown's own assemblies are its own; all others are shared. It stays until the tests end: what can be unloaded is
    /// always compiled with full optimisation, which takes four times as long as the run.
    /// </summary>
    private sealed class Context(string broken, byte[] image) : AssemblyLoadContext("broken")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name is not { } name || !name.StartsWith("Drawdown.", StringComparison.Ordinal))
                return null;
            var bytes =
                name == broken ? image : File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));
            return LoadFromStream(new MemoryStream(bytes));
        }
    }
}
