using System.Text.Json;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

/// <summary>Spending credits: in order, exactly, and all or nothing.</summary>
public sealed class DrawdownTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private const int MostCredits = 45;

    [Fact]
    public async Task A_drawdown_says_what_it_took_from_where()
    {
        var customer = await host.Api.NewCustomer();
        var soon = await host.Api.Grant(customer, 25m, expires: host.Now.AddDays(1));
        var late = await host.Api.Grant(customer, 100m);
        var before = host.Now;

        var answer = await host
            .Api.Post(
                "/api/drawdowns/",
                new
                {
                    customer_id = customer,
                    amount = 40.5m,
                    currency_code = "USD",
                    description = "Usage in February",
                    external_id = "usage-2",
                }
            )
            .Is(201);

        Assert.Equal(
            [
                "drawdown_id",
                "customer_id",
                "amount",
                "currency_code",
                "description",
                "external_id",
                "drawn_at",
                "entries",
                "remaining",
                "reversal",
            ],
            answer.Json.Names()
        );
        Assert.Matches("^drawdown_[0-9a-f]{32}$", answer.Text("drawdown_id"));
        Assert.Equal(customer, answer.Text("customer_id"));
        Assert.Equal("USD", answer.Text("currency_code"));
        Assert.Equal("Usage in February", answer.Text("description"));
        Assert.Equal("usage-2", answer.Text("external_id"));
        Assert.InRange(answer.Instant("drawn_at")!.Value, before, host.Now);
        Assert.Equal((40.5m, 84.5m), (answer.Money("amount"), answer.Money("remaining")));
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("reversal").ValueKind);
        Assert.Equal(
            [(soon.Text("credit_id"), -25m, 0m), (late.Text("credit_id"), -15.5m, 84.5m)],
            answer
                .Items("entries")
                .Select(entry => (entry.Text("credit_id"), entry.Money("amount"), entry.Money("balance_after")))
        );

        // The same entries, by the same ids, in the credits and in the ledger.
        var ledger = (await host.Api.All($"/api/customers/{customer}/ledger/")).Where(entry =>
            entry.Text("type") == "drawdown"
        );
        var lines = new[] { await host.Api.Credit(late), await host.Api.Credit(soon) }.SelectMany(credit =>
            credit.Items("drawdowns")
        );
        var ids = answer.Items("entries").Select(entry => entry.Text("entry_id")).Reverse().ToList();
        Assert.Equal(ids, ledger.Select(entry => entry.Text("entry_id")));
        Assert.Equal(ids, lines.Select(line => line.Text("credit_id")));
        Assert.All(ledger, entry => Assert.Equal(answer.Text("drawdown_id"), entry.Text("drawdown_id")));
        Assert.All(lines, line => Assert.Equal("Usage in February", line.Text("description")));
        Assert.All(lines, line => Assert.Equal(answer.Text("drawn_at"), line.Text("applied_at")));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task Credits_are_drawn_by_expiry_then_cost_then_effective_instant_then_age()
    {
        var customer = await host.Api.NewCustomer();
        var now = host.Now;
        // In the order in which they must be drawn; granted in another.
        (string Name, DateTimeOffset? Expires, decimal Paid, DateTimeOffset Effective)[] credits =
        [
            ("expires first", now.AddDays(1), 0m, now.AddDays(-1)),
            ("expires later, cost most", now.AddDays(2), 9m, now.AddDays(-1)),
            ("expires later, cost less", now.AddDays(2), 1m, now.AddDays(-1)),
            ("expires later, effective first", now.AddDays(2), 0m, now.AddDays(-3)),
            ("expires later, effective next", now.AddDays(2), 0m, now.AddDays(-2)),
            ("expires a millisecond after them", now.AddDays(2).AddMilliseconds(1), 9m, now.AddDays(-9)),
            ("never expires, cost most", null, 1m, now.AddDays(-1)),
            ("never expires, cost nothing, older", null, 0m, now.AddDays(-1)),
            ("never expires, cost nothing, newer", null, 0m, now.AddDays(-1)),
        ];
        var names = new Dictionary<string, string>();
        foreach (var index in new[] { 3, 7, 0, 5, 8, 2, 6, 4, 1 })
        {
            var (name, expires, paid, effective) = credits[index];
            var granted = await host.Api.Grant(customer, 3m, expires, effective, paid);
            names.Add(granted.Text("credit_id")!, name);
        }

        var answer = await host.Api.Draw(customer, 27m).Is(201);

        Assert.Equal(
            credits.Select(credit => credit.Name),
            answer.Items("entries").Select(entry => names[entry.Text("credit_id")!])
        );
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task Equal_costs_are_equal_however_they_divide()
    {
        var customer = await host.Api.NewCustomer();
        var now = host.Now;
        // A third each, and the last one a little more.
        var newer = await host.Api.Grant(customer, 3m, effective: now.AddDays(-1), paid: 1m);
        var older = await host.Api.Grant(customer, 9m, effective: now.AddDays(-2), paid: 3m);
        var dearer = await host.Api.Grant(customer, 3m, effective: now.AddDays(-1), paid: 1.0000000001m);

        var answer = await host.Api.Draw(customer, 15m).Is(201);

        Assert.Equal(
            [dearer.Text("credit_id"), older.Text("credit_id"), newer.Text("credit_id")],
            answer.Items("entries").Select(entry => entry.Text("credit_id"))
        );
    }

    [Fact]
    public async Task Only_credits_of_the_currency_that_are_active_and_effective_are_drawn()
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m, currency: "EUR");
        await host.Api.Grant(customer, 10m, effective: host.Now.AddDays(1));
        await host.Api.Grant(customer, 10m, expires: host.Now.AddHours(1));
        var voided = await host.Api.Grant(customer, 10m);
        await host.Api.Post($"{ApiClient.PathOf(voided)}void/").Is(200);
        var good = await host.Api.Grant(customer, 10m);
        host.Time.Advance(TimeSpan.FromHours(2));

        await host
            .Api.Draw(customer, 10.0000000001m)
            .IsProblem(
                409,
                "insufficient_credits",
                "10.0000000001 USD were asked for, 10 USD can be drawn. Nothing was drawn."
            );
        var answer = await host.Api.Draw(customer, 10m).Is(201);

        Assert.Equal(good.Text("credit_id"), Assert.Single(answer.Items("entries")).Text("credit_id"));
        Assert.Equal(0m, answer.Money("remaining"));
    }

    [Fact]
    public async Task A_drawdown_that_is_too_large_changes_nothing()
    {
        var customer = await host.Api.NewCustomer();
        var first = await host.Api.Grant(customer, 10m);
        var second = await host.Api.Grant(customer, 5m);
        var ledger = (await host.Api.Get($"/api/customers/{customer}/ledger/").Is(200)).Body;

        await host.Api.Draw(customer, 15.01m).IsProblem(409, "insufficient_credits");

        Assert.Equal(first.Body, (await host.Api.Credit(first)).Body);
        Assert.Equal(second.Body, (await host.Api.Credit(second)).Body);
        Assert.Equal(ledger, (await host.Api.Get($"/api/customers/{customer}/ledger/").Is(200)).Body);
        await host.Api.Draw(customer, 15m).Is(201);
    }

    [Fact]
    public async Task Tenths_add_up_and_the_last_digit_counts()
    {
        var customer = await host.Api.NewCustomer();
        foreach (var amount in new[] { 0.1m, 0.1m, 0.1m })
            await host.Api.Grant(customer, amount);

        var first = await host.Api.Draw(customer, 0.2999999999m).Is(201);
        await host.Api.Draw(customer, 0.0000000002m).IsProblem(409, "insufficient_credits");
        var last = await host.Api.Draw(customer, 0.0000000001m).Is(201);

        Assert.Equal("0.0000000001", first.Json.GetProperty("remaining").GetRawText());
        Assert.Equal("0", last.Json.GetProperty("remaining").GetRawText());
        Assert.Equal(
            ["-0.1", "-0.1", "-0.0999999999"],
            first.Items("entries").Select(entry => entry.GetProperty("amount").GetRawText())
        );
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task The_largest_amounts_add_up_beyond_what_one_credit_may_hold()
    {
        var customer = await host.Api.NewCustomer();
        for (var i = 0; i < 3; i++)
            await host.Api.Grant(customer, 9999999999.9999999999m);

        var answer = await host.Api.Draw(customer, 9999999999.9999999999m).Is(201);

        Assert.Equal("19999999999.9999999998", answer.Json.GetProperty("remaining").GetRawText());
        Assert.Equal(19999999999.9999999998m, await host.Api.Remaining(customer));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task A_drawdown_of_one_credit_leaves_the_others_alone()
    {
        var customer = await host.Api.NewCustomer();
        var sooner = await host.Api.Grant(customer, 10m, expires: host.Now.AddDays(1));
        var wanted = await host.Api.Grant(customer, 10m);
        var id = wanted.Text("credit_id")!;

        await Draw(11m, id)
            .IsProblem(409, "insufficient_credits", "11 USD were asked for, 10 USD can be drawn. Nothing was drawn.");
        var answer = await Draw(4m, id).Is(201);
        await Draw(1m, id.Replace("credit_", "baladj_", StringComparison.Ordinal)).Is(201);

        Assert.Equal(id, Assert.Single(answer.Items("entries")).Text("credit_id"));
        Assert.Equal(16m, answer.Money("remaining"));
        Assert.Equal(sooner.Body, (await host.Api.Credit(sooner)).Body);
        Assert.Equal(5m, (await host.Api.Credit(wanted)).Money("amount_remaining"));

        Task<Answer> Draw(decimal amount, string credit) => DrawFrom(customer, amount, credit);
    }

    [Fact]
    public async Task A_credit_that_is_named_must_be_the_customers_and_in_the_currency()
    {
        var customer = await host.Api.NewCustomer();
        var another = await host.Api.NewCustomer();
        var theirs = await host.Api.Grant(another, 10m);
        var euro = await host.Api.Grant(customer, 10m, currency: "EUR");
        var expired = await host.Api.Grant(customer, 10m, expires: host.Now.AddHours(1));
        host.Time.Advance(TimeSpan.FromHours(2));

        await DrawFrom(customer, 1m, theirs.Text("credit_id")!).IsFault("does_not_exist", "credit_id");
        await DrawFrom(customer, 1m, $"credit_{new string('0', 32)}").IsFault("does_not_exist", "credit_id");
        await DrawFrom(customer, 1m, $"drawdown_{new string('0', 32)}").IsFault("invalid", "credit_id");
        await DrawFrom(customer, 1m, euro.Text("credit_id")!).IsFault("invalid", "currency_code");
        await DrawFrom(customer, 1m, expired.Text("credit_id")!).IsProblem(409, "insufficient_credits");
        Assert.Equal(10m, await host.Api.Remaining(another));
    }

    [Fact]
    public async Task An_external_id_draws_once()
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m);

        // A refused drawdown does not take the id.
        await Draw(11m, "usage-1").IsProblem(409, "insufficient_credits");
        var first = await Draw(1m, "usage-1").Is(201);

        await Draw(1m, "usage-1")
            .IsProblem(
                409,
                "duplicate_resource",
                $"A drawdown with the external_id 'usage-1' exists: {first.Text("drawdown_id")}"
            );
        await Draw(99m, "usage-1").IsProblem(409, "duplicate_resource");
        await host.Api.Reverse(first);
        await Draw(1m, "usage-1").IsProblem(409, "duplicate_resource");
        // Credits have ids of their own.
        await host
            .Api.Post(
                "/api/credits/",
                new
                {
                    customer_id = customer,
                    amount = 1,
                    currency_code = "USD",
                    external_id = "usage-1",
                }
            )
            .Is(201);
        Assert.Equal(11m, await host.Api.Remaining(customer));

        Task<Answer> Draw(decimal amount, string externalId) =>
            host.Api.Post(
                "/api/drawdowns/",
                new
                {
                    customer_id = customer,
                    amount,
                    currency_code = "USD",
                    external_id = externalId,
                }
            );
    }

    [Fact]
    public async Task One_drawdown_reaches_45_credits_and_says_so_when_it_needs_more()
    {
        var customer = await host.Api.NewCustomer();
        for (var i = 0; i < MostCredits + 1; i++)
            await host.Api.Grant(customer, 2.5m);

        await host
            .Api.Draw(customer, 113m)
            .IsProblem(
                400,
                "invalid_operation",
                "This amount is spread over more than 45 credits, which one drawdown cannot touch. Draw at most 112.5 at once."
            );
        Assert.Equal(115m, await host.Api.Remaining(customer));
        var answer = await host
            .Api.Post(
                "/api/drawdowns/",
                new
                {
                    customer_id = customer,
                    amount = 112.5m,
                    currency_code = "USD",
                    description = new string('d', 1000),
                    external_id = new string('e', 255),
                },
                ("Idempotency-Key", "forty-five")
            )
            .Is(201);

        Assert.Equal(MostCredits, answer.Items("entries").Count);
        Assert.Equal(2.5m, answer.Money("remaining"));
        // What was drawn at once is given back at once.
        var reversed = await host
            .Api.Post(
                $"/api/drawdowns/{answer.Text("drawdown_id")}/reverse/",
                new { reason = new string('r', 1000) },
                ("Idempotency-Key", "forty-five")
            )
            .Is(200);
        Assert.Equal(115m, reversed.Money("remaining"));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task A_drawdown_of_nobody_is_refused()
    {
        await host.Api.Draw("nobody", 1m).IsFault("does_not_exist", "customer_id", "There is no customer 'nobody'.");
    }

    private Task<Answer> DrawFrom(string customer, decimal amount, string credit) =>
        host.Api.Post(
            "/api/drawdowns/",
            new
            {
                customer_id = customer,
                amount,
                currency_code = "USD",
                credit_id = credit,
            }
        );
}
