using Drawdown.Domain.Credits;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Credits;

/// <summary>Which credits a list shows. All bounds are inclusive.</summary>
public sealed record CreditFilter(
    string? Currency,
    IReadOnlySet<string> Statuses,
    Bounds Effective,
    Bounds Issued,
    Bounds Expires
)
{
    /// <summary>Reads the documented filters.</summary>
    public static CreditFilter Read(Query query) =>
        new(
            query.OptionalCurrency("currency_code"),
            query.Choices("status", "active", "inactive"),
            Bounds.Read(query, "effective"),
            Bounds.Read(query, "issued"),
            Bounds.Read(query, "expires")
        );

    /// <summary>Whether a credit is shown. One that never expires is after every <c>expires_after</c> and before no <c>expires_before</c>.</summary>
    public bool Shows(Credit credit, DateTimeOffset now) =>
        (Currency is null || credit.Currency == Currency)
        && (Statuses.Count == 0 || Statuses.Contains(CreditJson.StatusOf(credit.StandingAt(now))))
        && Effective.Contain(credit.EffectiveAt)
        && Issued.Contain(credit.IssuedAt)
        && Expires.Contain(credit.ExpiresAt ?? DateTimeOffset.MaxValue);
}

/// <summary>A closed interval, open-ended where a bound is null.</summary>
public readonly record struct Bounds(DateTimeOffset? After, DateTimeOffset? Before)
{
    /// <summary>Reads <c>{name}_after</c> and <c>{name}_before</c>.</summary>
    public static Bounds Read(Query query, string name) =>
        new(query.OptionalInstant(name + "_after"), query.OptionalInstant(name + "_before"));

    /// <summary>Whether an instant is inside.</summary>
    public bool Contain(DateTimeOffset instant) =>
        (After is not { } after || instant >= after) && (Before is not { } before || instant <= before);
}
