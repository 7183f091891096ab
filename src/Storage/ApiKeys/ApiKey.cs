using Drawdown.Domain.Ids;

namespace Drawdown.Storage.ApiKeys;

/// <summary>A key that lets a caller act for one organization.</summary>
/// <param name="Id"><c>key_</c> and 16 hex digits: the actor in the ledger. It says nothing about the key.</param>
/// <param name="OrganizationName">What people call the organization; the seller on its invoices.</param>
public sealed record ApiKey(string Id, OrganizationId Organization, string OrganizationName);
