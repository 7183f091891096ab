using System.Globalization;
using System.Text.Json;

namespace Drawdown.LocalHost.Tests.Crashes;

/// <summary>What callers were told, added up by themselves; at the end it is what the program must say.</summary>
internal sealed class CrashBooks
{
    private const string Clients = "/incoming/v2/clients";
    private const int Seats = 100_000;

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
    private int _grants;
    private int _draws;
    private int _reversals;
    private int _increases;
    private int _allocations;
    private int _redemptions;
    private decimal _remaining;
    private decimal _charged;
    private long _allocated;

    private CrashBooks(ImpatientCaller caller) => _caller = caller;

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_grants} grants, {_draws} drawdowns, {_reversals} reversals, {_increases} invoiced increases, {_allocations} allocations, {_redemptions} pooled redemptions"
        );

    /// <summary>Creates customers, a subscription whose seats can be increased, and a client with a batch.</summary>
    public static async Task<CrashBooks> Open(ImpatientCaller caller, CancellationToken cancellation)
    {
        CrashBooks books = new(caller) { _customers = ["acme", "globex"], _subscriber = "initech" };
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
                start_date = DateTimeOffset.UtcNow.AddMinutes(-1),
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
                new { startingBalance = Seats, creditAccountId = books._account },
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

    /// <summary>Asserts that the program says what the books say.</summary>
    public async Task Check(CancellationToken cancellation)
    {
        decimal remaining = 0m;
        int entries = 0;
        foreach (string customer in _customers.Append(_subscriber))
        {
            JsonElement report = await _caller.Get($"/api/customers/{customer}/ledger/verify/", cancellation);
            Assert.True(report.GetProperty("ok").GetBoolean(), $"{report}");
            entries += report.GetProperty("entries").GetInt32();
            JsonElement balance = await _caller.Get($"/api/customers/{customer}/balance/", cancellation);
            remaining += balance.EnumerateArray().Sum(one => one.GetProperty("remaining").GetDecimal());
        }

        Assert.Equal(_remaining, remaining);
        // Each grant and each drawdown of one credit is one entry, and so is each reversal.
        Assert.True(entries >= _grants + _draws + _reversals);

        await CheckInvoices(cancellation);
        await CheckBatches(cancellation);
    }

    private async Task CheckInvoices(CancellationToken cancellation)
    {
        JsonElement charges = await _caller.Get($"/api/charges/?customer_id={_subscriber}", cancellation);
        Assert.All(
            charges.EnumerateArray(),
            charge => Assert.Equal("invoiced", charge.GetProperty("status").GetString())
        );
        Assert.Equal(_charged, charges.EnumerateArray().Sum(charge => charge.GetProperty("amount").GetDecimal()));
        List<JsonElement> invoices =
        [
            .. (await _caller.Get($"/api/invoices/?customer_id={_subscriber}", cancellation)).EnumerateArray(),
        ];
        // No charge without its invoice, none with two.
        Assert.Equal(
            charges.EnumerateArray().Select(charge => charge.GetProperty("invoice_id").GetString()).Order(),
            invoices.Select(invoice => invoice.GetProperty("invoice_id").GetString()).Order()
        );
        Assert.Equal(_charged, invoices.Sum(invoice => invoice.GetProperty("amount").GetDecimal()));
        Assert.Equal(
            Enumerable.Range(1, invoices.Count),
            invoices
                .Select(invoice => invoice.GetProperty("invoice_number").GetString()!.Split('-')[^1])
                .Select(int.Parse)
                .Order()
        );
    }

    private async Task CheckBatches(CancellationToken cancellation)
    {
        JsonElement report = await _caller.Get($"{Clients}/{_client}/ledger/verify", cancellation);
        JsonElement verified = report.GetProperty("data").GetProperty("VerifyClientLedger");
        Assert.True(verified.GetProperty("ok").GetBoolean(), $"{report}");
        // The grant, one action for each allocation, two for each pooled redemption.
        Assert.Equal(1 + _allocations + 2 * _redemptions, verified.GetProperty("actions").GetInt32());
        JsonElement batch = (await _caller.Get($"{Clients}/creditBatches/{_batch}", cancellation))
            .GetProperty("data")
            .GetProperty("CreditBatch");
        Assert.Equal(_allocated, batch.GetProperty("allocatedCredits").GetInt64());
        Assert.Equal(Seats - _allocated, batch.GetProperty("currentBalance").GetInt64());
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

    private static string Pick(Random random, string[] all) => all[random.Next(all.Length)];

    private static string Id(JsonElement answer) =>
        answer.GetProperty("data").EnumerateObject().First().Value.GetProperty("id").GetString()!;
}
