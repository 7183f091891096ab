using Drawdown.Domain;
using Drawdown.Domain.CreditBatches;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.CreditAllocations;

/// <summary>Reads what a caller asks of a learner's credits.</summary>
public static class AllocationInput
{
    /// <summary>Credits, 1 or more.</summary>
    public static long Amount(Fields body) =>
        body.RequiredInteger("amount", 1, BatchBalances.Largest, BatchFaultCode.InvalidAmount);

    /// <summary>Credits, 1 or more, or null.</summary>
    public static long? OptionalAmount(Fields body) =>
        body.OptionalInteger("amount", 1, BatchBalances.Largest, BatchFaultCode.InvalidAmount);

    /// <summary>Credits for a learner.</summary>
    public static AllocationRequest Request(Fields body) =>
        new(
            body.RequiredText("userId", TextRules.NameLength),
            Amount(body),
            body.OptionalText("note", TextRules.DescriptionLength)
        );

    /// <summary>What credits are spent on.</summary>
    public static RedeemedContent Content(Fields body) =>
        new(
            body.OptionalText("contentType", TextRules.NameLength),
            body.OptionalText("contentId", TextRules.NameLength)
        );
}
