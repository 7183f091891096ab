using Drawdown.Domain.Ids;

namespace Drawdown.Storage.Accounts;

/// <summary>Where an account's rows are: one partition of the table <see cref="StorageTables.Accounts"/>.</summary>
public readonly record struct AccountAddress(OrganizationId Organization, AccountRoute Route)
{
    /// <summary>The partition. The organization comes from the API key, so another tenant's id leads nowhere.</summary>
    public string Partition => $"{Organization}.{Route}";

    /// <summary>The address that a partition key stands for.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static AccountAddress Parse(string partition)
    {
        var dot = partition.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && OrganizationId.TryParse(partition[..dot], out var organization)
            ? new(organization, AccountRoute.Parse(partition[(dot + 1)..]))
            : throw new FormatException($"Not an account's partition: {partition}.");
    }
}
