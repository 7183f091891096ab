using System.Net;
using System.Text.Json.Nodes;
using Drawdown.LocalHost.Tests.Samples;
using Drawdown.LocalHost.Tests.Support;
using Drawdown.Storage;
using Drawdown.Testing;

namespace Drawdown.LocalHost.Tests;

/// <summary>The test clock moves time and runs what falls due.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private Bench _bench = null!;

    public async ValueTask InitializeAsync() =>
        _bench = await Bench.Start(typeof(FiveMinutes), typeof(Hourly), typeof(TextQueue));

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task The_clock_shows_real_time_until_it_is_moved()
    {
        JsonNode clock = await Clock();

        Assert.Equal("""{"now":"2026-01-01T00:00:00Z","offset":"P0D"}""", clock.ToJsonString());
    }

    [Theory]
    [InlineData("PT90S", "2026-01-01T00:01:30Z", "PT1M30S")]
    [InlineData("P31D", "2026-02-01T00:00:00Z", "P31D")]
    [InlineData("P1M", "2026-02-01T00:00:00Z", "P31D")]
    [InlineData("P1Y2M3DT4H5M6.5S", "2027-03-04T04:05:06.5Z", "P427DT4H5M6.5S")]
    [InlineData("P2W", "2026-01-15T00:00:00Z", "P14D")]
    [InlineData("P100Y", "2126-01-01T00:00:00Z", "P36524D")]
    public async Task It_advances_by_durations_and_by_calendar_months(string advance, string now, string offset)
    {
        JsonNode answer = await Move($$"""{"advance":"{{advance}}"}""");

        Assert.Equal(now, (string?)answer["now"]);
        Assert.Equal(offset, (string?)answer["offset"]);
        Assert.Equal((await Clock()).ToJsonString(), Without(answer, "ran").ToJsonString());
        Assert.Equal(DateTimeOffset.Parse(now), _bench.App.Clock.GetUtcNow());
    }

    [Theory]
    [InlineData("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("2026-01-01T01:30:00.25+01:00", "2026-01-01T00:30:00.25Z")]
    public async Task It_moves_to_an_instant(string to, string now)
    {
        JsonNode answer = await Move($$"""{"to":"{{to}}"}""");

        Assert.Equal(now, (string?)answer["now"]);
    }

    [Fact]
    public async Task A_month_counts_from_the_date_that_the_clock_shows()
    {
        await Move("""{"to":"2028-01-31T12:00:00Z"}""");
        JsonNode answer = await Move("""{"advance":"P1M"}""");

        Assert.Equal("2028-02-29T12:00:00Z", (string?)answer["now"]);
    }

    [Fact]
    public async Task Moving_it_runs_each_overdue_timer_once_and_then_what_they_sent()
    {
        _bench.Probe.Behaviour = (what, _) =>
            what == "hour past due" ? _bench.Send(TextQueue.Queue, "sent by a timer") : Task.CompletedTask;

        JsonNode answer = await Move("""{"advance":"P31D"}""");

        Assert.Equal(
            """
            [{"function":"EveryFiveMinutes","outcome":"succeeded"},{"function":"EveryHour","outcome":"succeeded"},{"function":"TakeText","outcome":"succeeded"}]
            """,
            answer["ran"]!.ToJsonString()
        );
        Assert.Equal(
            ["00:00:00 past due, last never, next 00:05:00", "hour past due", "sent by a timer"],
            _bench.Probe.Seen
        );
    }

    [Fact]
    public async Task Moving_it_to_before_the_next_occurrence_runs_nothing()
    {
        JsonNode answer = await Move("""{"advance":"PT4M"}""");

        Assert.Equal("[]", answer["ran"]!.ToJsonString());
        Assert.Empty(_bench.Probe.Seen);
    }

    [Fact]
    public async Task A_timer_that_waits_notices_that_the_clock_was_moved()
    {
        await Move("""{"advance":"PT4M59S"}""");
        _bench.Time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.True(() => _bench.Probe.Seen.Count == 1, "the occurrence a second later");
        Assert.Equal("00:05:00, last never, next 00:05:00", _bench.Probe.Seen[0]);
    }

    [Fact]
    public async Task A_failure_is_told_and_does_not_keep_the_others_from_running()
    {
        _bench.Probe.Behaviour = (what, _) =>
            what == "hour past due"
                ? _bench.Send(TextQueue.Queue, "bad")
                : throw new InvalidOperationException("fails");

        JsonNode answer = await Move("""{"advance":"PT1H"}""");

        Assert.Equal(
            ["EveryFiveMinutes failed", "EveryHour succeeded", "TakeText failed"],
            answer["ran"]!.AsArray().Select(run => $"{run!["function"]} {run["outcome"]}")
        );
    }

    [Fact]
    public async Task Moves_at_the_same_time_come_one_after_the_other()
    {
        JsonNode[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Move("""{"advance":"PT1H"}""")));

        Assert.Equal("2026-01-01T08:00:00Z", (string?)(await Clock())["now"]);
        Assert.Equal(
            8,
            answers.Sum(answer => answer["ran"]!.AsArray().Count(run => (string?)run!["function"] == Hourly.Name))
        );
        Assert.Equal(8, _bench.Probe.Seen.Count(run => run.StartsWith("hour", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_test_moves_it_without_a_request()
    {
        IReadOnlyList<FunctionRun> ran = await _bench.App.MoveClock(
            Bench.Midnight.AddMinutes(5),
            TestContext.Current.CancellationToken
        );

        Assert.Equal([new FunctionRun(FiveMinutes.Name, null)], ran);
        Assert.Equal(Bench.Midnight.AddMinutes(5), _bench.App.Clock.GetUtcNow());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            _bench.App.MoveClock(Bench.Midnight, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task A_restart_does_not_go_back_in_time()
    {
        await Move("""{"advance":"P1Y"}""");
        await _bench.Restart(TimeSpan.FromMinutes(1));

        Assert.Equal("2027-01-01T00:01:00Z", (string?)(await Clock())["now"]);
        await Move("""{"advance":"PT1S"}""");
        Assert.Equal("2027-01-01T00:01:01Z", (string?)(await Clock())["now"]);
        Assert.Equal(2, _bench.Probe.Seen.Count);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "JSON object")]
    [InlineData("{}", "JSON object")]
    [InlineData("""{"advance":"P1D","to":"2027-01-01T00:00:00Z"}""", "one field")]
    [InlineData("""{"advance":"P1D","advance":"P2D"}""", "not valid JSON")]
    [InlineData("""{"forward":"P1D"}""", "'forward'")]
    [InlineData("""{"Advance":"P1D"}""", "'Advance'")]
    [InlineData("""{"advance":31}""", "string")]
    [InlineData("""{"advance":null}""", "string")]
    [InlineData("""{"advance":"31D"}""", "ISO 8601 duration")]
    [InlineData("""{"advance":"P"}""", "ISO 8601 duration")]
    [InlineData("""{"advance":""}""", "ISO 8601 duration")]
    [InlineData("""{"advance":"P0D"}""", "greater than zero")]
    [InlineData("""{"advance":"PT0S"}""", "greater than zero")]
    [InlineData("""{"advance":"P-1D"}""", "greater than zero")]
    [InlineData("""{"advance":"P1M-40D"}""", "greater than zero")]
    [InlineData("""{"advance":"-P1D"}""", "ISO 8601 duration")]
    [InlineData("""{"advance":"P101Y"}""", "100 years")]
    [InlineData("""{"advance":"P100YT1S"}""", "100 years")]
    [InlineData("""{"advance":"P2000000000Y"}""", "100 years")]
    [InlineData("""{"advance":"PT9000000000000000000S"}""", "100 years")]
    [InlineData("""{"to":"2025-12-31T23:59:59Z"}""", "does not go back")]
    [InlineData("""{"to":"2126-01-01T00:00:01Z"}""", "100 years")]
    [InlineData("""{"to":"2027-01-01"}""", "instant")]
    [InlineData("""{"to":"2027-01-01T00:00:00"}""", "instant")]
    [InlineData("""{"to":"2027-02-30T00:00:00Z"}""", "instant")]
    public async Task A_bad_request_is_refused_with_its_fault_and_changes_nothing(string body, string fault)
    {
        using HttpResponseMessage answer = await Post(body);
        JsonNode problem = JsonNode.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        )!;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(fault, (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal("P0D", (string?)(await Clock())["offset"]);
        Assert.Empty(_bench.Probe.Seen);
    }

    [Fact]
    public async Task A_body_beyond_reason_is_refused()
    {
        using HttpResponseMessage answer = await Post(new string(' ', 5000) + """{"advance":"P1D"}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("P0D", (string?)(await Clock())["offset"]);
    }

    [Fact]
    public async Task An_outage_is_a_503_and_the_clock_stays()
    {
        _bench.TableHooks.Before = call =>
            call.Operation is StoreOperation.Commit
                ? throw new StorageUnavailableException("down")
                : Task.CompletedTask;

        using HttpResponseMessage answer = await Post("""{"advance":"P1D"}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("P0D", (string?)(await Clock())["offset"]);
    }

    private async Task<JsonNode> Clock() => JsonNode.Parse(await _bench.Get("/local/clock"))!;

    private async Task<JsonNode> Move(string body)
    {
        using HttpResponseMessage answer = await Post(body);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    private Task<HttpResponseMessage> Post(string body) => _bench.Ask("POST", "/local/clock", body);

    private static JsonNode Without(JsonNode answer, string field)
    {
        JsonNode copy = answer.DeepClone();
        copy.AsObject().Remove(field);
        return copy;
    }
}
