using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Api;
using Drawdown.Functions.Subscriptions;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Charges;

/// <summary><c>POST /api/charges/{charge_id}/retry/</c> puts a failed charge back on the queue.</summary>
public sealed class RetryCharge(LotusApi api, ChargeMessages messages)
{
    [Function(nameof(RetryCharge))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/charges/{chargeId}/retry")] HttpRequest request,
        string chargeId
    ) =>
        api.Run(
            request,
            "POST /api/charges/{charge_id}/retry/",
            async call =>
            {
                var id = call.PathId<ChargeId>(chargeId, "charge_id");
                var body = await call.Body();
                body.Repeats("charge_id", chargeId);
                if (call.Failure is { } failure)
                    return failure;

                var account = call.Account(id.Hex);
                var reply = await call.Write(
                    account,
                    (snapshot, cancellation) => Decide(call, snapshot, id, cancellation),
                    SubscriptionCommits.Relay(account, id, call.Now)
                );
                if (reply is Reply.Success { Replayed: false })
                    await messages.Send(account, id, call.Cancellation);
                return reply;
            }
        );

    private static async Task<Outcome<Decided>> Decide(
        ApiCall call,
        AccountSnapshot snapshot,
        ChargeId id,
        CancellationToken cancellation
    )
    {
        var (reading, finding) = (snapshot.Head(cancellation), snapshot.Charge(id, cancellation));
        await Task.WhenAll(reading, finding, snapshot.IsOwed(id, cancellation));
        if (await reading is not { } head || await finding is not { } charge)
            return GetCharge.Missing(id);
        if (!call.Matches(ChargeJson.Show(charge)))
            return new Refusal.PreconditionFailed();
        return InvoiceDecisions.Retry(head, charge).Then(change => new Decided(head, change, Show(change)));
    }

    private static Storage.Idempotency.StoredAnswer Show(AccountChange change) =>
        Answers.AcceptedForLater(json => ChargeJson.Write(json, change.Charges[0]));
}
