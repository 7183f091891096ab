using Drawdown.Testing;

namespace Drawdown.LocalHost.Tests;

/// <summary>LocalHost obeys the same host.json as the genuine host, or says why it cannot.</summary>
public sealed class HostJsonTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void The_products_file_is_understood()
    {
        HostJson json = HostJson.Read(Path.Combine(Repository.Root, "host.json"));

        Assert.Equal("", json.RoutePrefix);
        Assert.Equal(
            new QueueSettings
            {
                BatchSize = 16,
                NewBatchThreshold = 8,
                VisibilityTimeout = TimeSpan.FromSeconds(30),
                MaxDequeueCount = 5,
                MaxPollingInterval = TimeSpan.FromSeconds(2),
            },
            json.Queues
        );
    }

    [Fact]
    public void The_build_copies_it_beside_the_program()
    {
        Assert.Equal(HostJson.Read(Path.Combine(Repository.Root, "host.json")), HostJson.Read(HostJson.DefaultPath));
    }

    [Fact]
    public void What_it_leaves_out_has_the_genuine_hosts_default()
    {
        HostJson json = Read("""{"version":"2.0","extensions":{"queues":{"messageEncoding":"none","batchSize":10}}}""");

        Assert.Equal("api", json.RoutePrefix);
        Assert.Equal(new QueueSettings { BatchSize = 10, NewBatchThreshold = 5 }, json.Queues);
    }

    [Theory]
    [InlineData("""{"version":"2.0"}""", "messageEncoding is missing")]
    [InlineData("""{"version":"2.0","extensions":{"queues":{"messageEncoding":"base64"}}}""", "plain text")]
    [InlineData("""{"extensions":{"queues":{"messageEncoding":"none"}}}""", "version is missing")]
    [InlineData(
        """{"version":"2.0","extensions":{"queues":{"messageEncoding":"none","batchSize":33}}}""",
        "from 1 to 32"
    )]
    [InlineData(
        """{"version":"2.0","extensions":{"queues":{"messageEncoding":"none","maxDequeueCount":"x"}}}""",
        "maxDequeueCount is \"x\""
    )]
    [InlineData(
        """{"version":"2.0","extensions":{"queues":{"messageEncoding":"none","visibilityTimeout":"30"}}}""",
        "visibilityTimeout is \"30\""
    )]
    [InlineData("""{"version":""", "not valid JSON")]
    public void What_it_cannot_obey_is_refused(string json, string reason)
    {
        StartupException fault = Assert.Throws<StartupException>(() => Read(json));

        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void A_missing_file_is_refused()
    {
        Assert.Throws<StartupException>(() => HostJson.Read(_path + ".missing"));
    }

    private HostJson Read(string json)
    {
        File.WriteAllText(_path, json);
        return HostJson.Read(_path);
    }
}
