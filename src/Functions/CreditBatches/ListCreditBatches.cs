using Drawdown.Domain;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.Clients;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditBatches;

/// <summary>
/// <c>GET /incoming/v2/clients/:id/creditBatches</c> lists a client's batches, newest first. Source: Thought Industries, "Show
/// Credit Batches".
/// </summary>
public sealed class ListCreditBatches(IncomingApi api)
{
    [Function(nameof(ListCreditBatches))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "incoming/v2/clients/{id}/creditBatches")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "GET /incoming/v2/clients/:id/creditBatches",
            async call =>
            {
                var client = call.PathClient(id);
                call.Query.OptionalText("clientId");
                var account = call.Query.OptionalUuid<CreditAccountId>("creditAccountId");
                var page = await IncomingPage.Read(call);
                if (call.Failure is { } failure)
                    return failure;

                var snapshot = call.Snapshot(call.Client(client));
                var finding = account is { } named
                    ? snapshot.CreditAccount(named, call.Cancellation)
                    : Task.FromResult<CreditAccount?>(null);
                var view = await snapshot.BatchesView(call.Cancellation);
                if (ClientLookup.Unknown(view?.Head, client) is { } unknown)
                    return unknown;
                if (account is not null && await finding is null)
                    return new Refusal.Invalid([CreditBatchDecisions.NoSuchAccount]);
                var shown = view!.Batches.Where(batch => account is null || batch.Account == account);
                return await page.Of(
                    call,
                    "APICreditBatchesByClientAndCreditAccount",
                    "creditBatches",
                    [.. shown.OrderByDescending(Position, StringComparer.Ordinal)],
                    Position,
                    (json, batch) => CreditBatchJson.Write(json, view.Head, batch, call.Now),
                    json =>
                    {
                        json.Text("clientId", client.ToString());
                        json.Text("creditAccountId", account?.ToString());
                    }
                );
            }
        );

    private static string Position(CreditBatch batch) => IncomingPage.Position(batch.CreatedAt, batch.Id);
}
