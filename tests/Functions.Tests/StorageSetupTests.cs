using Drawdown.Functions.Service;
using Drawdown.Storage;
using Drawdown.Storage.ApiKeys;
using Drawdown.Storage.Queues;
using Drawdown.Testing;
using Microsoft.Extensions.Configuration;

namespace Drawdown.Functions.Tests;

/// <summary>How the app starts on its storage: it makes it on a developer's machine, and only looks at it in Azure.</summary>
public sealed class StorageSetupTests
{
    private const string Tables = "https://account.table.core.windows.net/";
    private const string Queues = "https://account.queue.core.windows.net/";

    private readonly InMemoryTableStore _tables = new();
    private readonly InMemoryQueueStore _queues = new(new ManualClock(World.Start));
    private readonly List<StoreCall> _calls = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_connection_string_what_is_missing_is_created()
    {
        await Start(("DrawdownStorage", "UseDevelopmentStorage=true"));

        await Start(("DrawdownStorage:tableServiceUri", Tables), ("DrawdownStorage:queueServiceUri", Queues));
    }

    [Fact]
    public async Task By_identity_nothing_is_created()
    {
        await Start(("DrawdownStorage", "UseDevelopmentStorage=true"));
        _calls.Clear();

        await Start(("DrawdownStorage:tableServiceUri", Tables), ("DrawdownStorage:queueServiceUri", Queues));

        Assert.Equal(StorageTables.All, Targets(StoreOperation.CanReadTable));
        Assert.Equal(InvoiceQueue.All, Targets(StoreOperation.CanReadQueue));
        Assert.Equal(StorageTables.All.Count + InvoiceQueue.All.Count, _calls.Count);
    }

    [Fact]
    public async Task By_identity_a_missing_table_stops_the_start_and_says_what_to_do()
    {
        var fault = await Refusal();

        Assert.StartsWith(
            "The table 'Accounts' at account.table.core.windows.net is missing, or this app's identity may not read it: deploy",
            fault,
            StringComparison.Ordinal
        );
        Assert.Empty(Targets(StoreOperation.CreateTable));
    }

    [Fact]
    public async Task By_identity_a_missing_queue_stops_the_start_and_says_what_to_do()
    {
        foreach (var table in StorageTables.All)
            await _tables.CreateTable(table, Cancellation);
        await _queues.CreateQueue(InvoiceQueue.Name, Cancellation);

        var fault = await Refusal();

        Assert.StartsWith(
            "The queue 'invoices-poison' at account.queue.core.windows.net is missing",
            fault,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task By_identity_a_service_that_does_not_answer_stops_the_start_with_the_reason()
    {
        _tables.Hooks.Before = _ =>
            throw new StorageUnavailableException("No answer.", new IOException("No such host.\nAnd more."));

        var fault = await Assert.ThrowsAsync<StorageSetupException>(() => Setup(Identity).StartAsync(Cancellation));

        Assert.Equal(
            "The table 'Accounts' at account.table.core.windows.net cannot be reached: No such host.",
            fault.Message
        );
    }

    [Theory]
    [InlineData("account.table.core.windows.net")]
    [InlineData("http://account.table.core.windows.net")]
    [InlineData("account")]
    public void An_address_that_is_none_stops_the_start_and_is_named(string address)
    {
        var fault = Assert.Throws<StorageSetupException>(() => Read(("DrawdownStorage:tableServiceUri", address)));

        Assert.StartsWith($"DrawdownStorage__tableServiceUri is '{address}'", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    private static (string, string)[] Identity =>
        [("DrawdownStorage:tableServiceUri", Tables), ("DrawdownStorage:queueServiceUri", Queues)];

    private IEnumerable<string> Targets(StoreOperation operation) =>
        _calls.Where(call => call.Operation == operation).Select(call => call.Target);

    private async Task<string> Refusal()
    {
        var fault = await Assert.ThrowsAsync<StorageSetupException>(() => Start(Identity));
        Assert.DoesNotContain('\n', fault.Message);
        return fault.Message;
    }

    private Task Start(params (string, string)[] settings)
    {
        _tables.Hooks.Before = _queues.Hooks.Before = call =>
        {
            _calls.Add(call);
            return Task.CompletedTask;
        };
        return Setup(settings).StartAsync(Cancellation);
    }

    private StorageSetup Setup((string, string)[] settings) =>
        new(_tables, _queues, new InvoiceQueue(_queues), new ApiKeyStore(_tables), Read(settings), TimeProvider.System);

    private static DrawdownSettings Read(params (string Name, string Value)[] settings) =>
        DrawdownSettings.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(one => new KeyValuePair<string, string?>(one.Name, one.Value)))
                .Build()
        );
}
