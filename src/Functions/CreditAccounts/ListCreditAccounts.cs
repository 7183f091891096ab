using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.Clients;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditAccounts;

/// <summary><c>GET /incoming/v2/clients/:id/creditAccounts</c> lists a client's credit accounts, newest first.</summary>
public sealed class ListCreditAccounts(IncomingApi api)
{
    [Function(nameof(ListCreditAccounts))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "incoming/v2/clients/{id}/creditAccounts")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "GET /incoming/v2/clients/:id/creditAccounts",
            async call =>
            {
                var client = call.PathClient(id);
                call.Query.OptionalText("clientId");
                var page = await IncomingPage.Read(call);
                if (call.Failure is { } failure)
                    return failure;

                var view = await call.Snapshot(call.Client(client)).AccountsView(call.Cancellation);
                if (ClientLookup.Unknown(view?.Head, client) is { } unknown)
                    return unknown;
                return await page.Of(
                    call,
                    "CreditAccounts",
                    "creditAccounts",
                    [.. view!.Accounts.OrderByDescending(Position, StringComparer.Ordinal)],
                    Position,
                    (json, account) => CreditAccountJson.Write(json, view.Head, account, view.Batches, call.Now),
                    json => json.Text("clientId", client.ToString())
                );
            }
        );

    private static string Position(Domain.CreditBatches.CreditAccount account) =>
        IncomingPage.Position(account.CreatedAt, account.Id);
}
