using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Invoices;

/// <summary><c>GET /api/invoices/{invoice_id}/</c>, by id or by number.</summary>
public sealed class GetInvoice(LotusApi api)
{
    [Function(nameof(GetInvoice))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/invoices/{invoiceId}")] HttpRequest request,
        string invoiceId
    ) =>
        api.Run(
            request,
            "GET /api/invoices/{invoice_id}/",
            async call =>
            {
                var path = InvoicePath.Of(call, invoiceId);
                if (call.Failure is { } failure)
                    return failure;

                var snapshot = call.Snapshot(new(call.Organization, path.Account));
                return await path.Find(snapshot, call.Cancellation) is var (head, invoice)
                    ? new Reply.Success(InvoiceJson.Show(head, invoice, call.OrganizationName))
                    : InvoicePath.Missing(invoiceId);
            }
        );
}
