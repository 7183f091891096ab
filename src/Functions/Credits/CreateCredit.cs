using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Directory;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Credits;

/// <summary><c>POST /api/credits/</c> grants a credit to a customer. One that is paid for comes with its unpaid invoice.</summary>
public sealed class CreateCredit(LotusApi api, InvoiceDirectory invoices)
{
    [Function(nameof(CreateCredit))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/credits")] HttpRequest request
    ) =>
        api.Run(
            request,
            "POST /api/credits/",
            async call =>
            {
                var body = await call.Body();
                var customerId = body.RequiredText("customer_id", TextRules.NameLength);
                var terms = CreditInput.Terms(body);
                call.Faults.AddLate(
                    CreditDecisions.ExpiryFaults(terms.ExpiresAt, terms.EffectiveAt ?? call.Now, call.Now)
                );
                if (call.Failure is { } failure)
                    return failure;

                var account = call.Customer(customerId);
                var id = new CreditId(call.NewId(account));
                return await call.Write(
                    account,
                    (snapshot, cancellation) => Decide(call, snapshot, customerId, id, terms, cancellation),
                    CreditWrites.Due(call, account, id, terms.ExpiresAt)
                );
            }
        );

    private async Task<Outcome<Decided>> Decide(
        ApiCall call,
        AccountSnapshot snapshot,
        string customerId,
        CreditId id,
        CreditTerms terms,
        CancellationToken cancellation
    )
    {
        var reading = snapshot.Head(cancellation);
        var taken = await snapshot.Taken(ExternalKind.Credit, terms.ExternalId, cancellation);
        var head = await reading;
        if (CustomerLookup.Unknown(head, customerId) is { } unknown)
            return unknown;
        if (taken is not null)
            return taken;
        return CreditDecisions.Grant(head!, id, terms, call.By).Then(granted => ToCommit(call, head!, granted));
    }

    private Decided ToCommit(ApiCall call, AccountHead head, CreditDecided granted)
    {
        var view = new CreditView(granted.Head, granted.Credit, granted.Entries);
        var answer = Answers.Created(CreditJson.PathOf(granted.Credit), json => CreditJson.Write(json, view, call.Now));
        if (granted.Credit.AmountPaid == 0m)
            return new(head, granted.Change, answer);

        var change = InvoiceDecisions.WithGrantInvoice(granted.Change!, granted.Credit);
        return new(head, change, answer)
        {
            Before = token => invoices.Add(call.Organization, change.Invoice!.Id, change.Invoice.IssuedAt, token),
        };
    }
}
