using System.Globalization;
using System.Text.Json;

namespace Drawdown.Testing.Callers;

/// <summary>What callers were told, added up by themselves; at the end it is what the program must say.</summary>
public sealed class CallersBooks
{
    private const string Clients = "/incoming/v2/clients";
    private const long Credits = 100_000;

    private readonly ImpatientCaller _caller;
    private readonly Lock _writing = new();
    private readonly List<string> _drawdowns = [];
    private string[] _customers = [];
    private string _subscriber = "";
    private string _seats = "";
    private string _client = "";
    private string _account = "";
    private string _batch = "";
    private int _units;
    private int _entries;
    private int _grants;
    private int _draws;
    private int _reversals;
    private int _increases;
    private int _allocations;
    private int _redemptions;
    private decimal _remaining;
    private decimal _charged;
    private long _allocated;

    private CallersBooks(ImpatientCaller caller) => _caller = caller;

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_grants} grants, {_draws} drawdowns, {_reversals} reversals, {_increases} invoiced increases, {_allocations} allocations, {_redemptions} pooled redemptions"
        );

    /// <summary>Creates customers, a subscription whose seats can be increased, and a client with a batch.</summary>
    /// <param name="now">What the program's clock shows.</param>
    public static async Task<CallersBooks> Open(
        ImpatientCaller caller,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        CallersBooks books = new(caller) { _customers = ["acme", "globex"], _subscriber = "initech" };
        foreach (string customer in books._customers.Append(books._subscriber))
        {
            await caller.Post(
                "/api/customers/",
                new { customer_id = customer, email = "a@b.example" },
                null,
                cancellation
            );
        }

        JsonElement metric = await caller.Post(
            "/api/metrics/",
            new { metric_name = "Seats", event_name = "seat" },
            null,
            cancellation
        );
        string metricId = metric.GetProperty("metric_id").GetString()!;
        JsonElement plan = await caller.Post(
            "/api/plans/",
            new
            {
                plan_name = "Team",
                plan_duration = "yearly",
                initial_version = new
                {
                    currency_code = "USD",
                    components = new object[]
                    {
                        new
                        {
                            metric_id = metricId,
                            prepaid_charge = new { units = 0 },
                            tiers = new object[]
                            {
                                new
                                {
                                    type = "per_unit",
                                    range_start = 0,
                                    cost_per_batch = 2,
                                },
                            },
                        },
                    },
                },
            },
            null,
            cancellation
        );
        JsonElement subscription = await caller.Post(
            "/api/subscriptions/",
            new
            {
                customer_id = books._subscriber,
                plan_id = plan.GetProperty("plan_id").GetString(),
                start_date = now.AddMinutes(-1),
            },
            null,
            cancellation
        );
        books._seats =
            $"/api/subscriptions/{subscription.GetProperty("subscription_id").GetString()}/components/{metricId}/change_prepaid_units/";
        books._client = Id(await caller.Post(Clients, new { name = "Acme" }, null, cancellation));
        books._account = Id(
            await caller.Post(
                $"{Clients}/{books._client}/creditAccounts",
                new { name = "Training", startingBalance = 0 },
                null,
                cancellation
            )
        );
        books._batch = Id(
            await caller.Post(
                $"{Clients}/{books._client}/creditBatches",
                new { startingBalance = Credits, creditAccountId = books._account },
                null,
                cancellation
            )
        );
        return books;
    }

    /// <summary>One thing after the other, until the books close. What was begun is ended.</summary>
    public async Task Work(Random random, CancellationToken closing)
    {
        while (!closing.IsCancellationRequested)
        {
            string key = $"{random.NextInt64():x}{random.NextInt64():x}";
            await (
                random.Next(6) switch
                {
                    0 or 1 => Grant(random, key),
                    2 => Draw(random, key),
                    3 => Reverse(random, key),
                    4 => Increase(key),
                    _ => random.Next(2) == 0 ? Allocate(key) : Redeem(key),
                }
            );
        }
    }

    /// <summary>What the program says otherwise than the books, in sentences; nothing when they agree.</summary>
    public async Task<IReadOnlyList<string>> Faults(CancellationToken cancellation)
    {
        List<string> faults = [];
        decimal remaining = 0m;
        int entries = 0;
        foreach (string customer in _customers.Append(_subscriber))
        {
            JsonElement report = await _caller.Get($"/api/customers/{customer}/ledger/verify/", cancellation);
            Expect(faults, $"the ledger of {customer}", true, report.GetProperty("ok").GetBoolean());
            entries += report.GetProperty("entries").GetInt32();
            JsonElement balance = await _caller.Get($"/api/customers/{customer}/balance/", cancellation);
            remaining += balance.EnumerateArray().Sum(one => one.GetProperty("remaining").GetDecimal());
        }

        Expect(faults, "what remains", _remaining, remaining);
        Expect(faults, "the number of entries", _entries, entries);
        await CompareInvoices(faults, cancellation);
        await CompareBatches(faults, cancellation);
        return faults;
    }

    private async Task CompareInvoices(List<string> faults, CancellationToken cancellation)
    {
        List<JsonElement> charges =
        [
            .. (await _caller.Get($"/api/charges/?customer_id={_subscriber}", cancellation)).EnumerateArray(),
        ];
        List<JsonElement> invoices =
        [
            .. (await _caller.Get($"/api/invoices/?customer_id={_subscriber}", cancellation)).EnumerateArray(),
        ];
        foreach (JsonElement charge in charges)
        {
            Expect(faults, $"{charge}", "invoiced", charge.GetProperty("status").GetString());
        }

        Expect(faults, "the number of charges", _increases, charges.Count);
        Expect(faults, "what was charged", _charged, charges.Sum(charge => charge.GetProperty("amount").GetDecimal()));
        Expect(faults, "what is due", _charged, invoices.Sum(invoice => invoice.GetProperty("amount").GetDecimal()));
        // No charge without its invoice, none with two.
        Expect(faults, "the invoices of charges", Ids(charges), Ids(invoices));
        Expect(
            faults,
            "the numbers of invoices",
            string.Join(' ', Enumerable.Range(1, invoices.Count)),
            string.Join(
                ' ',
                invoices
                    .Select(invoice => invoice.GetProperty("invoice_number").GetString()!.Split('-')[^1])
                    .Select(number => int.Parse(number, CultureInfo.InvariantCulture))
                    .Order()
            )
        );

        static string Ids(IEnumerable<JsonElement> things) =>
            string.Join(
                ' ',
                things.Select(thing => thing.GetProperty("invoice_id").GetString()).Order(StringComparer.Ordinal)
            );
    }

    private async Task CompareBatches(List<string> faults, CancellationToken cancellation)
    {
        JsonElement report = await _caller.Get($"{Clients}/{_client}/ledger/verify", cancellation);
        JsonElement verified = report.GetProperty("data").GetProperty("VerifyClientLedger");
        Expect(faults, "the client's ledger", true, verified.GetProperty("ok").GetBoolean());
        // The grant, one action for each allocation, two for each redemption.
        Expect(
            faults,
            "the number of actions",
            1 + _allocations + 2 * _redemptions,
            verified.GetProperty("actions").GetInt32()
        );
        JsonElement batch = (await _caller.Get($"{Clients}/creditBatches/{_batch}", cancellation))
            .GetProperty("data")
            .GetProperty("CreditBatch");
        Expect(faults, "what is allocated", _allocated, batch.GetProperty("allocatedCredits").GetInt64());
        Expect(faults, "what can be allocated", Credits - _allocated, batch.GetProperty("currentBalance").GetInt64());
    }

    private static void Expect<T>(List<string> faults, string what, T told, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(told, found))
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {told} was told, {found} is found."));
        }
    }

    private async Task Grant(Random random, string key)
    {
        decimal amount = random.Next(1, 10_000) / 100m;
        await _caller.Post(
            "/api/credits/",
            new
            {
                customer_id = Pick(random, _customers),
                amount,
                currency_code = "USD",
            },
            key,
            CancellationToken.None
        );
        Book(() =>
        {
            _grants++;
            _entries++;
            _remaining += amount;
        });
    }

    private async Task Draw(Random random, string key)
    {
        decimal amount = random.Next(1, 5_000) / 100m;
        JsonElement? drawn = await _caller.TryPost(
            "/api/drawdowns/",
            new
            {
                customer_id = Pick(random, _customers),
                amount,
                currency_code = "USD",
            },
            key,
            CancellationToken.None
        );
        if (drawn is not { } drawdown)
        {
            return;
        }

        Book(() =>
        {
            _draws++;
            _entries += Slices(drawdown);
            _remaining -= amount;
            _drawdowns.Add(drawdown.GetProperty("drawdown_id").GetString()!);
        });
    }

    private async Task Reverse(Random random, string key)
    {
        string? drawdown = null;
        Book(() =>
        {
            if (_drawdowns.Count > 0)
            {
                int at = random.Next(_drawdowns.Count);
                drawdown = _drawdowns[at];
                _drawdowns.RemoveAt(at);
            }
        });
        if (drawdown is null)
        {
            return;
        }

        JsonElement reversed = await _caller.Post(
            $"/api/drawdowns/{drawdown}/reverse/",
            new { },
            key,
            CancellationToken.None
        );
        Book(() =>
        {
            _reversals++;
            _entries += Slices(reversed.GetProperty("reversal"));
            _remaining += reversed.GetProperty("amount").GetDecimal();
        });
    }

    // Each increase asks for more units than any before it, but may arrive after a later one: then it is a decrease, which
    // becomes a credit. One at a time, so that the books know.
    private async Task Increase(string key)
    {
        int units = Interlocked.Exchange(ref _units, -1);
        if (units < 0)
        {
            return;
        }

        await _caller.Post(_seats, new { units = units + 1 }, key, CancellationToken.None);
        Book(() =>
        {
            _increases++;
            _charged += 2m;
        });
        Interlocked.Exchange(ref _units, units + 1);
    }

    private async Task Allocate(string key)
    {
        await _caller.Post(
            $"{Clients}/creditBatches/{_batch}/allocations",
            new { userId = "learner", amount = 3 },
            key,
            CancellationToken.None
        );
        Book(() =>
        {
            _allocations++;
            _allocated += 3;
        });
    }

    private async Task Redeem(string key)
    {
        await _caller.Post(
            $"{Clients}/creditAccounts/{_account}/redeem",
            new { userId = "learner", amount = 2 },
            key,
            CancellationToken.None
        );
        Book(() =>
        {
            _redemptions++;
            _allocated += 2;
        });
    }

    private void Book(Action write)
    {
        lock (_writing)
        {
            write();
        }
    }

    private static int Slices(JsonElement drawdown) => drawdown.GetProperty("entries").GetArrayLength();

    private static string Pick(Random random, string[] all) => all[random.Next(all.Length)];

    private static string Id(JsonElement answer) =>
        answer.GetProperty("data").EnumerateObject().First().Value.GetProperty("id").GetString()!;
}
