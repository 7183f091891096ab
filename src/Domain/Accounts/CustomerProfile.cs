namespace Drawdown.Domain.Accounts;

/// <summary>The particulars of a customer, as they were given.</summary>
/// <param name="DefaultCurrency">An ISO 4217 code.</param>
/// <param name="TaxRate">Percent, 0 to 999.9999; null when none was given.</param>
/// <param name="Timezone">A name of the IANA time zone database.</param>
/// <param name="Metadata">A JSON object, as text.</param>
public sealed record CustomerProfile(
    string Email,
    string? Name,
    string DefaultCurrency,
    decimal? TaxRate,
    Address? BillingAddress,
    Address? ShippingAddress,
    string Timezone,
    string Metadata
) : AccountProfile;

/// <summary>A postal address.</summary>
public sealed record Address(
    string Line1,
    string? Line2,
    string City,
    string? State,
    string PostalCode,
    string Country
);
