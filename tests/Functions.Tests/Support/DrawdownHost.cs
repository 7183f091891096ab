using Azure.Core;
using Azure.Data.Tables;
using Drawdown.LocalHost;
using Drawdown.Storage.ApiKeys;
using Drawdown.Storage.Azure;
using Drawdown.Storage.Tables;
using Drawdown.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Tests.Support;

/// <summary>
/// The functions in LocalHost, on tables of their own in the real Azurite. A class of tests has one; each test keeps to
/// customers of its own.
/// </summary>
public sealed class DrawdownHost(AzuriteServer azurite) : IAsyncLifetime
{
    /// <summary>The API key of the organization that most tests act for.</summary>
    public const string Key = "the-first-organization's-key";

    private readonly List<Instance> _instances = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public TestTime Time { get; } = new();

    public TestStorage Storage { get; private set; } = null!;

    /// <summary>A caller with <see cref="Key"/>.</summary>
    public ApiClient Api => _instances[0].Api;

    /// <summary>Where the host listens.</summary>
    public Uri Address => _instances[0].App.BaseAddress;

    /// <summary>The app's services.</summary>
    public IServiceProvider Services => _instances[0].App.Services;

    /// <summary>What the host's clock shows.</summary>
    public DateTimeOffset Now => _instances[0].App.Clock.GetUtcNow();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Storage = azurite.NewStorage();
        await Another();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
            await instance.DisposeAsync();
    }

    /// <summary>Starts another instance of the app on the same tables, and returns a caller of it.</summary>
    /// <param name="customize">Changes how its storage client works: counts its calls, say.</param>
    public async Task<Instance> Another(Action<ClientOptions>? customize = null)
    {
        var log = new HostLog();
        var tables = new AzureTableStore(Tables(customize), Storage.Connection.Prefix);
        var app = await LocalHostApp.Start(
            new LocalHostOptions
            {
                Port = 0,
                ApiKey = Key,
                RealTime = Time,
            },
            (services, configuration) =>
                services
                    .AddLogging(logging => logging.AddProvider(log))
                    .AddSingleton<ITableStore>(tables)
                    .AddSingleton(Storage.Queues)
                    .AddDrawdown(configuration),
            [typeof(DrawdownServices).Assembly],
            CancellationToken.None
        );
        var instance = new Instance(app, log);
        _instances.Add(instance);
        return instance;
    }

    /// <summary>A caller of another organization.</summary>
    public async Task<ApiClient> Organization(string name)
    {
        var key = $"the-key-of-{name}";
        var keys = _instances[0].App.Services.GetRequiredService<ApiKeyStore>();
        await keys.Add(key, name, Now, Cancellation);
        return Api.As(key);
    }

    /// <summary>Handles what is in the queues.</summary>
    public Task DrainQueues() => _instances[0].App.DrainQueues(Cancellation);

    /// <summary>Runs a timer now, whether or not it is due.</summary>
    public Task RunTimer(string name) => _instances[0].RunTimer(name);

    /// <summary>The same, whether or not it succeeds.</summary>
    public Task<FunctionRun> Run(string timer) => _instances[0].App.RunTimer(timer, Cancellation);

    /// <summary>All rows of a table.</summary>
    public async Task<List<TableRow>> Rows(string table)
    {
        var rows = new List<TableRow>();
        await foreach (var row in Storage.Tables.Scan(table, " ", "~", Cancellation))
            rows.Add(row);
        return rows;
    }

    /// <summary>A table as the storage SDK shows it, past everything that guards it.</summary>
    public TableClient Table(string name) => Tables().GetTableClient(Storage.Connection.Prefix + name);

    private TableServiceClient Tables(Action<ClientOptions>? customize = null) =>
        StorageClients.Tables(Storage.Connection, customize);
}

/// <summary>One running instance of the app.</summary>
public sealed class Instance : IAsyncDisposable
{
    private readonly HttpClient _http;

    public Instance(LocalHostApp app, HostLog log)
    {
        App = app;
        _http = new HttpClient { BaseAddress = app.BaseAddress };
        Api = new ApiClient(_http, new AnswerRules(log), DrawdownHost.Key);
    }

    public LocalHostApp App { get; }

    public ApiClient Api { get; }

    /// <summary>Runs a timer now, whether or not it is due.</summary>
    public async Task RunTimer(string name)
    {
        var run = await App.RunTimer(name, TestContext.Current.CancellationToken);
        Assert.Null(run.Failure);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await App.DisposeAsync();
    }
}
