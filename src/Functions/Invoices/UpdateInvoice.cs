using Drawdown.Domain;
using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Invoices;

/// <summary><c>PATCH /api/invoices/{invoice_id}/</c> marks an invoice as paid. Paid is final.</summary>
public sealed class UpdateInvoice(LotusApi api)
{
    [Function(nameof(UpdateInvoice))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/invoices/{invoiceId}")] HttpRequest request,
        string invoiceId
    ) =>
        api.Run(
            request,
            "PATCH /api/invoices/{invoice_id}/",
            async call =>
            {
                var path = InvoicePath.Of(call, invoiceId);
                var body = await call.Body();
                body.Repeats("invoice_id", invoiceId);
                var paid = body.RequiredChoice("payment_status", "paid", "unpaid") == "paid";
                if (call.Failure is { } failure)
                    return failure;

                return await call.Write(
                    new(call.Organization, path.Account),
                    async (snapshot, cancellation) =>
                    {
                        if (await path.Find(snapshot, cancellation) is not var (head, invoice))
                            return InvoicePath.Missing(invoiceId);
                        if (!call.Matches(InvoiceJson.Show(head, invoice, call.OrganizationName)))
                            return new Refusal.PreconditionFailed();
                        return InvoiceDecisions
                            .Pay(head, invoice, paid, call.Now)
                            .Then(change => new Decided(
                                head,
                                change,
                                InvoiceJson.Show(head, change?.Invoice ?? invoice, call.OrganizationName)
                            ));
                    }
                );
            }
        );
}
