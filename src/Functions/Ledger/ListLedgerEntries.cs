using System.Globalization;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Ledger;

/// <summary><c>GET /api/customers/{customer_id}/ledger/</c> lists a customer's ledger, newest entry first.</summary>
public sealed class ListLedgerEntries(LotusApi api)
{
    [Function(nameof(ListLedgerEntries))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/customers/{customerId}/ledger")]
            HttpRequest request,
        string customerId
    ) =>
        api.Run(
            request,
            "GET /api/customers/{customer_id}/ledger/",
            async call =>
            {
                var id = call.Path(customerId);
                var page = await call.Page();
                if (call.Failure is { } failure)
                    return failure;

                var ledger = await call.Snapshot(call.Customer(id)).LedgerView(call.Cancellation);
                if (CustomerLookup.Missing(ledger?.Head, id) is { } missing)
                    return missing;
                var (entries, next) = page.Of(
                    ledger!.Entries.Reverse(),
                    entry => entry.Seq.ToString("d19", CultureInfo.InvariantCulture)
                );
                var body = JsonText.Write(json => json.Objects(entries, entry => LedgerEntryJson.Write(json, entry)));
                return await call.List(body, page, next);
            }
        );
}
