using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Drawdowns;

/// <summary>Reads what a caller asks to draw.</summary>
public static class DrawdownInput
{
    /// <summary>The drawdown that is asked for.</summary>
    public static DrawdownRequest Request(Fields body) =>
        new(
            body.RequiredCurrency("currency_code"),
            body.RequiredAmount("amount", minimum: 0m, exclusive: true),
            body.OptionalId<CreditId>("credit_id"),
            body.OptionalText("description", TextRules.DescriptionLength),
            body.OptionalText("external_id", TextRules.NameLength)
        );
}
