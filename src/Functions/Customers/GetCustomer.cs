using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Customers;

/// <summary><c>GET /api/customers/{customer_id}/</c></summary>
public sealed class GetCustomer(LotusApi api)
{
    [Function(nameof(GetCustomer))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/customers/{customerId}")] HttpRequest request,
        string customerId
    ) =>
        api.Run(
            request,
            "GET /api/customers/{customer_id}/",
            async call =>
            {
                var id = call.Path(customerId);
                var view = await call.Snapshot(call.Customer(id)).CustomerView(call.Cancellation);
                return CustomerLookup.Missing(view?.Head, id)
                    ?? new Reply.Success(CustomerJson.Show(view!, call.OrganizationName));
            }
        );
}
