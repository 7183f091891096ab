using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.Clients;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.CreditBatches;

/// <summary>
/// <c>POST /incoming/v2/clients/:id/creditBatches</c> creates a credit batch, with or without a credit account. Source: Thought
/// Industries, "Create Credit Batch".
/// </summary>
public sealed class CreateCreditBatch(IncomingApi api, AgendaBook agenda)
{
    [Function(nameof(CreateCreditBatch))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "incoming/v2/clients/{id}/creditBatches")]
            HttpRequest request,
        string id
    ) =>
        api.Run(
            request,
            "POST /incoming/v2/clients/:id/creditBatches",
            async call =>
            {
                var client = call.PathClient(id);
                var terms = CreditBatchInput.Terms(await call.Body());
                call.Faults.AddLate(CreditBatchDecisions.ExpiryFaults(terms.ExpiresOn.Value, call.Now));
                if (call.Failure is { } failure)
                    return failure;

                var address = call.Client(client);
                var batch = new CreditBatchId(call.NewUuid(address));
                return await call.Write(
                    address,
                    (snapshot, cancellation) => Decide(call, snapshot, client, batch, terms, cancellation),
                    CreditBatchWrites.Due(call, batch, terms.ExpiresOn.Value)
                );
            }
        );

    private async Task<Outcome<Decided>> Decide(
        ApiCall call,
        AccountSnapshot snapshot,
        ClientId client,
        CreditBatchId id,
        CreditBatchTerms terms,
        CancellationToken cancellation
    )
    {
        var reading = snapshot.Head(cancellation);
        // An account never changes, so it may be read beside the head.
        var account = terms.Account is { } named ? await snapshot.CreditAccount(named, cancellation) : null;
        var head = await reading;
        if (ClientLookup.Unknown(head, client) is { } unknown)
            return unknown;
        return CreditBatchDecisions
            .Create(head!, id, account, terms, call.By)
            .Then(created => ToCommit(call, head!, created, terms));
    }

    private Decided ToCommit(ApiCall call, AccountHead head, CreditBatchDecided created, CreditBatchTerms terms)
    {
        var batch = created.Batch;
        var answer = IncomingAnswers.Created(
            "CreateCreditBatch",
            CreditBatchJson.PathOf(batch.Id),
            json => CreditBatchJson.Write(json, head, batch, call.Now)
        );
        // An expiry by the account's default is known only now, and must be on the agenda before it is true.
        return new(head, created.Change, answer)
        {
            Before = terms.ExpiresOn.IsSet
                ? null
                : token =>
                    Task.WhenAll(
                        CreditBatchWrites.Due(call, batch.Id, batch.ExpiresOn).Select(item => agenda.Add(item, token))
                    ),
        };
    }
}
