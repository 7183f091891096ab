using Drawdown.Domain;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditAccounts;

/// <summary><c>GET /incoming/v2/clients/creditAccounts/:id</c></summary>
public sealed class GetCreditAccount(IncomingApi api)
{
    [Function(nameof(GetCreditAccount))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "incoming/v2/clients/creditAccounts/{id}")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "GET /incoming/v2/clients/creditAccounts/:id",
            async call =>
            {
                var account = call.PathUuid<CreditAccountId>(id);
                if (call.Failure is { } failure)
                    return failure;

                var snapshot = call.Snapshot(call.Account(account.Uuid));
                var finding = snapshot.CreditAccount(account, call.Cancellation);
                var view = await snapshot.BatchesView(call.Cancellation);
                if (view is null || await finding is not { } found)
                    return Missing(account);
                return new Reply.Success(
                    IncomingAnswers.Ok(
                        "CreditAccount",
                        json => CreditAccountJson.Write(json, view.Head, found, view.Batches, call.Now)
                    )
                );
            }
        );

    /// <summary>The refusal of an id that leads to no credit account.</summary>
    public static Refusal Missing(CreditAccountId id) => new Refusal.NotFound($"There is no credit account {id}.");
}
