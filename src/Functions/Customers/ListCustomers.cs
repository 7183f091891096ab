using Drawdown.Functions.Api;
using Drawdown.Storage;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Directory;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Customers;

/// <summary><c>GET /api/customers/</c> lists the organization's customers, newest first.</summary>
public sealed class ListCustomers(LotusApi api, CustomerDirectory directory)
{
    // Customers are read side by side, but not so many that one list crowds out all other requests.
    private const int ReadsAtOnce = 16;

    [Function(nameof(ListCustomers))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/customers")] HttpRequest request
    ) =>
        api.Run(
            request,
            "GET /api/customers/",
            async call =>
            {
                var page = await call.Page();
                if (call.Failure is { } failure)
                    return failure;

                var (customers, next) = await Read(call, page);
                var body = JsonText.Write(json =>
                    json.Objects(customers, customer => CustomerJson.Write(json, customer, call.OrganizationName))
                );
                return await call.List(body, page, next);
            }
        );

    private async Task<(List<CustomerView> Customers, string? Next)> Read(ApiCall call, Page page)
    {
        var customers = new List<CustomerView>();
        string? last = null;
        var listed = directory.List(call.Organization, page.After, call.Cancellation);
        await foreach (var rows in listed.Chunked(ReadsAtOnce, call.Cancellation))
        {
            var views = await Task.WhenAll(
                rows.Select(row => call.Snapshot(row.Account).CustomerView(call.Cancellation))
            );
            foreach (var (row, view) in rows.Zip(views))
            {
                // A row without its customer was left behind by a request that did not go through.
                if (view?.Head.CreatedAt != row.CreatedAt)
                    continue;
                if (customers.Count == page.Limit)
                    return (customers, last);
                customers.Add(view);
                last = row.Cursor;
            }
        }
        return (customers, null);
    }
}
