namespace Drawdown.Storage.Queues;

/// <summary>The queue of charges that are to be invoiced.</summary>
public sealed class InvoiceQueue(IQueueStore queues)
{
    /// <summary>Its name.</summary>
    public const string Name = "invoices";

    /// <summary>Where the host puts a message that failed too often.</summary>
    public const string PoisonName = Name + "-poison";

    /// <summary>The queue and its poison queue.</summary>
    public static readonly IReadOnlyList<string> All = [Name, PoisonName];

    /// <summary>Sends a charge's message. A second one does no harm: a charge is invoiced once.</summary>
    public Task Send(InvoiceMessage message, CancellationToken cancellation) =>
        queues.Send(Name, message.ToText(), TimeSpan.Zero, cancellation);

    /// <summary>Creates the queue and its poison queue if they are missing.</summary>
    public async Task Create(CancellationToken cancellation)
    {
        foreach (var queue in All)
            await queues.CreateQueue(queue, cancellation);
    }
}
