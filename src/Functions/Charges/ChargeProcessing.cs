using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Directory;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.Charges;

/// <summary>What the queue functions do with one charge.</summary>
public sealed class ChargeProcessing(
    AccountWriter writer,
    InvoiceDirectory directory,
    TimeProvider clock,
    Entropy entropy
)
{
    /// <summary>Invoices a charge. A second delivery changes nothing.</summary>
    /// <exception cref="InvalidOperationException">There is no such charge.</exception>
    /// <exception cref="AccountBusyException">The account kept changing: try again.</exception>
    public Task Invoice(AccountAddress account, ChargeId id, CancellationToken cancellation) =>
        Change(
            "queue:" + nameof(ProcessInvoice),
            account,
            async (snapshot, by, token) =>
            {
                var invoiceId = Domain.Invoicing.Invoice.IdFor(account.Route, id.ToString());
                var view = await snapshot.ChargeView(
                    id,
                    () => directory.Add(account.Organization, invoiceId, by.Now, token),
                    token
                );
                return view is null
                    ? throw Unknown(id)
                    : (view.Head, InvoiceDecisions.Process(view.Head, view.Charge, view.Taken, view.Credits, by));
            },
            cancellation
        );

    /// <summary>Marks a charge as failed, because its message was given up.</summary>
    /// <exception cref="InvalidOperationException">There is no such charge.</exception>
    /// <exception cref="AccountBusyException">The account kept changing: try again.</exception>
    public Task Fail(AccountAddress account, ChargeId id, string reason, CancellationToken cancellation) =>
        Change(
            "queue:" + nameof(ProcessPoisonedInvoice),
            account,
            async (snapshot, _, token) =>
            {
                var (reading, finding) = (snapshot.Head(token), snapshot.Charge(id, token));
                await Task.WhenAll(reading, finding, snapshot.IsOwed(id, token));
                return await reading is { } head && await finding is { } charge
                    ? (head, InvoiceDecisions.Fail(head, charge, reason))
                    : throw Unknown(id);
            },
            cancellation
        );

    private async Task Change(
        string actor,
        AccountAddress account,
        Func<AccountSnapshot, Provenance, CancellationToken, Task<(AccountHead Head, AccountChange? Change)>> decide,
        CancellationToken cancellation
    )
    {
        var by = new Provenance(actor, "req_" + entropy.Hex(32), clock.GetWholeMilliseconds());
        var outcome = await writer.Write(
            new WriteOperation(account, by, null),
            async (snapshot, token) =>
            {
                var (head, change) = await decide(snapshot, by, token);
                return new Decided(head, change, StoredAnswer.None);
            },
            cancellation
        );
        if (outcome is not Outcome<Written>.Accepted)
            throw new AccountBusyException(account);
    }

    // The transaction that wrote the charge came before its message: an unknown charge is not one that may still come.
    private static InvalidOperationException Unknown(ChargeId id) => new($"There is no charge {id}.");
}
