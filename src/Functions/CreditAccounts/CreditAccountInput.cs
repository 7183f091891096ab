using Drawdown.Domain;
using Drawdown.Domain.CreditBatches;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.CreditAccounts;

/// <summary>Reads what a caller asks of a credit account.</summary>
public static class CreditAccountInput
{
    // A hundred years: longer than any contract, and far from the end of the calendar.
    private const int MaxDays = 36_500;

    // They are kept in one row with the account.
    private const int MaxItems = 100;

    /// <summary>The terms of a new account.</summary>
    public static CreditAccountTerms Terms(Fields body) =>
        new(
            body.RequiredText("name", TextRules.NameLength),
            body.RequiredInteger("startingBalance", 0, BatchBalances.Largest, BatchFaultCode.InvalidBalance),
            body.OptionalText("type", TextRules.NameLength) ?? "client",
            body.OptionalTexts(
                "notifyEmails",
                MaxItems,
                text => TextRules.IsEmail(text) ? null : "Not a valid e-mail address."
            ),
            body.OptionalTexts("licenseIds", MaxItems, _ => null),
            (int?)body.OptionalInteger("batchDaysUntilExpire", 1, MaxDays, FaultCode.MinValue),
            body.OptionalInteger("minimumBatchAmount", 0, BatchBalances.Largest, BatchFaultCode.InvalidBalance),
            body.OptionalText("creditBatchName", TextRules.NameLength)
        );
}
