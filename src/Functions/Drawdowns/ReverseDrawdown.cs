using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Upkeep;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Drawdowns;

/// <summary>
/// <c>POST /api/drawdowns/{drawdown_id}/reverse/</c> gives every slice back to the credit that it was taken from. A drawdown
/// that was reversed before stays as it is.
/// </summary>
public sealed class ReverseDrawdown(LotusApi api, AgendaBook agenda, CreditExpiry expiry)
{
    [Function(nameof(ReverseDrawdown))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/drawdowns/{drawdownId}/reverse")]
            HttpRequest request,
        string drawdownId
    ) =>
        api.Run(
            request,
            "POST /api/drawdowns/{drawdown_id}/reverse/",
            async call =>
            {
                var id = call.PathId<DrawdownId>(drawdownId, "drawdown_id");
                var body = await call.Body();
                body.Repeats("drawdown_id", drawdownId);
                var reason = body.OptionalText("reason", TextRules.DescriptionLength);
                if (call.Failure is { } failure)
                    return failure;

                var account = call.Account(id.Hex);
                List<CreditId> credits = [];
                return await call.Write(
                    account,
                    (snapshot, cancellation) => Decide(call, snapshot, id, reason, credits, cancellation),
                    () =>
                        expiry.Post(
                            account,
                            [.. credits.Select(credit => credit.ToString())],
                            call.Now,
                            call.Cancellation
                        )
                );
            }
        );

    private async Task<Outcome<Decided>> Decide(
        ApiCall call,
        AccountSnapshot snapshot,
        DrawdownId id,
        string? reason,
        List<CreditId> credits,
        CancellationToken cancellation
    )
    {
        var finding = snapshot.Drawdown(id, cancellation);
        var view = await snapshot.CreditsView(cancellation, finding);
        if (await finding is not { } drawdown || view is null)
            return new Refusal.NotFound($"There is no drawdown {id}.");
        var spendable = DrawdownDecisions.SpendableOf(view.Credits, drawdown.Currency, call.Now);
        if (!call.Matches(Show(view.Head, drawdown, spendable)))
            return new Refusal.PreconditionFailed();
        credits.Clear();
        credits.AddRange(drawdown.Slices.Select(slice => slice.Credit));
        return DrawdownDecisions
            .Reverse(view.Head, drawdown, view.Credits, reason, call.By)
            .Then(reversed => new Decided(
                view.Head,
                reversed.Change,
                Show(view.Head, reversed.Drawdown, reversed.Spendable)
            )
            {
                Before = token => Task.WhenAll(Lapsing(reversed.Change, call).Select(item => agenda.Add(item, token))),
            });
    }

    private static StoredAnswer Show(AccountHead head, CreditDrawdown drawdown, decimal spendable) =>
        Answers.Ok(json => DrawdownJson.Write(json, head, drawdown, spendable));

    // What lapses as it comes back is posted by the next expiry run, and so is what comes back shortly before the expiry: by the
    // time of the commit a run may have settled the credit's own item. One tick late, so that this item cannot be taken for that
    // one.
    private static IEnumerable<AgendaItem> Lapsing(AccountChange? change, ApiCall call) =>
        (change?.Credits ?? [])
            .Where(credit =>
                credit.StandingAt(call.Now).Lapsed > 0m || credit.ExpiresAt <= call.Now + AgendaSweep.Grace
            )
            .Select(credit => new AgendaItem(
                AgendaKind.Expire,
                (credit.VoidedAt is null && credit.ExpiresAt > call.Now ? credit.ExpiresAt.Value : call.Now).AddTicks(
                    1
                ),
                call.Account(credit.Id.Hex),
                credit.Id.ToString()
            ));
}
