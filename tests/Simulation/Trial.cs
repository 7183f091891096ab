using Drawdown.Oracle;
using Drawdown.Oracle.Batches;
using Drawdown.Simulation.Incoming;
using Drawdown.Storage;

namespace Drawdown.Simulation;

/// <summary>
/// One run: clients, timers and crashes as the seed says, then rest, then a look at everything that is there. Each operation
/// draws its own chance from the seed and its number, so that it is the same operation when others are left out.
/// </summary>
public sealed class Trial
{
    // A Sunday morning: in the hours to come Berlin's clocks are set forward.
    private static readonly DateTimeOffset Start = new(2026, 3, 28, 20, 0, 0, TimeSpan.Zero);

    private readonly Kernel _kernel = new(Start);
    private readonly Statistics _statistics = new();
    private readonly CreditWorkload _credits;
    private readonly List<Plan> _plans = [];
    private readonly int _billing;
    private readonly IncomingWorkload _incoming;
    private readonly int _incomingShare;
    private readonly bool _crowded;
    private readonly List<string> _story = [];
    private readonly List<(string Key, Command Command)> _sent = [];
    private readonly Chance _root;
    private readonly Judge _judge;
    private readonly Cluster _cluster;
    private readonly Weather _weather;

    private int _cutShort;

    private Trial(ulong seed, Action<string>? log)
    {
        _root = new(seed);
        _kernel.Log = log;
        _weather = Weather.Of(_root.Fork(1));
        _crowded = _root.Fork(4).Percent(40);
        _credits = new CreditWorkload(_crowded);
        // Of a hundred requests, those to the Incoming side; and of the others those about billing.
        _incomingShare = _root.Fork(8).Weighted((55, 0), (35, 100), (10, 50));
        _incoming = new(_crowded, many: _root.Fork(9).Percent(20));
        _billing = _incomingShare == 100 ? 0 : _root.Fork(6).Weighted((4, 0), (4, 40), (2, 75));
        _judge = new(_kernel, _statistics);
        _cluster = new(
            _kernel,
            _root.Fork(2),
            _weather,
            _statistics,
            _judge.Committed,
            bug => _judge.Report("No bug anywhere", bug)
        );
    }

    /// <summary>Runs some operations of a seed.</summary>
    /// <param name="operations">Their numbers, ascending.</param>
    /// <param name="log">Told of everything; null: of nothing.</param>
    public static TrialResult Run(ulong seed, IReadOnlyList<int> operations, Action<string>? log = null)
    {
        var trial = new Trial(seed, log);
        trial._kernel.Run(() => trial.Live(operations));
        return new(
            seed,
            trial._weather.Name,
            trial._judge.Violation,
            trial._kernel.Trace,
            trial._statistics,
            trial._story
        );
    }

    private async Task Live(IReadOnlyList<int> operations)
    {
        await _cluster.Start();
        await MakePlans();
        var running = new List<Task>();
        foreach (var number in operations)
        {
            var chance = _root.Fork(1000 + (ulong)number);
            await _kernel.Sleep(Pause(chance));
            _statistics.Operations++;
            running.Add(Operate(number, chance));
        }
        await Task.WhenAll(running);
        await Rest();
        await ReadEverything();
        await Forget();
    }

    private Task Operate(int number, Chance chance)
    {
        if (!chance.Percent(10))
            return Ask(number, chance);
        var timer = chance.Weighted(
            (6, Timer.DeactivateExpiredCredits),
            (2, Timer.ForgetIdempotencyKeys),
            (2, Timer.RelayOutbox),
            (3, Timer.RenewSubscriptions)
        );
        Tell($"#{number} {timer}");
        var once = _cluster.Fire(timer, $"#{number} {timer}", chance.Fork(1));
        // A second one at the same time: a host that starts believes that the timer is due.
        return chance.Percent(25)
            ? Task.WhenAll(once, _cluster.Fire(timer, $"#{number} {timer} twin", chance.Fork(2)))
            : once;
    }

    private async Task Ask(int number, Chance chance)
    {
        var command = Next(chance);
        var key = !command.IsRead && chance.Percent(60) ? $"key-{number}" : null;
        if (key is not null && _sent.Count > 0 && chance.Percent(12))
        {
            // An old key: mostly with its own request, as a client does that never heard of the first one's answer.
            var old = chance.Pick(_sent);
            (key, command) = (old.Key, chance.Percent(70) ? old.Command : command);
        }
        if (key is not null)
            _sent.Add((key, command));
        var call = CallOf(command, key);
        Tell($"#{number} {call}");
        var patience = chance.Percent(80) ? chance.Between(1, 4) : 0;
        if (key is not null && chance.Percent(_crowded ? 50 : 20))
        {
            // A twin of the request at the same time; now and then another request under the same key, which is a mistake.
            var twin = chance.Percent(75) ? command : Next(chance);
            await Task.WhenAll(
                Insist($"#{number}a", command, call, chance.Fork(1), patience),
                Insist($"#{number}b", twin, CallOf(twin, twin.IsRead ? null : key), chance.Fork(2), patience)
            );
        }
        else
            await Insist($"#{number}", command, call, chance.Fork(1), patience);
    }

    private BillingWorkload Billing => new(_plans);

    private Command Next(Chance chance)
    {
        var (books, now) = (_judge.Books, Whole(_kernel.Now));
        if (chance.Fork(8).Percent(_incomingShare))
            return _incoming.Next(_judge.ClientBooks, now, chance);
        return books.Count > 0 && chance.Percent(_billing)
            ? Billing.Next(books, now, chance)
            : _credits.Next(books, now, chance);
    }

    // The catalog never changes, so it is made before anything goes wrong.
    private async Task MakePlans()
    {
        if (_billing == 0)
            return;
        var chance = _root.Fork(7);
        var metric = await Make(LotusCalls.Metric("Seats"), "metric_id");
        foreach (var plan in BillingWorkload.Plans(metric))
            _plans.Add(plan with { Id = await Make(LotusCalls.PlanOf(plan), "plan_id") });

        async Task<string> Make(HttpCall call, string field)
        {
            var process = await _cluster.Any(chance);
            var answer = await process.Answer(new Work("setup", chance, Weather.Calm), call);
            using var body = System.Text.Json.JsonDocument.Parse(answer!.Body);
            return body.RootElement.GetProperty(field).GetString()!;
        }
    }

    private static HttpCall CallOf(Command command, string? key) =>
        command is IncomingCommand incoming ? IncomingCalls.Of(incoming, key) : LotusCalls.Of(command, key);

    private async Task<HttpAnswer?> Insist(string name, Command command, HttpCall call, Chance chance, int patience)
    {
        for (var tried = 0; ; tried++)
        {
            var answer = await Send($"{name}.{tried}", command, call, chance.Fork((ulong)tried));
            Tell($"{name}.{tried} -> {answer?.ToString() ?? "no answer"}");
            var again = answer is null or { Status: 503 } || (answer.Status == 409 && chance.Percent(30));
            if (!again || tried == patience)
            {
                if (answer is not null && command is IncomingCommand incoming)
                    await Heard(name, incoming, answer, chance.Fork(100));
                return answer;
            }
            await _kernel.Sleep(
                TimeSpan.FromMilliseconds(
                    chance.Weighted((8, chance.Between(1, 2000)), (1, chance.Between(2000, 90_000)))
                )
            );
        }
    }

    private async Task Heard(string name, IncomingCommand command, HttpAnswer answer, Chance chance)
    {
        _incoming.Heard(command, answer);
        // Whoever reads a list goes on to its end, mostly.
        if (
            command is IncomingList list
            && IncomingWorkload.Following(list, answer) is { } rest
            && (_cluster.Weather == Weather.Calm || chance.Percent(80))
        )
            await Insist($"{name}+", rest, CallOf(rest, null), chance, 1);
    }

    private async Task<HttpAnswer?> Send(string name, Command command, HttpCall call, Chance chance)
    {
        _statistics.Requests++;
        if (chance.Below(1000) < _cluster.Weather.Network)
        {
            _statistics.Fault("HttpRequestLost");
            return null;
        }
        var process = await _cluster.Any(chance);
        var attempt = _judge.Begin(name, command, call);
        var work = new Work(name, chance.Fork(9), _cluster.Weather) { Subject = attempt };
        var answer = await process.Answer(work, call);
        if (call.Key is not null && (answer is null || work.Faults > 0))
            _cutShort++;
        if (answer is null)
            return null;
        // The host has said it, whether or not the client hears it.
        _judge.Answered(attempt, work, answer);
        if (chance.Below(1000) >= _cluster.Weather.Network)
            return answer;
        _statistics.Fault("HttpAnswerLost");
        return null;
    }

    // Everybody has gone home and nothing goes wrong any more: what is still to be done gets done.
    private async Task Rest()
    {
        _cluster.Weather = Weather.Calm;
        for (var round = 0; round < 3; round++)
        {
            await _kernel.Sleep(TimeSpan.FromMinutes(20));
            foreach (var timer in Enum.GetValues<Timer>())
                await _cluster.Fire(timer, $"rest {round} {timer}", _root.Fork(500 + (ulong)round));
            await _kernel.Sleep(TimeSpan.FromMinutes(11));
            await _cluster.Rest();
        }
    }

    private async Task ReadEverything()
    {
        foreach (var history in _judge.Accounts.Where(history => history.Latest is not null).ToList())
        {
            var (book, now) = (history.Latest!, Whole(_kernel.Now));
            foreach (var command in _credits.Finally(book, now).Concat(Billing.Finally(book, now)).ToList())
                if (await Send($"end {history.Customer}", command, CallOf(command, null), _root.Fork(3)) is null)
                    _judge.Report("At rest everything is answered", $"{command}");
            if (book.Charges.Find(charge => charge.Status == "queued") is { } lost)
                _judge.Report("Every charge is invoiced, or known to have failed", $"{lost.Id} is still on its way.");
            if (book.Subscriptions.Find(one => one.IsDue(now - TimeSpan.FromMinutes(15))) is { } late)
                _judge.Report("Every period is billed", $"{late.Id} was due at {late.Next:O}.");
            // Skewed clocks: what is due by the slowest of them.
            if (history.Latest!.IsOverdue(_kernel.Now - TimeSpan.FromMinutes(15)))
                _judge.Report(
                    "What has lapsed is posted",
                    $"A credit of {history.Customer} has lapsed, and no timer posts it."
                );
        }
        await foreach (var row in _cluster.Tables.Scan(StorageTables.Accounts, " ", "~", CancellationToken.None))
            if (row.Row.StartsWith("out.", StringComparison.Ordinal))
                _judge.Report("What is owed to the queue is sent", $"{row.Partition} {row.Row} is still owed.");
        foreach (var book in _judge.ClientBooks)
        {
            foreach (var command in IncomingWorkload.Finally(book))
                if (await Insist($"end {book.Client}", command, CallOf(command, null), _root.Fork(3), 0) is null)
                    _judge.Report("At rest everything is answered", $"{command}");
            if (book.IsOverdue(_kernel.Now - TimeSpan.FromMinutes(15)))
                _judge.Report(
                    "What has lapsed is posted",
                    $"A batch of {book.Client} has lapsed, and no timer posts it."
                );
        }
        await foreach (var row in _cluster.Tables.Scan(StorageTables.Agenda, " ", "~", CancellationToken.None))
            if (
                row.Columns.TryGetValue("Due", out var due)
                && (DateTimeOffset)due < _kernel.Now - TimeSpan.FromHours(1)
            )
                _judge.Report("What is due is struck off", $"{row.Partition} {row.Row} is still on the agenda.");
    }

    // A month later nothing is left of any idempotency key.
    private async Task Forget()
    {
        await _kernel.Sleep(TimeSpan.FromDays(31));
        for (var round = 0; round < 3; round++)
        {
            await _kernel.Sleep(TimeSpan.FromMinutes(20));
            await _cluster.Fire(Timer.ForgetIdempotencyKeys, $"forget {round}", _root.Fork(600 + (ulong)round));
        }
        // A claim and the note to forget it are written side by side: who is cut short there leaves a row without effect.
        var claims = await _cluster.Tables.Scan(StorageTables.IdempotencyClaims, " ", "~", default).CountAsync();
        if (claims > _cutShort)
            _judge.Report(
                "A key is forgotten",
                $"{claims} claims stay for ever, and {_cutShort} requests were cut short."
            );
        await foreach (var row in _cluster.Tables.Scan(StorageTables.Accounts, " ", "~", CancellationToken.None))
            if (row.Row.StartsWith("key.", StringComparison.Ordinal))
                _judge.Report("A key is forgotten", $"{row.Partition} {row.Row} stays for ever.");
    }

    private TimeSpan Pause(Chance chance)
    {
        var drawn = chance.Fork(5);
        return drawn.Weighted(
            (_crowded ? 400 : 50, TimeSpan.FromMicroseconds(100 * drawn.Below(_crowded ? 40 : 80))),
            (25, TimeSpan.FromMilliseconds(drawn.Between(5, 400))),
            (8, TimeSpan.FromMilliseconds(drawn.Between(400, 20_000))),
            (12, ToNextMoment(drawn)),
            (3, TimeSpan.FromMinutes(drawn.Between(1, 120))),
            (1, TimeSpan.FromHours(drawn.Between(1, 72))),
            (1, TimeSpan.FromDays(drawn.Between(1, 35)))
        );
    }

    // Mistakes hide at the instant itself: shortly before it, on it, shortly after.
    private TimeSpan ToNextMoment(Chance chance)
    {
        var margin = TimeSpan.FromMicroseconds(
            100 * chance.Weighted((3, 0), (5, chance.Between(-300, 20)), (1, chance.Between(-5, 5)))
        );
        var next = _judge
            .Books.SelectMany(book => _credits.Moments(book).Concat(Billing.Moments(book)))
            .Concat(_judge.ClientBooks.SelectMany(IncomingWorkload.Moments))
            .Select(moment => moment + margin - _kernel.Now)
            .Where(pause => pause > TimeSpan.Zero)
            .DefaultIfEmpty(TimeSpan.Zero)
            .Min();
        return next < TimeSpan.FromDays(2) || (next < TimeSpan.FromDays(100) && chance.Percent(25))
            ? next
            : TimeSpan.Zero;
    }

    private void Tell(string line)
    {
        _story.Add($"{_kernel.Now.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffff} {line}");
        _kernel.Note(line);
    }

    private static DateTimeOffset Whole(DateTimeOffset now) =>
        now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
}
