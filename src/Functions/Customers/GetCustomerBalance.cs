using Drawdown.Domain.Credits;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Customers;

/// <summary><c>GET /api/customers/{customer_id}/balance/</c>: what the customer has, now or as of any instant, per currency.</summary>
public sealed class GetCustomerBalance(LotusApi api)
{
    [Function(nameof(GetCustomerBalance))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/customers/{customerId}/balance")]
            HttpRequest request,
        string customerId
    ) =>
        api.Run(
            request,
            "GET /api/customers/{customer_id}/balance/",
            async call =>
            {
                var id = call.Path(customerId);
                var at = call.Query.OptionalInstant("at");
                var currency = call.Query.OptionalCurrency("currency_code");
                if (call.Failure is { } failure)
                    return failure;

                var snapshot = call.Snapshot(call.Customer(id));
                if (at is null)
                {
                    var view = await snapshot.CreditsView(call.Cancellation);
                    return CustomerLookup.Missing(view?.Head, id)
                        ?? Show(CreditBalance.Of(view!.Credits, call.Now), currency);
                }
                var ledger = await snapshot.LedgerView(call.Cancellation);
                return CustomerLookup.Missing(ledger?.Head, id)
                    ?? Show(CreditBalance.AsOf(ledger!.Credits, ledger.Entries, at.Value), currency);
            }
        );

    private static Reply Show(IEnumerable<CreditBalance> balances, string? currency) =>
        new Reply.Success(
            Answers.OkList(
                balances.Where(balance => currency is null || balance.Currency == currency),
                (json, balance) =>
                {
                    CurrencyJson.Write(json, "currency", balance.Currency);
                    json.Money("granted", balance.Granted);
                    json.Money("remaining", balance.Remaining);
                    json.Money("drawn", balance.Drawn);
                    json.Money("expired", balance.Expired);
                    json.Money("voided", balance.Voided);
                    json.Objects(
                        "expiring",
                        balance.Expiring,
                        part =>
                        {
                            json.Instant("expires_at", part.ExpiresAt);
                            json.Money("amount", part.Amount);
                        }
                    );
                }
            )
        );
}
