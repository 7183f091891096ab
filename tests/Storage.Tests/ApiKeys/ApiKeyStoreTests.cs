using System.Text;
using Drawdown.Storage.ApiKeys;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.ApiKeys;

/// <summary>API keys at rest, and the service's own secret.</summary>
public sealed class ApiKeyStoreTests : IAsyncLifetime
{
    private const string Secret = "dd_live_abcdefghijklmnopqrstuvwxyz0123456789";

    private World _world = null!;
    private ApiKeyStore _keys = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _keys = new ApiKeyStore(_world.Tables);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_key_is_found_by_its_secret()
    {
        await Add(Secret);

        var key = await _keys.Find(Secret, Cancellation);

        Assert.Equal((World.Organization, World.OrganizationName), (key!.Organization, key.OrganizationName));
        Assert.Matches("^key_[0-9a-f]{16}$", key.Id);
    }

    [Fact]
    public async Task The_secret_itself_is_stored_nowhere()
    {
        await Add(Secret);
        await _keys.Find(Secret, Cancellation);

        foreach (var table in StorageTables.All)
        foreach (var row in await _world.Rows(table))
        {
            var texts = row.Columns.Values.Select(Text).Append(row.Partition).Append(row.Row);
            Assert.All(
                texts,
                text =>
                    // Not even a part of it.
                    Assert.All(
                        Enumerable.Range(0, Secret.Length - 8),
                        start => Assert.DoesNotContain(Secret.Substring(start, 8), text, StringComparison.Ordinal)
                    )
            );
        }
        Assert.Single(await _world.Rows(StorageTables.ApiKeys));

        static string Text(object value) =>
            value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : Convert.ToString(value)!;
    }

    [Theory]
    [InlineData("")]
    [InlineData("dd_live_abcdefghijklmnopqrstuvwxyz012345678")]
    [InlineData("dd_live_abcdefghijklmnopqrstuvwxyz0123456789 ")]
    [InlineData("DD_LIVE_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")]
    public async Task A_secret_that_is_nearly_right_opens_nothing(string secret)
    {
        await Add(Secret);

        Assert.Null(await _keys.Find(secret, Cancellation));
    }

    [Fact]
    public async Task A_key_whose_hash_only_begins_alike_opens_nothing()
    {
        await Add(Secret);
        var row = Assert.Single(await _world.Rows(StorageTables.ApiKeys));
        // As if the stored key were another one of the same partition.
        var hash = (string)row.Columns["Hash"];
        await Replace(row, "Hash", hash[..16] + new string('0', 48));

        Assert.Null(await _keys.Find(Secret, Cancellation));
    }

    [Fact]
    public async Task A_revoked_key_opens_nothing_and_stays_revoked_when_it_is_added_again()
    {
        await Add(Secret);
        await Replace(Assert.Single(await _world.Rows(StorageTables.ApiKeys)), "RevokedAt", World.Start);

        await Add(Secret);

        Assert.Null(await _keys.Find(Secret, Cancellation));
    }

    [Fact]
    public async Task A_key_that_is_added_again_stays_the_same_key_of_the_same_organization()
    {
        await Add(Secret);
        var before = await _keys.Find(Secret, Cancellation);

        await _keys.Add(Secret, "other", World.Start.AddDays(1), Cancellation);

        Assert.Equal(before, await _keys.Find(Secret, Cancellation));
    }

    [Fact]
    public async Task Two_keys_have_two_ids()
    {
        await Add(Secret);
        await Add(Secret + "2");

        Assert.NotEqual(
            (await _keys.Find(Secret, Cancellation))!.Id,
            (await _keys.Find(Secret + "2", Cancellation))!.Id
        );
    }

    [Fact]
    public async Task A_key_without_an_organization_is_a_broken_row_and_no_unknown_key()
    {
        await Add(Secret);
        await Replace(Assert.Single(await _world.Rows(StorageTables.ApiKeys)), "Organization", "org_?");

        await Assert.ThrowsAsync<FormatException>(() => _keys.Find(Secret, Cancellation));
    }

    [Fact]
    public async Task Of_many_that_propose_a_signing_secret_one_wins_and_all_have_its_secret()
    {
        var secrets = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(number =>
                    Task.Run(
                        () => new ApiKeyStore(_world.Tables).SigningSecret(Proposed(number), Cancellation),
                        Cancellation
                    )
                )
        );

        Assert.Single(secrets.Select(Convert.ToHexString).Distinct());
        Assert.Equal(secrets[0], await _keys.SigningSecret(Proposed(99), Cancellation));
        Assert.Contains(
            Convert.ToHexString(secrets[0]),
            Enumerable.Range(0, 20).Select(Proposed).Select(Convert.ToHexString)
        );
    }

    [Fact]
    public async Task A_signing_secret_that_another_proposes_in_between_is_the_one()
    {
        var store = ((InMemoryTableStore)_world.Tables).Rival();
        store.Hooks.Before = async call =>
        {
            if (call.Operation is not StoreOperation.Commit)
                return;
            store.Hooks.Before = null;
            await _keys.SigningSecret(Proposed(1), Cancellation);
        };

        Assert.Equal(Proposed(1), await new ApiKeyStore(store).SigningSecret(Proposed(2), Cancellation));
    }

    private static byte[] Proposed(int number) => [.. Enumerable.Repeat((byte)number, 32)];

    private Task Add(string secret) => _keys.Add(secret, World.OrganizationName, World.Start, Cancellation);

    private async Task Replace(TableRow row, string column, object value)
    {
        var columns = new Dictionary<string, object>(row.Columns, StringComparer.Ordinal) { [column] = value };
        var replace = new RowChange.Replace(row.Row, columns, row.ETag);
        Assert.IsType<CommitResult.Committed>(
            await _world.Tables.Commit(StorageTables.ApiKeys, row.Partition, [replace], Cancellation)
        );
    }
}
