namespace Drawdown.Oracle;

/// <summary>What a caller asks for.</summary>
public abstract record Command
{
    private protected Command() { }

    /// <summary>Whether it only reads.</summary>
    public virtual bool IsRead => false;
}

/// <summary>POST /api/customers/</summary>
public sealed record CreateCustomer(string Customer, string Currency, string Timezone) : Command;

/// <summary>POST /api/credits/</summary>
public sealed record GrantCredit(
    string Customer,
    decimal Amount,
    string Currency,
    string? Description,
    DateTimeOffset? EffectiveAt,
    DateTimeOffset? ExpiresAt,
    decimal Paid,
    string? ExternalId
) : Command;

/// <summary>POST /api/credits/{id}/update/</summary>
public sealed record UpdateCredit(
    string Credit,
    bool SetsDescription,
    string? Description,
    bool SetsExpiry,
    DateTimeOffset? ExpiresAt
) : Command;

/// <summary>POST /api/credits/{id}/void/</summary>
public sealed record VoidCredit(string Credit) : Command;

/// <summary>POST /api/drawdowns/</summary>
public sealed record Draw(
    string Customer,
    decimal Amount,
    string Currency,
    string? Credit,
    string? Description,
    string? ExternalId
) : Command;

/// <summary>POST /api/drawdowns/{id}/reverse/</summary>
public sealed record Reverse(string Drawdown, string? Reason) : Command;

/// <summary>GET /api/credits/{id}/</summary>
public sealed record GetCredit(string Credit) : Command
{
    /// <inheritdoc/>
    public override bool IsRead => true;
}

/// <summary>GET /api/credits/</summary>
public sealed record ListCredits(string Customer, string? Currency, string? Status) : Command
{
    /// <inheritdoc/>
    public override bool IsRead => true;
}

/// <summary>GET /api/customers/{id}/balance/</summary>
public sealed record GetBalance(string Customer, DateTimeOffset? At, string? Currency) : Command
{
    /// <inheritdoc/>
    public override bool IsRead => true;
}

/// <summary>GET /api/customers/{id}/ledger/</summary>
public sealed record GetLedger(string Customer) : Command
{
    /// <inheritdoc/>
    public override bool IsRead => true;
}

/// <summary>GET /api/customers/{id}/ledger/verify/</summary>
public sealed record VerifyLedger(string Customer) : Command
{
    /// <inheritdoc/>
    public override bool IsRead => true;
}

/// <summary>POST /api/subscriptions/</summary>
public sealed record Subscribe(
    string Customer,
    Plan Plan,
    DateTimeOffset Start,
    DateTimeOffset? End,
    bool AutoRenew,
    decimal? Units
) : Command;

/// <summary>POST …/change_prepaid_units/</summary>
public sealed record ChangeUnits(string Subscription, string Metric, decimal Units, bool InvoiceNow) : Command;

/// <summary>PATCH /api/invoices/{id}/</summary>
public sealed record PayInvoice(string Invoice, bool Paid) : Command;

/// <summary>POST /api/charges/{id}/retry/</summary>
public sealed record RetryCharge(string Charge) : Command;

/// <summary>GET /api/subscriptions/{id}/</summary>
public sealed record GetSubscription(string Subscription) : Command
{
    /// <inheritdoc/>
    public override bool IsRead => true;
}

/// <summary>GET /api/invoices/</summary>
public sealed record ListInvoices(string Customer) : Command
{
    /// <inheritdoc/>
    public override bool IsRead => true;
}

/// <summary>GET /api/charges/</summary>
public sealed record ListCharges(string Customer) : Command
{
    /// <inheritdoc/>
    public override bool IsRead => true;
}
