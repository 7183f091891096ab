using Drawdown.Domain.Ledger;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Ledger;

/// <summary>
/// <c>GET /api/customers/{customer_id}/ledger/verify/</c> replays a customer's ledger and says whether everything holds.
/// </summary>
public sealed class VerifyLedger(LotusApi api)
{
    [Function(nameof(VerifyLedger))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/customers/{customerId}/ledger/verify")]
            HttpRequest request,
        string customerId
    ) =>
        api.Run(
            request,
            "GET /api/customers/{customer_id}/ledger/verify/",
            async call =>
            {
                var id = call.Path(customerId);
                if (call.Failure is { } failure)
                    return failure;

                var ledger = await call.Snapshot(call.Customer(id)).LedgerToAudit(call.Cancellation);
                if (CustomerLookup.Missing(ledger?.Head, id) is { } missing)
                    return missing;
                var report = LedgerAudit.Verify(ledger!.Head, [.. ledger.Credits], ledger.Entries);
                return new Reply.Success(
                    Answers.Ok(json =>
                    {
                        json.WriteBoolean("ok", report.Ok);
                        json.WriteNumber("entries", report.Entries);
                        json.Text("head_hash", report.HeadHash);
                        json.WriteStartArray("faults");
                        foreach (var fault in report.Faults)
                            json.WriteStringValue(fault);
                        json.WriteEndArray();
                    })
                );
            }
        );
}
