using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Credits;

/// <summary><c>GET /api/credits/</c> lists a customer's credits, newest first.</summary>
public sealed class ListCredits(LotusApi api)
{
    [Function(nameof(ListCredits))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/credits")] HttpRequest request
    ) =>
        api.Run(
            request,
            "GET /api/credits/",
            async call =>
            {
                var customerId = call.Query.RequiredText("customer_id");
                var filter = CreditFilter.Read(call.Query);
                var page = await call.Page();
                if (call.Failure is { } failure)
                    return failure;

                var ledger = await call.Snapshot(call.Customer(customerId)).LedgerView(call.Cancellation);
                if (CustomerLookup.Unknown(ledger?.Head, customerId) is { } unknown)
                    return unknown;
                var shown = ledger!
                    .Credits.Where(credit => filter.Shows(credit, call.Now))
                    .OrderByDescending(credit => credit.Id.ToString(), StringComparer.Ordinal);
                var (credits, next) = page.Of(shown, credit => credit.Id.ToString());
                var entries = ledger.Entries.ToLookup(entry => entry.Credit);
                var body = JsonText.Write(json =>
                    json.Objects(
                        credits,
                        credit => CreditJson.Write(json, new(ledger.Head, credit, [.. entries[credit.Id]]), call.Now)
                    )
                );
                return await call.List(body, page, next);
            }
        );
}
