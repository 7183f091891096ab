using System.Text.Json;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.CreditAllocations;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Accounts.CreditBatches;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditAccounts;

/// <summary>
/// <c>POST /incoming/v2/clients/creditAccounts/:id/redeem</c> spends credits of an account that no learner holds, across its
/// batches in order: the whole amount, or nothing.
/// </summary>
public sealed class RedeemAccountCredits(IncomingApi api)
{
    [Function(nameof(RedeemAccountCredits))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "incoming/v2/clients/creditAccounts/{id}/redeem")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "POST /incoming/v2/clients/creditAccounts/:id/redeem",
            async call =>
            {
                var account = call.PathUuid<CreditAccountId>(id);
                var body = await call.Body();
                var (asked, content) = (AllocationInput.Request(body), AllocationInput.Content(body));
                if (call.Failure is { } failure)
                    return failure;

                var random = call.NewBits();
                return await call.Write(
                    call.Account(account.Uuid),
                    async (snapshot, cancellation) =>
                    {
                        // An account never changes, so it may be read beside the head.
                        var finding = snapshot.CreditAccount(account, cancellation);
                        var view = await snapshot.BatchesView(cancellation);
                        if (view is null || await finding is not { } found)
                            return GetCreditAccount.Missing(account);
                        return AllocationDecisions
                            .RedeemFromAccount(view.Head, account, view.Batches, asked, content, random, call.By)
                            .Then(redeemed => ToCommit(view, found, asked, redeemed, call.Now));
                    }
                );
            }
        );

    private static Decided ToCommit(
        BatchesView view,
        CreditAccount account,
        AllocationRequest asked,
        AccountRedemption redeemed,
        DateTimeOffset now
    )
    {
        var changed = redeemed.Change.Batches.ToDictionary(batch => batch.Id);
        var batches = view.Batches.Select(batch => changed.GetValueOrDefault(batch.Id, batch));
        return new(
            view.Head,
            redeemed.Change,
            IncomingAnswers.Ok(
                nameof(RedeemAccountCredits),
                json =>
                {
                    json.WriteNumber("amount", asked.Amount);
                    json.Objects("draws", redeemed.Draws, draw => WriteDraw(json, draw));
                    json.Object("creditAccount", () => CreditAccountJson.Write(json, view.Head, account, batches, now));
                }
            )
        );
    }

    private static void WriteDraw(Utf8JsonWriter json, CreditAllocation draw)
    {
        json.Text("creditBatchId", draw.Batch.ToString());
        json.Text("allocationId", draw.Id.ToString());
        json.WriteNumber("amount", draw.Amount);
    }
}
