using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Credits;

/// <summary>
/// <c>POST /api/credits/{credit_id}/update/</c> changes description and expiry of an active credit. An explicit null clears,
/// an absent field keeps. Source: Lotus, "Update credit".
/// </summary>
public sealed class UpdateCredit(LotusApi api)
{
    [Function(nameof(UpdateCredit))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/credits/{creditId}/update")]
            HttpRequest request,
        string creditId
    ) =>
        api.Run(
            request,
            "POST /api/credits/{credit_id}/update/",
            async call =>
            {
                var id = call.PathId<CreditId>(creditId, "credit_id");
                var body = await call.Body();
                body.Repeats("credit_id", creditId);
                var edit = new CreditEdit(
                    body.TextChange("description", TextRules.DescriptionLength),
                    body.InstantChange("expires_at")
                );
                call.Faults.AddLate(CreditDecisions.ExpiryFaults(edit.ExpiresAt.Value, call.Now, call.Now));
                if (call.Failure is { } failure)
                    return failure;

                return await call.Write(
                    id,
                    edit.ExpiresAt.Value,
                    (head, credit) => CreditDecisions.Update(head, credit, edit, call.By)
                );
            }
        );
}
