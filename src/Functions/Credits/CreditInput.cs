using Drawdown.Domain.Credits;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Credits;

/// <summary>Reads what a caller asks of a credit.</summary>
public static class CreditInput
{
    /// <summary>The terms of a grant.</summary>
    public static CreditTerms Terms(Fields body)
    {
        var currency = body.RequiredCurrency("currency_code");
        var paid = body.OptionalAmount("amount_paid", minimum: 0m) ?? 0m;
        var paidCurrency = body.OptionalCurrency("amount_paid_currency_code");
        return new(
            currency,
            body.RequiredAmount("amount", minimum: 0m, exclusive: true),
            body.OptionalText("description", TextRules.DescriptionLength),
            body.OptionalInstant("effective_at"),
            body.OptionalInstant("expires_at"),
            paid,
            // What was paid is in the credit's own currency unless the caller says otherwise.
            paid > 0m
                ? paidCurrency ?? currency
                : null,
            body.OptionalText("external_id", TextRules.NameLength),
            body.Metadata("metadata")
        );
    }
}
