using System.Net;
using Drawdown.LocalHost.Tests.Samples;
using Drawdown.LocalHost.Tests.Support;

namespace Drawdown.LocalHost.Tests;

/// <summary>LocalHost answers requests as the genuine host and worker do.</summary>
public sealed class HttpTests : IAsyncLifetime
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Bench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await Bench.Start(typeof(HttpSamples));

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("/api/items/7")]
    [InlineData("/api/items/7/")]
    [InlineData("/API/Items/7")]
    public async Task A_route_matches_with_and_without_a_trailing_slash_and_in_any_case(string path)
    {
        Assert.Equal("GET 7", await _bench.Get(path));
    }

    [Fact]
    public async Task Two_functions_share_a_route_by_their_methods()
    {
        using HttpResponseMessage answer = await _bench.Ask("PUT", "/api/items/7/", "body");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(["body"], _bench.Probe.Seen);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task A_trigger_without_methods_answers_all_of_them(string method)
    {
        using HttpResponseMessage answer = await _bench.Ask(method, "/any");

        Assert.Equal(method, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/api/items")]
    [InlineData("GET", "/api/items/7/more")]
    [InlineData("POST", "/api/items/7")]
    [InlineData("DELETE", "/api/items/7/")]
    [InlineData("HEAD", "/api/items/7")]
    [InlineData("OPTIONS", "/api/items/7")]
    [InlineData("DELETE", "/local/clock")]
    public async Task An_unknown_route_or_method_is_a_bare_404(string method, string path)
    {
        using HttpResponseMessage answer = await _bench.Ask(method, path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Null(answer.Content.Headers.ContentType);
        Assert.Empty(answer.Content.Headers.Allow);
        Assert.Empty(answer.Headers.Server);
    }

    [Theory]
    [InlineData("a%2Fb", "a%2Fb")]
    [InlineData("a%20b%C3%A9", "a bé")]
    public async Task An_encoded_slash_stays_encoded_in_a_route_value_and_the_rest_is_decoded(string sent, string seen)
    {
        Assert.Equal($"GET {seen}", await _bench.Get($"/api/items/{sent}"));
    }

    [Theory]
    [InlineData("/missing", "True null null")]
    [InlineData("/missing/it", "True it null")]
    public async Task A_parameter_without_a_route_value_is_null(string path, string expected)
    {
        Assert.Equal(expected, await _bench.Get(path));
    }

    [Fact]
    public async Task Each_call_gets_an_instance_of_its_own()
    {
        Assert.NotEqual(await _bench.Get("/instance"), await _bench.Get("/instance"));
    }

    [Fact]
    public async Task A_result_arrives_as_written()
    {
        using HttpResponseMessage answer = await _bench.Ask("GET", "/problem");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Empty(answer.Headers.Server);
    }

    [Theory]
    [InlineData("/throws", "Throws")]
    [InlineData("/null", "ReturnsNull")]
    public async Task An_uncaught_exception_is_a_500_with_an_empty_body_and_is_logged(string path, string function)
    {
        using HttpResponseMessage answer = await _bench.Ask("GET", path);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.False(answer.Headers.Contains("X-Half"));
        LogSink.Entry logged = Assert.Single(_bench.Log.Warnings);
        Assert.Contains(function, logged.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(logged.Fault);
    }

    [Fact]
    public async Task A_function_without_a_route_has_its_name_for_one()
    {
        Assert.Equal("by its name", await _bench.Get("/unrouted"));
    }

    [Fact]
    public async Task Of_two_matching_functions_the_first_by_name_answers()
    {
        Assert.Equal("general", await _bench.Get("/overlap/this"));
    }

    [Fact]
    public async Task A_request_in_flight_finishes_while_the_host_stops()
    {
        TaskCompletionSource entered = new();
        TaskCompletionSource leave = new();
        _bench.Probe.Behaviour = (_, _) =>
        {
            entered.SetResult();
            return leave.Task;
        };
        Task<string> answer = _bench.Get("/slow");
        await entered.Task;

        Task stopped = _bench.App.DisposeAsync().AsTask();
        Assert.False(stopped.IsCompleted);
        leave.SetResult();

        Assert.Equal("finished", await answer);
        await stopped;
    }

    [Fact]
    public async Task It_listens_on_the_loopback_address_only()
    {
        Assert.Equal("127.0.0.1", _bench.App.BaseAddress.Host);
        await using Bench another = await Bench.Start(typeof(HttpSamples));
        Assert.NotEqual(_bench.App.BaseAddress.Port, another.App.BaseAddress.Port);
    }
}
