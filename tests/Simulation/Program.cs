using System.Diagnostics;
using System.Globalization;
using Drawdown.Simulation;

const string usage = """
    ./simulate [--seeds N] [--ops M] [--first S] [--jobs J]   runs N seeds from S on, M operations each
    ./simulate --seed S [--ops M] [--only 3,17,21] [--log]    runs one seed again, all of its operations or some
    """;

var (seeds, operations, first, jobs) = (1000, 100, 1UL, Environment.ProcessorCount);
ulong? single = null;
List<int>? only = null;
var log = false;
try
{
    for (var at = 0; at < args.Length; at++)
        switch (args[at])
        {
            case "--seeds":
                seeds = int.Parse(args[++at], CultureInfo.InvariantCulture);
                break;
            case "--ops":
                operations = int.Parse(args[++at], CultureInfo.InvariantCulture);
                break;
            case "--first":
                first = ulong.Parse(args[++at], CultureInfo.InvariantCulture);
                break;
            case "--jobs":
                jobs = int.Parse(args[++at], CultureInfo.InvariantCulture);
                break;
            case "--seed":
                single = ulong.Parse(args[++at], CultureInfo.InvariantCulture);
                break;
            case "--only":
                only = [.. args[++at].Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
                break;
            case "--log":
                log = true;
                break;
            default:
                throw new FormatException($"Not an option: {args[at]}");
        }
}
catch (Exception exception) when (exception is FormatException or IndexOutOfRangeException or OverflowException)
{
    Console.Error.WriteLine($"{exception.Message}\n{usage}");
    return 2;
}

var watch = Stopwatch.StartNew();
List<int> numbers = only ?? [.. Enumerable.Range(1, operations)];
if (single is { } seed)
{
    var result = Trial.Run(seed, numbers, log ? Console.WriteLine : null);
    Console.WriteLine($"seed {seed} ({result.Weather}): trace {result.Trace}");
    return Conclude(result.Statistics, 1, result.Violation is null ? [] : [result]);
}
var failures = new List<TrialResult>();
var total = Campaign.Run(
    first,
    seeds,
    operations,
    jobs,
    failed =>
    {
        failures.Add(failed);
        Console.WriteLine($"seed {failed.Seed} ({failed.Weather}): {failed.Violation!.Rule}");
    }
);
return Conclude(total, seeds, failures);

int Conclude(Statistics statistics, int runs, List<TrialResult> failed)
{
    // The first one is shrunk and told; the others can be run again by their seeds.
    if (failed.MinBy(result => result.Seed) is { } worst)
    {
        var fewest = Shrinker.Shrink(worst, numbers);
        var again = Trial.Run(worst.Seed, fewest);
        Console.WriteLine($"\nseed {worst.Seed}, the fewest operations that break it:\n");
        foreach (var line in again.Story)
            Console.WriteLine(line);
        Console.WriteLine($"\n{again.Violation!.Rule}\n{again.Violation.Detail}");
        Console.WriteLine($"\nAgain: ./simulate --seed {worst.Seed} --only {string.Join(',', fewest)} --log\n");
    }
    Console.WriteLine(
        $"{runs} seeds, {statistics.Operations} operations, {statistics.Requests} requests, {statistics.Answers} answers compared"
    );
    Console.WriteLine(
        $"{statistics.Calls} storage calls, {statistics.Commits} commits, {statistics.Conflicts} conflicts, {statistics.Crashes} crashes"
    );
    Console.WriteLine($"faults: {string.Join(", ", statistics.Faults.Select(fault => $"{fault.Key} {fault.Value}"))}");
    Console.WriteLine($"{failed.Count} violations in {watch.Elapsed.TotalSeconds:F1} s");
    return failed.Count == 0 ? 0 : 1;
}
