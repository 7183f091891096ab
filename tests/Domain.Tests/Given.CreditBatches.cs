using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Tests;

/// <summary>What tests of credit batches begin with.</summary>
internal static partial class Given
{
    public static readonly ClientId Client = ClientId.Of("0123456789abcdef0123456789abcdef");

    // Made at each use: the fields that it rests on are in another file, and their order is not told.
    public static AccountHead ClientHead =>
        ClientDecisions.Create(null, Organization, Client, new ClientProfile("Ada's School"), Now).Accepted().Head;

    /// <summary>The n-th id of the client's things, in the order in which ids sort.</summary>
    public static RoutedUuid Uuid(int n = 1) => RoutedUuid.Mint(ClientHead.Route, Now, n);

    public static CreditAccountTerms AccountTerms(
        long startingBalance = 0,
        int? days = null,
        long? minimum = null,
        string? batchName = null
    ) => new("Training", startingBalance, "client", ["ada@example.com"], ["license-1"], days, minimum, batchName);

    /// <summary>A batch as it stands after nothing but its grant.</summary>
    public static CreditBatch Batch(
        int n = 1,
        long amount = 100,
        DateTimeOffset? expiresOn = null,
        DateTimeOffset? createdAt = null,
        CreditAccountId? account = null
    ) =>
        new()
        {
            Id = new(Uuid(n)),
            Account = account,
            Name = null,
            ExpiresOn = expiresOn,
            CreatedAt = createdAt ?? Now,
            UpdatedAt = createdAt ?? Now,
            Balances = default(BatchBalances).After(CreditActionType.Grant, amount),
            LastSeq = n,
            Entries = 1,
        };
}
