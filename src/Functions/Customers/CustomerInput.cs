using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Functions.Api;
using NodaTime;

namespace Drawdown.Functions.Customers;

/// <summary>Reads what a caller says about a customer.</summary>
public static class CustomerInput
{
    private const decimal LargestTaxRate = 999.9999m;

    /// <summary>The customer's id, or null when none is given.</summary>
    public static string? CustomerId(Fields body)
    {
        var id = body.OptionalText("customer_id", TextRules.NameLength);
        if (id is not null && !TextRules.IsCustomerId(id))
            body.Fault(FaultCode.Invalid, "This id cannot stand in a path.", "customer_id");
        return id;
    }

    /// <summary>The customer's particulars.</summary>
    public static CustomerProfile Profile(Fields body) =>
        new(
            Email(body),
            body.OptionalText("customer_name", TextRules.NameLength),
            body.OptionalCurrency("default_currency_code") ?? "USD",
            TaxRate(body),
            body.OptionalObject("billing_address", Address),
            body.OptionalObject("shipping_address", Address),
            Timezone(body),
            body.Metadata("metadata")
        );

    private static string Email(Fields body)
    {
        var email = body.RequiredText("email", TextRules.EmailLength);
        if (email.Length > 0 && !TextRules.IsEmail(email))
            body.Fault(FaultCode.Invalid, "Enter a valid email address.", "email");
        return email;
    }

    private static decimal? TaxRate(Fields body)
    {
        var rate = body.OptionalAmount("tax_rate", minimum: 0m);
        if (rate > LargestTaxRate)
            body.Fault(FaultCode.MaxValue, $"Ensure this value is less than or equal to {LargestTaxRate}.", "tax_rate");
        return rate;
    }

    private static string Timezone(Fields body)
    {
        var name = body.OptionalText("timezone", TextRules.NameLength) ?? "UTC";
        // Not GetZoneOrNull, which also makes up zones that the database does not have, such as UTC+05:30.
        if (!DateTimeZoneProviders.Tzdb.Ids.Contains(name))
            body.Fault(
                FaultCode.InvalidChoice,
                $"\"{name}\" is not a name of the IANA time zone database.",
                "timezone"
            );
        return name;
    }

    private static Address Address(Fields address) =>
        new(
            address.RequiredText("line1", TextRules.NameLength),
            address.OptionalText("line2", TextRules.NameLength),
            address.RequiredText("city", TextRules.NameLength),
            address.OptionalText("state", TextRules.NameLength),
            address.RequiredText("postal_code", TextRules.NameLength),
            address.RequiredText("country", TextRules.NameLength)
        );
}
