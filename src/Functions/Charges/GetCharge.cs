using Drawdown.Domain;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Charges;

/// <summary><c>GET /api/charges/{charge_id}/</c> says where a charge stands, and why it failed if it did.</summary>
public sealed class GetCharge(LotusApi api)
{
    [Function(nameof(GetCharge))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/charges/{chargeId}")] HttpRequest request,
        string chargeId
    ) =>
        api.Run(
            request,
            "GET /api/charges/{charge_id}/",
            async call =>
            {
                var id = call.PathId<ChargeId>(chargeId, "charge_id");
                if (call.Failure is { } failure)
                    return failure;

                var charge = await call.Snapshot(call.Account(id.Hex)).Charge(id, call.Cancellation);
                return charge is null ? Missing(id) : new Reply.Success(ChargeJson.Show(charge));
            }
        );

    /// <summary>The refusal of an id that leads to no charge.</summary>
    public static Refusal Missing(ChargeId id) => new Refusal.NotFound($"There is no charge {id}.");
}
