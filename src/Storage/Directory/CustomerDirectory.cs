using System.Globalization;
using System.Runtime.CompilerServices;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Directory;

/// <summary>
/// The list of an organization's customers, newest first. A row is written before the customer is, so a customer is never
/// missing; a row whose customer was never written, or was written by another request, is skipped by its creation instant.
/// </summary>
public sealed class CustomerDirectory(ITableStore tables)
{
    private const long LastMillisecond = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z
    private const string Prefix = "customer.";

    /// <summary>Adds a customer that is about to be created. Repeatable.</summary>
    public Task Add(AccountAddress account, DateTimeOffset createdAt, CancellationToken cancellation) =>
        tables.Commit(
            StorageTables.Directory,
            account.Organization.ToString(),
            [
                new RowChange.Upsert(
                    RowKey(account.Route, createdAt),
                    new ColumnWriter().Instant("CreatedAt", createdAt).Columns
                ),
            ],
            cancellation
        );

    /// <summary>The listed customers, newest first, after the one that <paramref name="after"/> names.</summary>
    public async IAsyncEnumerable<ListedCustomer> List(
        OrganizationId organization,
        string? after,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        // A row key ends in a hex digit, so the next possible key after it begins with it and a blank.
        var from = after is null ? Prefix : after + " ";
        var before = Prefix[..^1] + (char)(Prefix[^1] + 1);
        await foreach (
            var row in tables.Range(StorageTables.Directory, organization.ToString(), from, before, cancellation)
        )
        {
            var route = AccountRoute.Parse(row.Row[(row.Row.LastIndexOf('.') + 1)..]);
            yield return new(new(organization, route), new ColumnReader(row).Instant("CreatedAt"), row.Row);
        }
    }

    // Inverted, because a table only reads forwards and the newest comes first.
    private static string RowKey(AccountRoute route, DateTimeOffset createdAt) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{LastMillisecond - createdAt.ToUnixTimeMilliseconds():d15}.{route}"
        );
}

/// <summary>A row of the list.</summary>
/// <param name="CreatedAt">A customer that was created at another instant was not created by this row's request.</param>
/// <param name="Cursor">Where the list goes on after this row.</param>
public sealed record ListedCustomer(AccountAddress Account, DateTimeOffset CreatedAt, string Cursor);
