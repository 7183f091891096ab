using Drawdown.Domain.Accounts;
using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Storage;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Directory;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Invoices;

/// <summary><c>GET /api/invoices/</c> lists invoices of one customer or of all, newest first.</summary>
public sealed class ListInvoices(LotusApi api, InvoiceDirectory directory)
{
    // Invoices are read side by side, but not so many that one list crowds out all other requests.
    private const int ReadsAtOnce = 16;

    [Function(nameof(ListInvoices))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/invoices")] HttpRequest request
    ) =>
        api.Run(
            request,
            "GET /api/invoices/",
            async call =>
            {
                var customerId = call.Query.OptionalText("customer_id");
                var statuses = call.Query.Choices("payment_status", "paid", "unpaid");
                var page = await call.Page();
                if (call.Failure is { } failure)
                    return failure;

                return customerId is null
                    ? await OfAll(call, statuses, page)
                    : await OfOne(call, customerId, statuses, page);
            }
        );

    private static async Task<Reply> OfOne(ApiCall call, string customerId, IReadOnlySet<string> statuses, Page page)
    {
        var view = await call.Snapshot(call.Customer(customerId)).CustomerView(call.Cancellation);
        if (CustomerLookup.Unknown(view?.Head, customerId) is { } unknown)
            return unknown;
        return await call.List(
            page,
            view!.Invoices.Where(invoice => Shows(statuses, invoice)),
            invoice => invoice.Sequence.ToString("d19", System.Globalization.CultureInfo.InvariantCulture),
            (json, invoice) => InvoiceJson.Write(json, view.Head, invoice, call.OrganizationName)
        );
    }

    private async Task<Reply> OfAll(ApiCall call, IReadOnlySet<string> statuses, Page page)
    {
        var found = new List<(AccountHead Head, Invoice Invoice)>();
        string? last = null;
        string? next = null;
        var listed = directory.List(call.Organization, page.After, call.Cancellation);
        await foreach (var rows in listed.Chunked(ReadsAtOnce, call.Cancellation))
        {
            var read = await Task.WhenAll(rows.Select(row => Read(call, row)));
            foreach (var (row, one) in rows.Zip(read))
            {
                if (one is not { } present || !Shows(statuses, present.Invoice))
                    continue;
                if (found.Count == page.Limit)
                {
                    next = last;
                    break;
                }
                found.Add(present);
                last = row.Cursor;
            }
            if (next is not null)
                break;
        }
        var body = JsonText.Write(json =>
            json.Objects(found, one => InvoiceJson.Write(json, one.Head, one.Invoice, call.OrganizationName))
        );
        return await call.List(body, page, next);
    }

    // A row without its invoice, or with one of another instant, was left behind by a try that did not go through.
    private static async Task<(AccountHead Head, Invoice Invoice)?> Read(ApiCall call, ListedInvoice row)
    {
        var snapshot = call.Snapshot(call.Account(row.Invoice.Hex));
        var reading = snapshot.Head(call.Cancellation);
        var invoice = await snapshot.Invoice(row.Invoice, call.Cancellation);
        return await reading is { } head && invoice?.IssuedAt == row.IssuedAt ? (head, invoice) : null;
    }

    private static bool Shows(IReadOnlySet<string> statuses, Invoice invoice) =>
        statuses.Count == 0 || statuses.Contains(InvoiceJson.StatusOf(invoice));
}
