using System.Text.Json;
using Drawdown.Domain;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Subscriptions;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Functions.Invoices;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Subscriptions;

/// <summary>
/// <c>POST /api/subscriptions/{subscription_id}/components/{metric_id}/change_prepaid_units/preview/</c> says what a change
/// would come to at this instant, and changes nothing.
/// </summary>
public sealed class PreviewPrepaidUnits(LotusApi api, SubscriptionRenewal renewal)
{
    [Function(nameof(PreviewPrepaidUnits))]
    public Task<IResult> Run(
        [HttpTrigger(
            AuthorizationLevel.Anonymous,
            "post",
            Route = "api/subscriptions/{subscriptionId}/components/{metricId}/change_prepaid_units/preview"
        )]
            HttpRequest request,
        string subscriptionId,
        string metricId
    ) =>
        api.Run(
            request,
            "POST /api/subscriptions/{subscription_id}/components/{metric_id}/change_prepaid_units/preview/",
            async call =>
            {
                var (id, change) = await SubscriptionInput.Change(call, subscriptionId, metricId);
                if (call.Failure is { } failure)
                    return failure;

                var account = call.Account(id.Hex);
                var found = await call.Snapshot(account).Subscription(id, call.Cancellation);
                // What fell due meanwhile is not this request's change: it is posted as a timer would have done.
                var subscription =
                    found?.NextStep <= call.Now
                        ? await renewal.BringUpToDate(account, id, call.Now, call.Cancellation)
                        : found;
                if (subscription is null)
                    return GetSubscription.Missing(id);
                return PrepaidDecisions.Quote(subscription, change, call.Now) switch
                {
                    Outcome<PrepaidQuote>.Accepted { Value: var quote } => new Reply.Success(
                        Answers.Ok(json => Write(json, quote))
                    ),
                    Outcome<PrepaidQuote>.Refused { Refusal: var refusal } => refusal,
                    _ => throw new InvalidOperationException("An outcome is accepted or refused."),
                };
            }
        );

    private static void Write(Utf8JsonWriter json, PrepaidQuote quote)
    {
        json.Money("delta", quote.Delta);
        CurrencyJson.Write(json, "currency", quote.Subscription.Currency);
        json.Text(
            "direction",
            quote.Delta switch
            {
                > 0m => "charge",
                < 0m => "credit",
                _ => "none",
            }
        );
        IEnumerable<ChargeLine> lines = quote.Line is { } line ? [line] : [];
        json.Objects("lines", lines, one => InvoiceLineJson.Write(json, one));
    }
}
