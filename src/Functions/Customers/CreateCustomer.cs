using Drawdown.Domain.Accounts;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Directory;
using Drawdown.Storage.Idempotency;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Customers;

/// <summary><c>POST /api/customers/</c> creates a customer: an account of its own.</summary>
public sealed class CreateCustomer(LotusApi api, CustomerDirectory directory)
{
    [Function(nameof(CreateCustomer))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/customers")] HttpRequest request
    ) =>
        api.Run(
            request,
            "POST /api/customers/",
            async call =>
            {
                var body = await call.Body();
                var customerId = CustomerInput.CustomerId(body) ?? "cust_" + call.NewName();
                var profile = CustomerInput.Profile(body);
                if (call.Failure is { } failure)
                    return failure;

                var account = call.Customer(customerId);
                return await call.Write(
                    account,
                    async (snapshot, cancellation) =>
                    {
                        var existing = await snapshot.Head(cancellation);
                        return CustomerDecisions
                            .Create(existing, call.Organization, customerId, profile, call.Now)
                            .Then(change => new Decided(existing, change, Show(change.Head, call.OrganizationName))
                            {
                                Before = token => directory.Add(account, change.Head.CreatedAt, token),
                            });
                    }
                );
            }
        );

    private static StoredAnswer Show(AccountHead head, string seller) =>
        Answers.Created(CustomerJson.PathOf(head), json => CustomerJson.Write(json, new(head, [], []), seller));
}
