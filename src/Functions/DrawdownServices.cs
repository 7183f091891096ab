using System.Diagnostics.Metrics;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.Charges;
using Drawdown.Functions.Service;
using Drawdown.Functions.Subscriptions;
using Drawdown.Functions.Upkeep;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.ApiKeys;
using Drawdown.Storage.Azure;
using Drawdown.Storage.Directory;
using Drawdown.Storage.Idempotency;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Drawdown.Functions;

/// <summary>The services that the functions need, registered the same way by both hosts.</summary>
public static class DrawdownServices
{
    /// <summary>Registers Drawdown's services. A clock, stores and a source of randomness registered before stay.</summary>
    /// <param name="services">The host's service collection.</param>
    /// <param name="configuration">The host's configuration: app settings in Azure, the environment on one machine.</param>
    public static IServiceCollection AddDrawdown(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = DrawdownSettings.Read(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Entropy, SystemEntropy>();
        services.TryAddSingleton(_ => AzureTableStore.Open(settings.Storage));
        services.TryAddSingleton(_ => AzureQueueStore.Open(settings.Storage));
        return services
            .AddSingleton(settings)
            .AddMetrics()
            .AddSingleton(provider => new DrawdownMetrics(provider.GetRequiredService<IMeterFactory>()))
            .AddSingleton<AccountGate>()
            .AddSingleton<AccountWriter>()
            .AddSingleton<AgendaBook>()
            .AddSingleton<AgendaSweep>()
            .AddSingleton<IdempotencyClaims>()
            .AddSingleton<IdempotencyUpkeep>()
            .AddSingleton<CustomerDirectory>()
            .AddSingleton<ApiKeyStore>()
            .AddSingleton<ApiKeyCache>()
            .AddSingleton<CursorSigner>()
            .AddSingleton<ApiContext>()
            .AddSingleton<RequestPipeline>()
            .AddSingleton<LotusErrors>()
            .AddSingleton<LotusApi>()
            .AddSingleton<IncomingErrors>()
            .AddSingleton<IncomingApi>()
            .AddSingleton<CreditExpiry>()
            .AddSingleton<SubscriptionDirectory>()
            .AddSingleton<InvoiceDirectory>()
            .AddSingleton<InvoiceQueue>()
            .AddSingleton<ChargeMessages>()
            .AddSingleton<ChargeProcessing>()
            .AddSingleton<OutboxRelay>()
            .AddSingleton<QueueWatch>()
            .AddSingleton<SubscriptionCommits>()
            .AddSingleton<SubscriptionRenewal>()
            .AddHostedService<StorageSetup>();
    }
}
