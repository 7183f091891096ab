using Drawdown.Storage;
using Drawdown.Storage.ApiKeys;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Microsoft.Extensions.Hosting;

namespace Drawdown.Functions.Service;

/// <summary>
/// Before the first request: the tables and queues are there, and so is the bootstrap key. On a connection string (Azurite, a
/// developer's machine) what is missing is created. By identity (Azure) the template has made everything, so what is missing
/// there is a mistake, and an app that created it would hide a wrong address behind empty tables.
/// </summary>
public sealed class StorageSetup(
    ITableStore tables,
    IQueueStore queues,
    InvoiceQueue invoices,
    ApiKeyStore keys,
    DrawdownSettings settings,
    TimeProvider clock
) : IHostedService
{
    /// <inheritdoc/>
    /// <exception cref="StorageSetupException">By identity: a table or a queue is missing or cannot be reached.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await (settings.Storage.IsByIdentity ? Verify(cancellationToken) : Create(cancellationToken));
        if (settings.BootstrapKey is { } secret)
            await keys.Add(secret, settings.BootstrapOrganization, clock.GetUtcNow(), cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Create(CancellationToken cancellation)
    {
        foreach (var table in StorageTables.All)
            await tables.CreateTable(table, cancellation);
        await invoices.Create(cancellation);
    }

    private async Task Verify(CancellationToken cancellation)
    {
        foreach (var table in StorageTables.All)
            await Verify("table", table, settings.Storage.TableServiceUri, () => tables.CanRead(table, cancellation));
        foreach (var queue in InvoiceQueue.All)
            await Verify("queue", queue, settings.Storage.QueueServiceUri, () => queues.CanRead(queue, cancellation));
    }

    private static async Task Verify(string kind, string name, Uri? service, Func<Task<bool>> canRead)
    {
        var where = $"The {kind} '{name}' at {service?.Host}";
        try
        {
            if (await canRead())
                return;
        }
        catch (StorageUnavailableException outage)
        {
            // The reason is inside: no such host, no identity, no answer. Its first line is what it is about.
            var reason = (outage.InnerException ?? outage).Message.Split('\n')[0].Trim();
            throw new StorageSetupException($"{where} cannot be reached: {reason}", outage);
        }
        throw new StorageSetupException(
            $"{where} is missing, or this app's identity may not read it: deploy infra/main.bicep, which makes the {kind} "
                + "and assigns the role. A new role takes some minutes to be known everywhere."
        );
    }
}
