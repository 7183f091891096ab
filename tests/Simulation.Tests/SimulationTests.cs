using System.Diagnostics;

namespace Drawdown.Simulation.Tests;

/// <summary>The product as it is, in the simulator; and the simulator itself.</summary>
public sealed class SimulationTests
{
    private static readonly List<int> Operations = [.. Enumerable.Range(1, VariantTests.Operations)];

    [Fact]
    public void The_product_keeps_its_promises_on_all_seeds_on_which_the_broken_ones_are_tried()
    {
        var failures = new List<string>();

        var total = Campaign.Run(
            VariantTests.FirstSeed,
            VariantTests.Seeds,
            VariantTests.Operations,
            jobs: 2,
            failed =>
                failures.Add($"./simulate --seed {failed.Seed} --ops {VariantTests.Operations}\n{failed.Violation}")
        );

        Assert.Empty(failures);
        // A simulation in which nothing happens would prove nothing.
        Assert.InRange(total.Commits, 3_000, long.MaxValue);
        Assert.InRange(total.Conflicts, 1_000, long.MaxValue);
        Assert.InRange(total.Crashes, 100, long.MaxValue);
        foreach (var fate in Enum.GetValues<Fate>().Where(fate => fate is not Fate.Fine))
            Assert.InRange(total.Faults.GetValueOrDefault(fate.ToString()), 30, long.MaxValue);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(21)]
    public void A_seed_is_the_same_run_every_time_in_any_process(ulong seed)
    {
        var here = Trial.Run(seed, Operations);

        Assert.Equal(here.Trace, Trial.Run(seed, Operations).Trace);
        Assert.NotEqual(here.Trace, Trial.Run(seed + 1, Operations).Trace);
        Assert.Contains($"trace {here.Trace}", Elsewhere("--seed", $"{seed}", "--ops", $"{VariantTests.Operations}"));
    }

    [Fact]
    public void A_failure_is_shrunk_to_a_few_operations_that_still_fail()
    {
        var product = BrokenProduct.Of(
            Variants.All.Single(variant => variant.Name == "What expires last is drawn first")
        );

        var story = product.Shrunk(VariantTests.FirstSeed, VariantTests.Seeds, VariantTests.Operations);

        // A customer, two credits and a drawdown, and what time it takes.
        Assert.NotNull(story);
        TestContext.Current.TestOutputHelper?.WriteLine(story);
        Assert.InRange(int.Parse(story.Split(' ')[0]), 3, 8);
    }

    private static string Elsewhere(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList = { typeof(Trial).Assembly.Location },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd();
    }
}
