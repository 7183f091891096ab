using System.Runtime.CompilerServices;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Directory;

/// <summary>
/// The list of an organization's invoices, newest first. A row is written before the invoice is; a row whose invoice was never
/// written, or was issued at another instant, is skipped.
/// </summary>
public sealed class InvoiceDirectory(ITableStore tables)
{
    private static readonly NewestFirst Keys = new("invoice.");

    /// <summary>Adds an invoice that is about to be issued. Repeatable.</summary>
    public Task Add(
        OrganizationId organization,
        InvoiceId invoice,
        DateTimeOffset issuedAt,
        CancellationToken cancellation
    ) =>
        tables.Commit(
            StorageTables.Directory,
            organization.ToString(),
            [
                new RowChange.Upsert(
                    Keys.Of(issuedAt, invoice.Hex.ToString()),
                    new ColumnWriter().Instant("IssuedAt", issuedAt).Text("Invoice", invoice.ToString()).Columns
                ),
            ],
            cancellation
        );

    /// <summary>The listed invoices, newest first, after the one that <paramref name="after"/> names.</summary>
    public async IAsyncEnumerable<ListedInvoice> List(
        OrganizationId organization,
        string? after,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var (from, before) = Keys.After(after);
        var rows = tables.Range(StorageTables.Directory, organization.ToString(), from, before, cancellation);
        await foreach (var row in rows)
        {
            var columns = new ColumnReader(row);
            yield return new(RoutedId.Parse<InvoiceId>(columns.Text("Invoice")), columns.Instant("IssuedAt"), row.Row);
        }
    }
}

/// <summary>A row of the list.</summary>
/// <param name="Cursor">Where the list goes on after this row.</param>
public sealed record ListedInvoice(InvoiceId Invoice, DateTimeOffset IssuedAt, string Cursor);
