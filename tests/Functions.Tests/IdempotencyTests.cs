using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;

namespace Drawdown.Functions.Tests;

/// <summary>A request that is sent again under its key has one effect and one answer.</summary>
public sealed class IdempotencyTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(30);

    private int _keys;

    [Fact]
    public async Task Every_write_is_answered_again_byte_for_byte()
    {
        var customer = $"replayed {Guid.NewGuid()}";
        var newCustomer = await Twice("/api/customers/", new { customer_id = customer, email = "jsmith@example.com" });
        Assert.NotNull(newCustomer.Header("Location"));
        var credit = await Twice(
            "/api/credits/",
            new
            {
                customer_id = customer,
                amount = 100,
                currency_code = "USD",
                external_id = "order-1",
            }
        );
        Assert.NotNull(credit.Header("Location"));
        await Twice($"{ApiClient.PathOf(credit)}update/", new { description = "changed" });
        var drawdown = await Twice(
            "/api/drawdowns/",
            new
            {
                customer_id = customer,
                amount = 30,
                currency_code = "USD",
                external_id = "usage-1",
            }
        );
        await Twice($"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/", new { reason = "wrong" });
        await Twice($"{ApiClient.PathOf(credit)}void/", null);

        var ledger = await host.Api.All($"/api/customers/{Uri.EscapeDataString(customer)}/ledger/");
        Assert.Equal(["void", "reinstate", "drawdown", "grant"], ledger.Select(entry => entry.Text("type")));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task A_customer_without_an_id_of_its_own_is_created_once()
    {
        var api = await host.Organization("Created once");
        var body = new { email = "jsmith@example.com" };

        var first = await api.Post("/api/customers/", body, ("Idempotency-Key", "signup")).Is(201);
        var second = await api.Post("/api/customers/", body, ("Idempotency-Key", "signup")).Is(201);
        var other = await api.Post("/api/customers/", body, ("Idempotency-Key", "another signup")).Is(201);

        Assert.Equal(first.Body, second.Body);
        Assert.True(second.IsReplayed);
        Assert.NotEqual(first.Text("customer_id"), other.Text("customer_id"));
        Assert.Equal(2, (await api.All("/api/customers/")).Count);
    }

    [Fact]
    public async Task The_first_answer_is_given_again_though_the_thing_has_changed_since()
    {
        var customer = await host.Api.NewCustomer();
        var (credit, again) = await Keyed(
            "/api/credits/",
            new
            {
                customer_id = customer,
                amount = 100,
                currency_code = "USD",
            }
        );
        await host.Api.Draw(customer, 100m).Is(201);
        await host.Api.Post($"{ApiClient.PathOf(credit)}void/").Is(200);

        var replayed = await again();

        Assert.Equal(credit.Body, replayed.Body);
        Assert.Equal(100m, replayed.Money("amount_remaining"));
        Assert.Equal(0m, (await host.Api.Credit(credit)).Money("amount_remaining"));
    }

    [Fact]
    public async Task An_update_is_answered_again_though_its_expiry_has_passed_meanwhile()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 100m);
        var expiry = host.Now.AddDays(1);
        var (updated, again) = await Keyed($"{ApiClient.PathOf(credit)}update/", new { expires_at = expiry });
        var (granted, grantAgain) = await Keyed(
            "/api/credits/",
            new
            {
                customer_id = customer,
                amount = 1,
                currency_code = "USD",
                expires_at = expiry,
            }
        );
        host.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal("inactive", (await host.Api.Credit(credit)).Text("status"));

        var replayed = await again();

        Assert.Equal(updated.Body, replayed.Body);
        Assert.Equal("active", replayed.Text("status"));
        Assert.Equal(granted.Body, (await grantAgain()).Body);
    }

    [Fact]
    public async Task A_request_that_changed_nothing_is_answered_the_same_for_ever()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 100m);
        var (unchanged, again) = await Keyed($"{ApiClient.PathOf(credit)}update/", new { });
        await host.Api.Draw(customer, 10m).Is(201);

        Assert.Equal(unchanged.Body, (await again()).Body);
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_refused()
    {
        var customer = await host.Api.NewCustomer();
        var another = await host.Api.NewCustomer();
        foreach (var whose in new[] { customer, another })
            await host.Api.Grant(whose, 100m);
        var key = NewKey();
        var first = await host.Api.Draw(customer, 10m, key).Is(201);

        await host.Api.Draw(customer, 10.0000000001m, key).IsProblem(422, "idempotency_mismatch");
        await host.Api.Draw(another, 10m, key).IsProblem(422, "idempotency_mismatch");
        await host
            .Api.Post(
                "/api/drawdowns/",
                new
                {
                    customer_id = customer,
                    amount = 10,
                    currency_code = "USD",
                    description = (string?)null,
                },
                key
            )
            .IsProblem(422, "idempotency_mismatch");

        Assert.Equal(first.Body, (await host.Api.Draw(customer, 10m, key).Is(201)).Body);
        Assert.Equal(90m, await host.Api.Remaining(customer));
        Assert.Equal(100m, await host.Api.Remaining(another));
    }

    [Fact]
    public async Task The_same_key_for_another_thing_in_the_path_is_refused()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 100m);
        var sibling = await host.Api.Grant(customer, 100m);
        var stranger = await host.Api.Grant(await host.Api.NewCustomer(), 100m);
        var key = NewKey();

        await host.Api.Post($"{ApiClient.PathOf(credit)}void/", null, key).Is(200);

        foreach (var other in new[] { sibling, stranger })
        {
            await host.Api.Post($"{ApiClient.PathOf(other)}void/", null, key).IsProblem(422, "idempotency_mismatch");
            Assert.Equal(other.Body, (await host.Api.Credit(other)).Body);
        }
    }

    [Fact]
    public async Task The_same_key_on_another_route_is_another_key()
    {
        var customer = await host.Api.NewCustomer();
        var key = NewKey();
        var credit = await host
            .Api.Post(
                "/api/credits/",
                new
                {
                    customer_id = customer,
                    amount = 10,
                    currency_code = "USD",
                },
                key
            )
            .Is(201);

        var drawdown = await host.Api.Draw(customer, 10m, key).Is(201);
        var reversal = await host
            .Api.Post($"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/", null, key)
            .Is(200);
        var update = await host.Api.Post($"{ApiClient.PathOf(credit)}update/", null, key).Is(200);
        var voided = await host.Api.Post($"{ApiClient.PathOf(credit)}void/", null, key).Is(200);

        Assert.All([credit, drawdown, reversal, update, voided], answer => Assert.False(answer.IsReplayed));
    }

    [Fact]
    public async Task White_space_order_numbers_and_escapes_may_be_written_anew()
    {
        var customer = await host.Api.NewCustomer();
        var key = NewKey();
        string[] bodies =
        [
            $$"""
                {"customer_id":"{{customer}}","amount":10.5,"currency_code":"USD","description":"é/","metadata":{"a":1,"b":[1,2]} }
                """,
            $$"""
                { "metadata" : { "b" : [ 1.0, 2e0 ], "a" : 1.00 }, "description" : "\u00e9\/",
                  "currency_code" : "USD", "amount" : 1.050e1, "customer_id" : "{{customer}}" }
                """,
        ];

        var first = await host.Api.Post("/api/credits/", bodies[0], key).Is(201);
        var second = await host.Api.Post("/api/credits", bodies[1], key).Is(201);

        Assert.True(second.IsReplayed);
        Assert.Equal(first.Body, second.Body);
        Assert.Single(await host.Api.All($"/api/credits/?customer_id={customer}"));
    }

    [Theory]
    [InlineData("""{"metadata":{"b":[2,1]}}""")]
    [InlineData("""{"metadata":{"b":["1","2"]}}""")]
    [InlineData("""{"metadata":{"b":[1,2],"c":null}}""")]
    [InlineData("""{"metadata":{"B":[1,2]}}""")]
    [InlineData("""{"metadata":{"b":[1,2.0000000000000000000000000000000000001]}}""")]
    public async Task What_means_something_else_is_another_request(string other)
    {
        var customer = await host.Api.NewCustomer();
        var key = NewKey();
        await Grant("""{"metadata":{"b":[1,2]}}""").Is(201);

        await Grant(other).IsProblem(422, "idempotency_mismatch");

        Task<Answer> Grant(string fields) =>
            host.Api.Post(
                "/api/credits/",
                $$"""{"customer_id":"{{customer}}","amount":1,"currency_code":"USD",{{fields[1..]}}""",
                key
            );
    }

    [Fact]
    public async Task A_refused_request_may_be_corrected_and_sent_with_its_key()
    {
        var customer = await host.Api.NewCustomer();
        var key = NewKey();
        await host.Api.Draw("nobody", 10m, key).IsFault("does_not_exist", "customer_id");
        await host.Api.Draw(customer, -1m, key).IsFault("min_value", "amount");
        await host.Api.Draw(customer, 10m, key).IsProblem(409, "insufficient_credits");
        await host.Api.Grant(customer, 10m);

        var answer = await host.Api.Draw(customer, 10m, key).Is(201);

        Assert.False(answer.IsReplayed);
        Assert.True((await host.Api.Draw(customer, 10m, key).Is(201)).IsReplayed);
    }

    [Fact]
    public async Task A_refused_request_of_one_customer_does_not_keep_its_key_from_another()
    {
        var poor = await host.Api.NewCustomer();
        var rich = await host.Api.NewCustomer();
        await host.Api.Grant(rich, 10m);
        var key = NewKey();
        await host.Api.Draw(poor, 10m, key).IsProblem(409, "insufficient_credits");

        await host.Api.Draw(rich, 10m, key).Is(201);

        // And from now on it is the other's.
        await host.Api.Grant(poor, 10m);
        await host.Api.Draw(poor, 10m, key).IsProblem(422, "idempotency_mismatch");
        Assert.Equal(10m, await host.Api.Remaining(poor));
        Assert.True((await host.Api.Draw(rich, 10m, key).Is(201)).IsReplayed);
    }

    [Fact]
    public async Task A_refused_update_is_not_remembered()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m);
        var key = NewKey();
        var path = $"{ApiClient.PathOf(credit)}update/";
        await host.Api.Post(path, new { expires_at = "2020-01-01" }, key).IsFault("invalid", "expires_at");
        await host.Api.Post(path, new { expires_at = "2030-01-01" }, key, ("If-Match", "\"stale\"")).Is(412);

        var answer = await host.Api.Post(path, new { expires_at = "2030-01-01" }, key).Is(200);

        Assert.False(answer.IsReplayed);
    }

    [Fact]
    public async Task An_answer_is_replayed_whatever_If_Match_says_by_then()
    {
        var credit = await host.Api.Grant(await host.Api.NewCustomer(), 10m);
        var key = NewKey();
        var path = $"{ApiClient.PathOf(credit)}update/";
        var first = await host.Api.Post(path, new { description = "x" }, key, ("If-Match", credit.ETag!)).Is(200);

        var second = await host.Api.Post(path, new { description = "x" }, key, ("If-Match", credit.ETag!)).Is(200);

        Assert.True(second.IsReplayed);
        Assert.Equal(first.Body, second.Body);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(0)]
    [InlineData(4000)]
    public async Task A_key_has_1_to_255_characters(int length)
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m);

        await host
            .Api.Draw(customer, 1m, ("Idempotency-Key", new string('k', length)))
            .IsFault("invalid", "Idempotency-Key");

        Assert.Equal(10m, await host.Api.Remaining(customer));
        var longest = ("Idempotency-Key", Guid.NewGuid().ToString().PadRight(255, '.'));
        await host.Api.Draw(customer, 1m, longest).Is(201);
        Assert.True((await host.Api.Draw(customer, 1m, longest).Is(201)).IsReplayed);
    }

    [Fact]
    public async Task Keys_that_differ_in_case_are_different()
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m);
        var (name, key) = NewKey();

        await host.Api.Draw(customer, 1m, (name, key + "a")).Is(201);
        await host.Api.Draw(customer, 1m, (name, key + "A")).Is(201);

        Assert.Equal(8m, await host.Api.Remaining(customer));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_is_kept_for_30_days_and_then_free(bool swept)
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m);
        var key = NewKey();
        var first = await host.Api.Draw(customer, 1m, key).Is(201);

        host.Time.Advance(KeyLifetime - TimeSpan.FromMinutes(1));
        if (swept)
            await host.RunTimer("ForgetIdempotencyKeys");
        Assert.Equal(first.Body, (await host.Api.Draw(customer, 1m, key).Is(201)).Body);

        host.Time.Advance(TimeSpan.FromMinutes(2));
        if (swept)
            await host.RunTimer("ForgetIdempotencyKeys");
        var later = await host.Api.Draw(customer, 2m, key).Is(201);
        Assert.False(later.IsReplayed);
        Assert.Equal(7m, await host.Api.Remaining(customer));

        // Used anew, it is kept anew.
        host.Time.Advance(KeyLifetime - TimeSpan.FromMinutes(1));
        if (swept)
            await host.RunTimer("ForgetIdempotencyKeys");
        Assert.Equal(later.Body, (await host.Api.Draw(customer, 2m, key).Is(201)).Body);
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task A_key_that_is_forgotten_may_be_used_for_another_customer()
    {
        var customer = await host.Api.NewCustomer();
        var another = await host.Api.NewCustomer();
        foreach (var whose in new[] { customer, another })
            await host.Api.Grant(whose, 10m);
        var key = NewKey();
        await host.Api.Draw(customer, 1m, key).Is(201);
        host.Time.Advance(KeyLifetime + TimeSpan.FromMinutes(1));

        await host.Api.Draw(another, 1m, key).Is(201);

        await host.Api.Draw(customer, 1m, key).IsProblem(422, "idempotency_mismatch");
        Assert.Equal((9m, 9m), (await host.Api.Remaining(customer), await host.Api.Remaining(another)));
    }

    [Fact]
    public async Task Nothing_of_a_forgotten_key_stays_behind()
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m);
        var another = await host.Api.NewCustomer();
        await host.Api.Draw(customer, 1m, NewKey()).Is(201);
        var key = NewKey();
        await host.Api.Draw(customer, 99m, key).IsProblem(409, "insufficient_credits");
        await host.Api.Draw(another, 99m, key).IsProblem(409, "insufficient_credits");
        Assert.NotEqual((0, 0, 0), await Rows());

        host.Time.Advance(KeyLifetime + TimeSpan.FromHours(2));
        await host.RunTimer("ForgetIdempotencyKeys");
        // Whatever was written without an effect is looked at once more after the grace.
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.RunTimer("ForgetIdempotencyKeys");

        // Nor of any other test's here: a month has passed.
        Assert.Equal((0, 0, 0), await Rows());

        // Keys, claims, and what is due about them.
        async Task<(int, int, int)> Rows()
        {
            var keys = (await host.Rows(StorageTables.Accounts)).Count(row =>
                row.Row.StartsWith("key.", StringComparison.Ordinal)
            );
            var claims = (await host.Rows(StorageTables.IdempotencyClaims)).Count;
            var due = (await host.Rows(StorageTables.Agenda)).Count(row =>
                row.Partition.StartsWith("forget.", StringComparison.Ordinal)
            );
            return (keys, claims, due);
        }
    }

    private (string, string) NewKey() => ("Idempotency-Key", $"{Guid.NewGuid()}-{++_keys}");

    // Sends a request under a new key, and says how to send it again.
    private async Task<(Answer First, Func<Task<Answer>> Again)> Keyed(string path, object? body)
    {
        var key = NewKey();
        var first = await host.Api.Post(path, body, key);
        Assert.InRange(first.Status, 200, 201);
        Assert.False(first.IsReplayed);
        return (first, Again);

        async Task<Answer> Again()
        {
            var again = await host.Api.Post(path, body, key);
            Assert.True(again.IsReplayed, again.ToString());
            return again;
        }
    }

    private async Task<Answer> Twice(string path, object? body)
    {
        var (first, again) = await Keyed(path, body);
        var second = await again();
        Assert.Equal(first.Status, second.Status);
        Assert.Equal(first.Bytes, second.Bytes);
        foreach (var header in new[] { "ETag", "Location", "Content-Type", "Content-Length" })
            Assert.Equal(first.Header(header), second.Header(header));
        Assert.NotNull(first.ETag);
        return first;
    }
}
