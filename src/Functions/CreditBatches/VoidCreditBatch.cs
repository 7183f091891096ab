using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditBatches;

/// <summary>
/// <c>POST /incoming/v2/clients/creditBatches/:id/void</c> lets all that is left of a batch lapse, allocated or not. A batch that
/// is closed stays as it is.
/// </summary>
public sealed class VoidCreditBatch(IncomingApi api)
{
    [Function(nameof(VoidCreditBatch))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "incoming/v2/clients/creditBatches/{id}/void")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "POST /incoming/v2/clients/creditBatches/:id/void",
            async call =>
            {
                var batch = call.PathUuid<CreditBatchId>(id);
                var reason = (await call.Body()).OptionalText("reason", TextRules.DescriptionLength);
                if (call.Failure is { } failure)
                    return failure;

                return await call.Write(
                    batch,
                    nameof(VoidCreditBatch),
                    null,
                    (head, found) => CreditBatchDecisions.Void(head, found, reason, call.By)
                );
            }
        );
}
