using System.Diagnostics;
using System.Globalization;

namespace Drawdown.Benchmarks;

/// <summary>How long one thing took, over and over.</summary>
/// <param name="Name">What it was.</param>
/// <param name="Milliseconds">Every run's time, ascending.</param>
public sealed record Measurement(string Name, IReadOnlyList<double> Milliseconds)
{
    /// <summary>Half of the runs were faster.</summary>
    public double Median => Milliseconds[Milliseconds.Count / 2];

    /// <summary>Nineteen runs of twenty were faster.</summary>
    public double NinetyFifth => Milliseconds[Milliseconds.Count * 19 / 20];

    /// <summary>Runs something a fixed number of times, one after the other.</summary>
    public static async Task<Measurement> Of(string name, int runs, Func<int, Task> run)
    {
        // The first ones pay for compilation and connections.
        for (var warm = 0; warm < Math.Min(20, runs); warm++)
            await run(-1 - warm);
        var times = new List<double>(runs);
        for (var index = 0; index < runs; index++)
        {
            var began = Stopwatch.GetTimestamp();
            await run(index);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        times.Sort();
        return new(name, times);
    }

    /// <summary>A line of the report: the ratio to the floor first, because milliseconds are this machine's.</summary>
    public string Against(Measurement floor) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name, -44} {Median / floor.Median, 6:0.0} x {floor.Name, -22} median {Median, 7:0.0} ms, 95% {NinetyFifth, 7:0.0} ms"
        );
}
