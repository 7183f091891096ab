using Drawdown.Domain;
using Drawdown.Storage.Accounts;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Idempotency;

/// <summary>
/// Runs requests side by side, each in a process of its own, and decides which storage call acts next: in every order, or in
/// orders drawn from a seed. Nothing runs on a second thread, so an order that was found wrong can be run again.
/// </summary>
/// <remarks>
/// Two calls that do not touch the same row, or only read it, may be swapped without any request noticing. Of all orders that
/// differ only in such swaps one is run (sleep sets: Godefroid, "Partial-Order Methods for the Verification of Concurrent
/// Systems", 1996). The agenda holds no truth, so its calls are not held up.
/// </remarks>
internal static class Schedules
{
    /// <summary>Runs every order.</summary>
    /// <param name="given">Makes the world of one run, and the requests that meet in it.</param>
    /// <param name="then">Looks at what became of them.</param>
    /// <param name="longest">
    /// Orders of more calls than this are left out: two requests can be in each other's way as often as they like.
    /// </param>
    /// <returns>How many orders were run to their end.</returns>
    public static Task<int> All(
        Func<Task<(World World, Request[] Requests)>> given,
        Func<World, Request[], Ending[], Task> then,
        int longest
    ) =>
        WithoutContext(async () =>
        {
            var path = new List<Choice>();
            var runs = 0;
            do
            {
                if (await RunOne(given, then, path, Systematic(path, longest)))
                    runs++;
            } while (Backtrack(path));
            return runs;
        });

    /// <summary>Runs one order, drawn from a seed.</summary>
    public static Task Sampled(
        Func<Task<(World World, Request[] Requests)>> given,
        Func<World, Request[], Ending[], Task> then,
        int seed
    ) =>
        WithoutContext(async () =>
        {
            var random = new Random(seed);
            return await RunOne(given, then, [], (waiting, _) => waiting[random.Next(waiting.Count)]);
        });

    // An awaited call must go on where it was let go, on this thread: xunit's own context would put it on another.
    private static Task<T> WithoutContext<T>(Func<Task<T>> work) =>
        Task.Run(work, TestContext.Current.CancellationToken);

    private static async Task<bool> RunOne(
        Func<Task<(World World, Request[] Requests)>> given,
        Func<World, Request[], Ending[], Task> then,
        List<Choice> path,
        Func<List<Waiting>, int, Waiting?> choose
    )
    {
        var (world, requests) = await given();
        var waiting = new List<Waiting>();
        var order = new List<string>();
        var running = requests.Select((request, party) => Start(world, request, party, waiting)).ToList();
        for (var depth = 0; waiting.Count > 0; depth++)
        {
            if (choose(waiting, depth) is not { } next)
                return false;
            waiting.Remove(next);
            order.Add(next.Name);
            next.Go.SetResult();
        }
        Assert.All(running, request => Assert.True(request.IsCompleted));
        var endings = await Task.WhenAll(running.Select(Ending.Of));
        try
        {
            await then(world, requests, endings);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"{string.Join('\n', order)}\n{string.Join('\n', endings.Select(ending => ending.ToString()))}",
                exception
            );
        }
        return true;
    }

    private static Task<Outcome<Written>> Start(World world, Request request, int party, List<Waiting> waiting)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var instance = world.NewInstance();
        instance.Hooks.Before = call =>
        {
            if (call.Target == StorageTables.Agenda)
                return Task.CompletedTask;
            var name = $"{party}: {call.Operation} {call.Partition[^4..]} {string.Join(' ', call.Rows.Select(Short))}";
            seen[name] = seen.GetValueOrDefault(name) + 1;
            var held = new Waiting($"{name} #{seen[name]}", call);
            waiting.Add(held);
            return held.Go.Task;
        };
        return instance.Send(request);
    }

    private static string Short(string row) => row.Split('.')[0];

    // Follows the path as far as it is given, and then goes on with the first call that is not asleep.
    private static Func<List<Waiting>, int, Waiting?> Systematic(List<Choice> path, int longest) =>
        (waiting, depth) =>
        {
            if (depth == longest)
                return null;
            if (depth == path.Count)
            {
                var asleep =
                    depth == 0 ? [] : path[depth - 1].Asleep.FindAll(call => !path[depth - 1].Chosen.Meets(call));
                if (waiting.Find(call => !asleep.Exists(sleeper => sleeper.Name == call.Name)) is not { } first)
                    return null;
                path.Add(new(first, [.. waiting], asleep));
            }
            return waiting.Find(call => call.Name == path[depth].Chosen.Name)
                ?? throw new InvalidOperationException(
                    $"A run is not repeatable: {path[depth].Chosen.Name} is missing."
                );
        };

    private static bool Backtrack(List<Choice> path)
    {
        while (path.Count > 0)
        {
            var last = path[^1];
            path.RemoveAt(path.Count - 1);
            List<Waiting> asleep = [.. last.Asleep, last.Chosen];
            if (last.Enabled.Find(call => !asleep.Exists(sleeper => sleeper.Name == call.Name)) is not { } next)
                continue;
            path.Add(new(next, last.Enabled, asleep));
            return true;
        }
        return false;
    }

    /// <summary>One call that is held up. Its name is the same in every run that has come the same way.</summary>
    private sealed record Waiting(string Name, StoreCall Call)
    {
        public TaskCompletionSource Go { get; } = new();

        public bool Meets(Waiting other) =>
            Call.Target == other.Call.Target
            && Call.Partition == other.Call.Partition
            && (Writes || other.Writes)
            && (IsRange || other.IsRange || Call.Rows.Intersect(other.Call.Rows, StringComparer.Ordinal).Any());

        private bool Writes => Call.Operation is StoreOperation.Commit;

        private bool IsRange => Call.Operation is StoreOperation.Range;
    }

    private sealed record Choice(Waiting Chosen, List<Waiting> Enabled, List<Waiting> Asleep);
}

/// <summary>What a request was told.</summary>
/// <param name="Outcome">Null when it was told that storage is not available.</param>
internal sealed record Ending(Outcome<Written>? Outcome)
{
    /// <summary>Its answer, when it went through.</summary>
    public Written? Written => (Outcome as Outcome<Written>.Accepted)?.Value;

    /// <summary>Why it did not, when it was refused.</summary>
    public Refusal? Refusal => (Outcome as Outcome<Written>.Refused)?.Refusal;

    /// <summary>It may be sent again: nobody has said that it never will go through.</summary>
    public bool MayBeSentAgain => Outcome is null || Refusal is Refusal.Conflict;

    public static async Task<Ending> Of(Task<Outcome<Written>> request)
    {
        try
        {
            return new(await request);
        }
        catch (StorageUnavailableException)
        {
            return new((Outcome<Written>?)null);
        }
    }
}
