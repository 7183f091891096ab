using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Clients;

/// <summary><c>GET /incoming/v2/clients/:id</c></summary>
public sealed class GetClient(IncomingApi api)
{
    [Function(nameof(GetClient))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "incoming/v2/clients/{id}")] HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "GET /incoming/v2/clients/:id",
            async call =>
            {
                var client = call.PathClient(id);
                if (call.Failure is { } failure)
                    return failure;

                var head = await call.Snapshot(call.Client(client)).Head(call.Cancellation);
                return ClientLookup.Unknown(head, client) is { } unknown
                    ? unknown
                    : new Reply.Success(IncomingAnswers.Ok("Client", json => ClientJson.Write(json, head!)));
            }
        );
}
