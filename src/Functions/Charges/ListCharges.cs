using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Charges;

/// <summary><c>GET /api/charges/</c> lists a customer's charges, newest first: what waits, and what failed and why.</summary>
public sealed class ListCharges(LotusApi api)
{
    [Function(nameof(ListCharges))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/charges")] HttpRequest request
    ) =>
        api.Run(
            request,
            "GET /api/charges/",
            async call =>
            {
                var customerId = call.Query.RequiredText("customer_id");
                var statuses = call.Query.Choices("status", [.. ChargeStatusNames.Names.All]);
                var page = await call.Page();
                if (call.Failure is { } failure)
                    return failure;

                var snapshot = call.Snapshot(call.Customer(customerId));
                var head = await snapshot.Head(call.Cancellation);
                if (CustomerLookup.Unknown(head, customerId) is { } unknown)
                    return unknown;
                var charges = await snapshot.Charges(call.Cancellation);
                charges.Reverse();
                var shown = charges.Where(charge =>
                    statuses.Count == 0 || statuses.Contains(ChargeStatusNames.Names.Of(charge.Status))
                );
                return await call.List(page, shown, charge => charge.Id.ToString(), ChargeJson.Write);
            }
        );
}
