using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.Clients;
using Drawdown.Functions.CreditBatches;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditAccounts;

/// <summary>
/// <c>POST /incoming/v2/clients/:id/creditAccounts</c> creates a credit account, with its first batch when it starts with
/// credits. Source: Thought Industries, "Create Credit Account".
/// </summary>
public sealed class CreateCreditAccount(IncomingApi api)
{
    [Function(nameof(CreateCreditAccount))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "incoming/v2/clients/{id}/creditAccounts")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "POST /incoming/v2/clients/:id/creditAccounts",
            async call =>
            {
                var client = call.PathClient(id);
                var terms = CreditAccountInput.Terms(await call.Body());
                if (call.Failure is { } failure)
                    return failure;

                var address = call.Client(client);
                var account = new CreditAccountId(call.NewUuid(address));
                var batch = new CreditBatchId(call.NewUuid(address));
                DateTimeOffset? expiry = terms is { StartingBalance: > 0, BatchDaysUntilExpire: { } days }
                    ? call.Now.AddDays(days)
                    : null;
                return await call.Write(
                    address,
                    async (snapshot, cancellation) =>
                    {
                        var head = await snapshot.Head(cancellation);
                        if (ClientLookup.Unknown(head, client) is { } unknown)
                            return unknown;
                        return ClientDecisions
                            .OpenAccount(head!, account, batch, terms, call.By)
                            .Then(opened => ToCommit(head!, opened, call.Now));
                    },
                    CreditBatchWrites.Due(call, batch, expiry)
                );
            }
        );

    private static Decided ToCommit(AccountHead head, CreditAccountDecided opened, DateTimeOffset now) =>
        new(
            head,
            opened.Change,
            IncomingAnswers.Created(
                "APICreateCreditAccount",
                $"/incoming/v2/clients/creditAccounts/{opened.Account.Id}",
                json => CreditAccountJson.Write(json, head, opened.Account, opened.Change.Batches, now)
            )
        );
}
