using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Tests;

/// <summary>What most tests begin with.</summary>
internal static partial class Given
{
    /// <summary>The instant at which most tests play.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The smallest step of a <see cref="DateTimeOffset"/>: what half-open intervals are tried with.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>The smallest amount that a request may state.</summary>
    public const decimal Smallest = 0.0000000001m;

    public static readonly OrganizationId Organization = OrganizationId.Named("acme");

    public static AccountHead Head { get; } =
        new()
        {
            Organization = Organization,
            Kind = AccountKind.Customer,
            CustomerId = "customer-1",
            Profile = new CustomerProfile("a@example.com", "A", "USD", null, null, null, "UTC", "{}"),
            CreatedAt = Now,
            Version = 1,
        };

    public static DateTimeOffset Day(int days) => Now.AddDays(days);

    public static Provenance By(DateTimeOffset now) => new("key-1", "request-1", now);

    public static CreditTerms Terms(
        decimal amount = 100m,
        string currency = "USD",
        DateTimeOffset? effectiveAt = null,
        DateTimeOffset? expiresAt = null,
        decimal paid = 0m,
        string? externalId = null
    ) =>
        new(
            currency,
            amount,
            "A promotion",
            effectiveAt,
            expiresAt,
            paid,
            paid > 0m ? currency : null,
            externalId,
            "{}"
        );

    /// <summary>The n-th id of the account's credits, in the order in which ids sort.</summary>
    public static CreditId CreditId(int n = 1) => new(RoutedHex.Mint(Head.Route, Now, n));

    public static DrawdownId DrawdownId(int n = 1) => new(RoutedHex.Mint(Head.Route, Now, n));

    /// <summary>A credit as it stands after nothing but its grant.</summary>
    public static Credit Credit(
        int n = 1,
        decimal amount = 100m,
        decimal paid = 0m,
        DateTimeOffset? effectiveAt = null,
        DateTimeOffset? expiresAt = null
    ) =>
        new()
        {
            Id = CreditId(n),
            Currency = "USD",
            Amount = amount,
            AmountPaid = paid,
            AmountPaidCurrency = paid > 0m ? "USD" : null,
            EffectiveAt = effectiveAt ?? Now,
            ExpiresAt = expiresAt,
            IssuedAt = Now,
            Description = null,
            ExternalId = null,
            Metadata = "{}",
            Remaining = amount,
            LastSeq = 1,
            Entries = 1,
            LastEffectiveAt = effectiveAt ?? Now,
        };
}
