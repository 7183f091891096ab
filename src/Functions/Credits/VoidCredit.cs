using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Credits;

/// <summary>
/// <c>POST /api/credits/{credit_id}/void/</c> takes back all that is left of a credit. A credit that is not active stays as
/// it is.
/// </summary>
public sealed class VoidCredit(LotusApi api)
{
    [Function(nameof(VoidCredit))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/credits/{creditId}/void")] HttpRequest request,
        string creditId
    ) =>
        api.Run(
            request,
            "POST /api/credits/{credit_id}/void/",
            async call =>
            {
                var id = call.PathId<CreditId>(creditId, "credit_id");
                var body = await call.Body();
                body.Repeats("credit_id", creditId);
                if (call.Failure is { } failure)
                    return failure;

                return await call.Write(id, null, (head, credit) => CreditDecisions.Void(head, credit, call.By));
            }
        );
}
