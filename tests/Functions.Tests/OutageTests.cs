using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;
using Drawdown.Storage.Telemetry;
using Drawdown.Testing;

namespace Drawdown.Functions.Tests;

/// <summary>What a caller sees while storage is away, and that nothing is lost or doubled by it.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    // Its own: the others' must not stop.
    private readonly AzuriteServer _azurite = new();
    private DrawdownHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _host = new DrawdownHost(_azurite);
        await _host.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    [Fact]
    public async Task Without_storage_everything_is_503_and_afterwards_it_goes_on_without_a_restart()
    {
        var api = _host.Api;
        var customer = await api.NewCustomer();
        var credit = await api.Grant(customer, 100m);
        var key = ("Idempotency-Key", "drawn in an outage");
        var done = ("Idempotency-Key", "drawn before");
        var before = await api.Draw(customer, 10m, done).Is(201);

        using var measured = new Measurements(_host.Services);
        await _azurite.Stop();
        foreach (
            var path in new[]
            {
                $"/api/customers/{customer}/",
                $"/api/customers/{customer}/balance/",
                $"/api/customers/{customer}/ledger/",
                $"/api/customers/{customer}/ledger/verify/",
                $"/api/credits/?customer_id={customer}",
                "/api/customers/",
                ApiClient.PathOf(credit),
                "/api/healthcheck/",
            }
        )
            IsUnavailable(await api.Get(path), "Storage does not answer. Send the request again.");
        const string unknown =
            "Storage does not answer, and it is not known whether the request took effect. Send it again with the same Idempotency-Key.";
        IsUnavailable(await api.Draw(customer, 20m, key), unknown);
        IsUnavailable(await api.Draw(customer, 10m, done), unknown);
        IsUnavailable(await api.Post($"{ApiClient.PathOf(credit)}void/"), unknown);
        IsUnavailable(await api.Post("/api/customers/", new { email = "jsmith@example.com" }), unknown);
        // What needs no storage is answered as ever: a key that is known, a request that is wrong.
        await api.Get("/api/ping/").Is(200);
        await api.Draw(customer, -1m).IsFault("min_value", "amount");
        Assert.Equal(12, measured.Of(DrawdownMetrics.Requests, "outcome=unavailable").Count);
        Assert.Single(measured.Of(DrawdownMetrics.Requests, "outcome=succeeded"));
        Assert.Single(measured.Of(DrawdownMetrics.Requests, "outcome=refused"));
        Assert.Empty(measured.Of(DrawdownMetrics.Requests, "outcome=unexpected"));
        // A key that is not known might be one.
        IsUnavailable(await api.As("another").Get("/api/ping/"), "Storage does not answer. Send the request again.");
        var run = await _host.Run("DeactivateExpiredCredits");
        Assert.IsType<StorageUnavailableException>(run.Failure);

        await _azurite.Start();
        await api.Get("/api/healthcheck/").Is(200);
        Assert.Equal(90m, await api.Remaining(customer));
        var drawn = await api.Draw(customer, 20m, key).Is(201);
        var again = await api.Draw(customer, 20m, key).Is(201);
        Assert.False(drawn.IsReplayed);
        Assert.True(again.IsReplayed);
        Assert.Equal(drawn.Body, again.Body);
        Assert.Equal(before.Body, (await api.Draw(customer, 10m, done).Is(201)).Body);
        Assert.Equal(70m, await api.Remaining(customer));
        await _host.RunTimer("DeactivateExpiredCredits");
        await api.Verify(customer);
    }

    private static void IsUnavailable(Answer answer, string detail)
    {
        answer.IsProblem(503, "unavailable", detail);
        Assert.Equal("1", answer.Header("Retry-After"));
    }
}
