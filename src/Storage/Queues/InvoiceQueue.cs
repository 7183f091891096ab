namespace Drawdown.Storage.Queues;

/// <summary>The queue of charges that are to be invoiced.</summary>
public sealed class InvoiceQueue(IQueueStore queues)
{
    /// <summary>Its name.</summary>
    public const string Name = "invoices";

    /// <summary>Where the host puts a message that failed too often.</summary>
    public const string PoisonName = Name + "-poison";

    /// <summary>Sends a charge's message. A second one does no harm: a charge is invoiced once.</summary>
    public Task Send(InvoiceMessage message, CancellationToken cancellation) =>
        queues.Send(Name, message.ToText(), TimeSpan.Zero, cancellation);

    /// <summary>Creates the queue and its poison queue if they are missing.</summary>
    public async Task Create(CancellationToken cancellation)
    {
        await queues.CreateQueue(Name, cancellation);
        await queues.CreateQueue(PoisonName, cancellation);
    }
}
