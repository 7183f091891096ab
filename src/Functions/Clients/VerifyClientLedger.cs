using Drawdown.Domain.CreditBatches;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Clients;

/// <summary>
/// <c>GET /incoming/v2/clients/:id/ledger/verify</c> replays all actions of a client: the balance law after each, the hash
/// chain, and that batches and allocations hold what their actions say.
/// </summary>
public sealed class VerifyClientLedger(IncomingApi api)
{
    [Function(nameof(VerifyClientLedger))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "incoming/v2/clients/{id}/ledger/verify")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "GET /incoming/v2/clients/:id/ledger/verify",
            async call =>
            {
                var client = call.PathClient(id);
                if (call.Failure is { } failure)
                    return failure;

                var view = await call.Snapshot(call.Client(client)).ActionsToAudit(call.Cancellation);
                if (ClientLookup.Unknown(view?.Head, client) is { } unknown)
                    return unknown;
                var report = ActionAudit.Verify(view!.Head, view.Batches, view.Allocations, view.Actions);
                return new Reply.Success(
                    IncomingAnswers.Ok(
                        "VerifyClientLedger",
                        json =>
                        {
                            json.WriteBoolean("ok", report.Ok);
                            json.WriteNumber("actions", report.Entries);
                            json.Text("headHash", report.HeadHash);
                            json.WriteStartArray("faults");
                            foreach (var fault in report.Faults)
                                json.WriteStringValue(fault);
                            json.WriteEndArray();
                        }
                    )
                );
            }
        );
}
