using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Accounts;

/// <summary>
/// The head of an account: its profile, and the fence of all its writes. Every write replaces the head under its ETag in
/// the same transaction, so that all writes to one account are totally ordered.
/// </summary>
public sealed record AccountHead
{
    /// <summary>The tenant.</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>What the account belongs to.</summary>
    public required AccountKind Kind { get; init; }

    /// <summary>The whole id that the route was hashed from.</summary>
    public required string CustomerId { get; init; }

    /// <summary>The holder's particulars; null for a catalog, which nobody holds.</summary>
    public required AccountProfile? Profile { get; init; }

    /// <summary>The particulars of a customer.</summary>
    /// <exception cref="InvalidOperationException">The account is not a customer's: a bug.</exception>
    public CustomerProfile Customer =>
        Profile as CustomerProfile
        ?? throw new InvalidOperationException($"The account of {CustomerId} is not a customer's.");

    /// <summary>When the account was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Commits so far; the creation is commit 1.</summary>
    public long Version { get; init; }

    /// <summary>Ledger entries so far: the <c>seq</c> of the last one, 0 when there is none.</summary>
    public long LastSeq { get; init; }

    /// <summary>The hash of the last ledger entry; <see cref="LedgerHash.Genesis"/> when there is none.</summary>
    public string LastHash { get; init; } = LedgerHash.Genesis;

    /// <summary>Invoices so far: the sequence of the last one, 0 when there is none.</summary>
    public long LastInvoice { get; init; }

    /// <summary>The head of the next version.</summary>
    public AccountHead Next() => this with { Version = Version + 1 };

    /// <summary>Where the account lives.</summary>
    public AccountRoute Route => AccountRoute.Of(Organization, Kind, CustomerId);
}
