using Drawdown.Storage;
using Drawdown.Storage.ApiKeys;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Microsoft.Extensions.Hosting;

namespace Drawdown.Functions.Service;

/// <summary>Before the first request: the tables and queues exist, and so does the bootstrap key.</summary>
public sealed class StorageSetup(
    ITableStore tables,
    InvoiceQueue invoices,
    ApiKeyStore keys,
    DrawdownSettings settings,
    TimeProvider clock
) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var table in StorageTables.All)
            await tables.CreateTable(table, cancellationToken);
        await invoices.Create(cancellationToken);
        if (settings.BootstrapKey is { } secret)
            await keys.Add(secret, settings.BootstrapOrganization, clock.GetUtcNow(), cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
