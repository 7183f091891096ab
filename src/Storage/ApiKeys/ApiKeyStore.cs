using System.Security.Cryptography;
using System.Text;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.ApiKeys;

/// <summary>API keys at rest: only their SHA-256 is stored, so that a leaked table opens nothing.</summary>
public sealed class ApiKeyStore(ITableStore tables)
{
    private const string KeyRow = "key";
    private const string SecretPartition = "secret";

    /// <summary>The key of a secret, or null when it is unknown or revoked.</summary>
    public async Task<ApiKey?> Find(string secret, CancellationToken cancellation)
    {
        var hash = Hash(secret);
        if (await tables.Get(StorageTables.ApiKeys, Partition(hash), KeyRow, cancellation) is not { } row)
            return null;
        var columns = new ColumnReader(row);
        var stored = Encoding.ASCII.GetBytes(columns.Text("Hash"));
        // In constant time: how long a wrong key takes must not tell how much of it is right.
        if (!CryptographicOperations.FixedTimeEquals(stored, Encoding.ASCII.GetBytes(hash)))
            return null;
        if (columns.OptionalInstant("RevokedAt") is not null)
            return null;
        return OrganizationId.TryParse(columns.Text("Organization"), out var organization)
            ? new(columns.Text("Id"), organization, columns.Text("OrganizationName"))
            : throw new FormatException("An API key's row names no organization.");
    }

    /// <summary>Adds a key. One that exists stays as it is, revoked or not.</summary>
    /// <param name="organizationName">The organization follows from its name: see <see cref="OrganizationId.Named"/>.</param>
    public async Task Add(string secret, string organizationName, DateTimeOffset now, CancellationToken cancellation)
    {
        var hash = Hash(secret);
        var columns = new ColumnWriter()
            .Text("Id", "key_" + LedgerHash.Digest("api-key-id", hash)[..16])
            .Text("Hash", hash)
            .Text("Organization", OrganizationId.Named(organizationName).ToString())
            .Text("OrganizationName", organizationName)
            .Instant("CreatedAt", now);
        await tables.Commit(
            StorageTables.ApiKeys,
            Partition(hash),
            [new RowChange.Insert(KeyRow, columns.Columns)],
            cancellation
        );
    }

    /// <summary>
    /// The secret with which this service signs what it hands out and takes back, such as cursors. The first one to ask
    /// makes it; all instances share it.
    /// </summary>
    /// <param name="proposed">At least 32 random bytes, kept if there is none yet.</param>
    public async Task<byte[]> SigningSecret(byte[] proposed, CancellationToken cancellation)
    {
        var insert = new RowChange.Insert("signing", new ColumnWriter().Bytes("Secret", proposed).Columns);
        await tables.Commit(StorageTables.ApiKeys, SecretPartition, [insert], cancellation);
        var row = await tables.Get(StorageTables.ApiKeys, SecretPartition, insert.Row, cancellation);
        return row is { } found && new ColumnReader(found).OptionalBytes("Secret") is { } secret
            ? secret
            : throw new FormatException("The signing secret is missing.");
    }

    private static string Hash(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string Partition(string hash) => hash[..16];
}
