using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Drawdown.Domain.Tests;

/// <summary>
/// Tries a law on generated cases. Every run tries new ones; a failure names its seed, and the same seed tries the same
/// cases again.
/// </summary>
internal static class Law
{
    /// <summary>The environment variable that gives the seed of all laws.</summary>
    public const string SeedVariable = "DRAWDOWN_SEED";

    /// <summary>
    /// The environment variable that caps the cases of each law: <c>./mutate</c> runs the tests a thousand times over.
    /// </summary>
    public const string CapVariable = "DRAWDOWN_LAW_CASES";

    /// <summary>The cap, or null.</summary>
    public static int? Cap { get; } =
        Environment.GetEnvironmentVariable(CapVariable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;

    /// <summary>Fails, with the smallest counterexample found, unless the law throws for none of the cases.</summary>
    public static void HoldsFor<T>(Arbitrary<T> cases, Action<T> law, int count = 200, ulong? seed = null)
    {
        var used = seed ?? Seed();
        var config = Config
            .QuickThrowOnFailure.WithMaxTest(Math.Min(count, Cap ?? count))
            .WithQuietOnSuccess(true)
            .WithReplay(new Replay(new Rnd(used), FSharpOption<int>.None));
        try
        {
            Check.One(config, Prop.ForAll(cases, law));
        }
        catch (Exception failure)
        {
            throw new Xunit.Sdk.XunitException($"Replay with {SeedVariable}={used}.\n{failure.Message}", failure);
        }
    }

    /// <inheritdoc cref="HoldsFor{T}(Arbitrary{T}, Action{T}, int, ulong?)"/>
    public static void HoldsFor<T>(Gen<T> cases, Action<T> law, int count = 200, ulong? seed = null) =>
        HoldsFor(cases.ToArbitrary(), law, count, seed);

    private static ulong Seed() =>
        Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } text
            ? ulong.Parse(text, CultureInfo.InvariantCulture)
            : (ulong)System.Random.Shared.NextInt64();
}
