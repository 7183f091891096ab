using Drawdown.Domain;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.CreditBatches;

/// <summary>Reads what a caller asks of a credit batch.</summary>
public static class CreditBatchInput
{
    /// <summary>The terms of a new batch.</summary>
    public static CreditBatchTerms Terms(Fields body) =>
        new(
            body.RequiredInteger("startingBalance", 0, BatchBalances.Largest, BatchFaultCode.InvalidBalance),
            body.OptionalUuid<CreditAccountId>("creditAccountId"),
            body.TextChange("name", TextRules.NameLength),
            Expiry(body)
        );

    /// <summary>What shall change of a batch. All other fields are ignored.</summary>
    public static CreditBatchEdit Edit(Fields body) =>
        new(
            body.TextChange("name", TextRules.NameLength),
            Expiry(body),
            body.IntegerUnlessAbsent("currentBalance", 0, BatchBalances.LargestShown, BatchFaultCode.InvalidBalance)
        );

    // In whole milliseconds, as it is shown: a batch that is sent back as it was fetched must not change by that.
    private static Change<DateTimeOffset?> Expiry(Fields body)
    {
        var expiry = body.InstantChange("expiresOn");
        return expiry.Value is { } instant
            ? Change<DateTimeOffset?>.To(DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds()))
            : expiry;
    }
}
