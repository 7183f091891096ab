using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Drawdowns;

/// <summary><c>POST /api/drawdowns/</c> spends a customer's credits: the whole amount, or nothing.</summary>
public sealed class DrawDownCredits(LotusApi api)
{
    [Function(nameof(DrawDownCredits))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/drawdowns")] HttpRequest request
    ) =>
        api.Run(
            request,
            "POST /api/drawdowns/",
            async call =>
            {
                var body = await call.Body();
                var customerId = body.RequiredText("customer_id", TextRules.NameLength);
                var wanted = DrawdownInput.Request(body);
                if (call.Failure is { } failure)
                    return failure;

                var account = call.Customer(customerId);
                var id = new DrawdownId(call.NewId(account));
                return await call.Write(
                    account,
                    (snapshot, cancellation) => Decide(call, snapshot, customerId, id, wanted, cancellation)
                );
            }
        );

    private static async Task<Outcome<Decided>> Decide(
        ApiCall call,
        AccountSnapshot snapshot,
        string customerId,
        DrawdownId id,
        DrawdownRequest wanted,
        CancellationToken cancellation
    )
    {
        var taking = snapshot.Taken(ExternalKind.Drawdown, wanted.ExternalId, cancellation);
        var view = await snapshot.CreditsView(cancellation);
        var taken = await taking;
        if (CustomerLookup.Unknown(view?.Head, customerId) is { } unknown)
            return unknown;
        if (taken is not null)
            return taken;
        var decided = DrawdownDecisions.DrawDown(view!.Head, [.. view.Credits], id, wanted, call.By);
        // The external_id was read beside the head: the drawdown that left too little may be the one that has taken it since.
        if (
            decided is Outcome<DrawdownDecided>.Refused
            && await snapshot.Taken(ExternalKind.Drawdown, wanted.ExternalId, cancellation) is { } since
        )
            return since;
        return decided.Then(drawn => new Decided(
            view.Head,
            drawn.Change,
            Answers.Created(null, json => DrawdownJson.Write(json, view.Head, drawn.Drawdown, drawn.Spendable))
        ));
    }
}
