using System.Collections.Concurrent;
using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.LocalHost;
using Drawdown.Storage;
using Drawdown.Storage.Tables;
using Drawdown.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Tests;

/// <summary>What the log may tell: ids. Whoever reads it learns nobody's key, name, address or reasons.</summary>
public sealed class LogTests(AzuriteServer azurite)
{
    private const string Key = "a-key-that-nobody-logs";

    private static readonly string[] Personal = [Key, "ada@example.com", "Lovelace", "Analytical", "order-of-ada"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_log_holds_no_key_and_nothing_that_callers_say_also_when_everything_fails()
    {
        using var log = new Everything();
        var storage = azurite.NewStorage();
        var tables = new FaultyTables(storage.Tables);
        await using var app = await LocalHostApp.Start(
            new LocalHostOptions { Port = 0, ApiKey = Key },
            (services, configuration) =>
                services
                    .AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace))
                    .AddSingleton<ITableStore>(tables)
                    .AddSingleton(storage.Queues)
                    .AddDrawdown(configuration),
            [typeof(DrawdownServices).Assembly],
            CancellationToken.None
        );
        using var http = new HttpClient { BaseAddress = app.BaseAddress };
        http.DefaultRequestHeaders.Add("X-API-KEY", Key);

        Assert.Equal(201, await Post("/api/customers/", Customer("ada")));
        Assert.Equal(201, await Post("/api/credits/", Credit));
        Assert.Equal(400, await Post("/api/credits/", Credit.Replace("100", "-1", StringComparison.Ordinal)));
        Assert.Equal(400, await Post("/api/credits/", "{\"description\": \"Analytical"));
        tables.OnCommit = (_, _) => throw new StorageUnavailableException("The test says so.");
        Assert.Equal(503, await Post("/api/credits/", Credit));
        tables.OnCommit = (_, _) => throw new InvalidOperationException("The test says so.");
        Assert.Equal(500, await Post("/api/credits/", Credit));
        Assert.Equal(500, await Post("/api/customers/", Customer("eve")));

        var lines = log.Lines.ToList();
        Assert.Contains(lines, line => line.Contains("met a bug", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("did not answer request req_", StringComparison.Ordinal));
        foreach (var word in Personal)
            Assert.DoesNotContain(lines, line => line.Contains(word, StringComparison.OrdinalIgnoreCase));

        async Task<int> Post(string path, string body)
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            content.Headers.Add("Idempotency-Key", "order-of-ada");
            using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
            return (int)answer.StatusCode;
        }
    }

    private const string Credit = """
        {"customer_id": "ada", "amount": 100, "currency_code": "USD", "description": "Analytical engine", "metadata": {"by": "Lovelace"}}
        """;

    private static string Customer(string id) =>
        $$"""{"customer_id": "{{id}}", "email": "ada@example.com", "customer_name": "Lovelace"}""";

    private sealed class Everything : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        // The frameworks' own log is the host's, which shows or hides it by its own settings.
        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("Drawdown.", StringComparison.Ordinal)
                ? this
                : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue($"{formatter(state, exception)}\n{exception}");

        public void Dispose() { }
    }
}
