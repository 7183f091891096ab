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
    private static readonly NewestFirst Keys = new("customer.");

    /// <summary>Adds a customer that is about to be created. Repeatable.</summary>
    public Task Add(AccountAddress account, DateTimeOffset createdAt, CancellationToken cancellation) =>
        tables.Commit(
            StorageTables.Directory,
            account.Organization.ToString(),
            [
                new RowChange.Upsert(
                    Keys.Of(createdAt, account.Route.ToString()),
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
        var (from, before) = Keys.After(after);
        await foreach (
            var row in tables.Range(StorageTables.Directory, organization.ToString(), from, before, cancellation)
        )
        {
            var route = AccountRoute.Parse(row.Row[(row.Row.LastIndexOf('.') + 1)..]);
            yield return new(new(organization, route), new ColumnReader(row).Instant("CreatedAt"), row.Row);
        }
    }
}

/// <summary>A row of the list.</summary>
/// <param name="CreatedAt">A customer that was created at another instant was not created by this row's request.</param>
/// <param name="Cursor">Where the list goes on after this row.</param>
public sealed record ListedCustomer(AccountAddress Account, DateTimeOffset CreatedAt, string Cursor);
