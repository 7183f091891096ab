using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Clients;

/// <summary><c>POST /incoming/v2/clients</c> creates a client.</summary>
public sealed class CreateClient(IncomingApi api)
{
    [Function(nameof(CreateClient))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "incoming/v2/clients")] HttpRequest request
    ) =>
        api.Run(
            request,
            "POST /incoming/v2/clients",
            async call =>
            {
                var body = await call.Body();
                var profile = new ClientProfile(body.RequiredText("name", TextRules.NameLength));
                if (call.Failure is { } failure)
                    return failure;

                var id = ClientId.Of(call.NewName());
                return await call.Write(
                    call.Client(id),
                    async (snapshot, cancellation) =>
                    {
                        var head = await snapshot.Head(cancellation);
                        return ClientDecisions
                            .Create(head, call.Organization, id, profile, call.Now)
                            .Then(change => new Decided(
                                head,
                                change,
                                IncomingAnswers.Created(
                                    "CreateClient",
                                    $"/incoming/v2/clients/{id}",
                                    json => ClientJson.Write(json, change.Head)
                                )
                            ));
                    }
                );
            }
        );
}
