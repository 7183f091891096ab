using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.Clients;
using Drawdown.Functions.CreditAccounts;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditActions;

/// <summary>
/// <c>GET /incoming/v2/clients/:id/creditAccount/:creditAccountId/creditActions</c> lists what happened in a credit account, newest
/// first. Source: Thought Industries, "Show Credit Actions".
/// </summary>
public sealed class ListCreditActions(IncomingApi api)
{
    private const string Debit = "debit";
    private const string Credit = "credit";

    [Function(nameof(ListCreditActions))]
    public Task<IResult> Run(
        [HttpTrigger(
            AuthorizationLevel.Anonymous,
            "get",
            Route = "incoming/v2/clients/{id}/creditAccount/{creditAccountId}/creditActions"
        )]
            HttpRequest request,
        string id,
        string creditAccountId
    ) =>
        api.Run(
            request,
            "GET /incoming/v2/clients/:id/creditAccount/:creditAccountId/creditActions",
            async call =>
            {
                var client = call.PathClient(id);
                var accountId = call.PathUuid<CreditAccountId>(creditAccountId, "creditAccountId");
                call.Query.OptionalText("clientId");
                var type = call.Query.RequiredChoice("actionType", [Debit, Credit, .. CreditActionTypeNames.Names.All]);
                var page = await IncomingPage.Read(call);
                if (call.Failure is { } failure)
                    return failure;

                var snapshot = call.Snapshot(call.Client(client));
                var finding = snapshot.CreditAccount(accountId, call.Cancellation);
                var view = await snapshot.ActionsView(call.Cancellation);
                if (ClientLookup.Unknown(view?.Head, client) is { } unknown)
                    return unknown;
                if (await finding is not { } account)
                    return GetCreditAccount.Missing(accountId);
                var shown = view!.Actions.Where(action => action.Account == accountId && IsOf(action, type));
                return await page.Of(
                    call,
                    "APICreditActionsByClientIdAndAccountIdAndActionType",
                    "creditActions",
                    [.. shown.Reverse()],
                    CreditActionJson.Position,
                    (json, action) => CreditActionJson.Write(json, view.Head, account, action),
                    json =>
                    {
                        json.Text("clientId", client.ToString());
                        json.Text("creditAccountId", accountId.ToString());
                    }
                );
            }
        );

    private static bool IsOf(CreditAction action, string type) =>
        type switch
        {
            Debit => action.IsDebit,
            Credit => !action.IsDebit,
            _ => action.Type.Name() == type,
        };
}
