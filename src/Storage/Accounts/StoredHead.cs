using System.Collections.Immutable;
using System.Text.Json;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts;

/// <summary>An account's head as it is stored: with the request ids of its latest commits.</summary>
/// <remarks>
/// The request ids answer the one question that a retry must not guess: "did my transaction commit, although its response
/// was lost?" A transaction that was decided on version v can only have become version v + 1, so looking that version up
/// is exact, as long as it is among the <see cref="Remembered"/> latest.
/// </remarks>
/// <param name="Recent">The request ids of the latest commits, the newest last; the newest made <c>Head.Version</c>.</param>
public sealed record StoredHead(AccountHead Head, ImmutableArray<string> Recent)
{
    /// <summary>Commits that are remembered: far more than can happen between one attempt and its retry.</summary>
    public const int Remembered = 24;

    /// <summary>Whether the request's commit is among the latest, and which version it made.</summary>
    public long? VersionMadeBy(string requestId)
    {
        var index = Recent.LastIndexOf(requestId);
        return index < 0 ? null : Head.Version - (Recent.Length - 1 - index);
    }

    /// <summary>Whether the request that made this version is still remembered.</summary>
    public bool Remembers(long version) => version > Head.Version - Recent.Length;

    /// <summary>The stored head after a commit.</summary>
    public static StoredHead After(StoredHead? before, AccountHead head, string requestId)
    {
        var recent = before?.Recent ?? [];
        return new(head, [.. recent.Skip(Math.Max(0, recent.Length + 1 - Remembered)), requestId]);
    }

    internal IReadOnlyDictionary<string, object> ToColumns()
    {
        var columns = new ColumnWriter()
            .Text("Kind", Head.Kind.Name())
            .Text("CustomerId", Head.CustomerId)
            .Instant("CreatedAt", Head.CreatedAt)
            .Number("Version", Head.Version)
            .Number("LastSeq", Head.LastSeq)
            .Text("LastHash", Head.LastHash)
            .Number("LastInvoice", Head.LastInvoice)
            .Text("Recent", string.Join(' ', Recent));
        if (Head.Profile is CustomerProfile customer)
            Write(columns, customer);
        if (Head.Profile is ClientProfile client)
            columns.Text("Name", client.Name);
        return columns.Columns;
    }

    internal static StoredHead FromRow(TableRow row)
    {
        var columns = new ColumnReader(row);
        var kind = AccountKindNames.Parse(columns.Text("Kind"));
        var head = new AccountHead
        {
            Organization = AccountAddress.Parse(row.Partition).Organization,
            Kind = kind,
            CustomerId = columns.Text("CustomerId"),
            Profile = kind switch
            {
                AccountKind.Customer => ReadCustomer(columns),
                AccountKind.Client => new ClientProfile(columns.Text("Name")),
                _ => null,
            },
            CreatedAt = columns.Instant("CreatedAt"),
            Version = columns.Number("Version"),
            LastSeq = columns.Number("LastSeq"),
            LastHash = columns.Text("LastHash"),
            LastInvoice = columns.Number("LastInvoice"),
        };
        return new(head, [.. columns.Text("Recent").Split(' ')]);
    }

    private static void Write(ColumnWriter columns, CustomerProfile customer) =>
        columns
            .Text("Email", customer.Email)
            .Text("Name", customer.Name)
            .Text("DefaultCurrency", customer.DefaultCurrency)
            .Money("TaxRate", customer.TaxRate)
            .Text("BillingAddress", ToJson(customer.BillingAddress))
            .Text("ShippingAddress", ToJson(customer.ShippingAddress))
            .Text("Timezone", customer.Timezone)
            .Text("Metadata", customer.Metadata);

    private static CustomerProfile ReadCustomer(ColumnReader columns) =>
        new(
            columns.Text("Email"),
            columns.OptionalText("Name"),
            columns.Text("DefaultCurrency"),
            columns.OptionalMoney("TaxRate"),
            FromJson(columns.OptionalText("BillingAddress")),
            FromJson(columns.OptionalText("ShippingAddress")),
            columns.Text("Timezone"),
            columns.Text("Metadata")
        );

    private static string? ToJson(Address? address) => address is null ? null : JsonSerializer.Serialize(address);

    private static Address? FromJson(string? json) => json is null ? null : JsonSerializer.Deserialize<Address>(json);
}
