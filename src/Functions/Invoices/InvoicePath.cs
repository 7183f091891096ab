using System.Globalization;
using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;

namespace Drawdown.Functions.Invoices;

/// <summary>Finds an invoice by its id or its number.</summary>
public readonly record struct InvoicePath(AccountRoute Account, InvoiceId? Id, long Sequence)
{
    /// <summary>Reads the parameter; null when it is neither an id nor a number.</summary>
    public static InvoicePath? Read(string text)
    {
        if (RoutedId.TryParse<InvoiceId>(text, out var id))
            return new(id.Hex.Account, id, 0);
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return
            dash == AccountRoute.Length
            && RoutedHex.TryParse(text[..dash] + new string('0', 17), out var hex)
            && long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new(hex.Account, null, sequence)
            : null;
    }

    /// <summary>The head and the invoice; null when there is none.</summary>
    public async Task<(AccountHead Head, Invoice Invoice)?> Find(
        AccountSnapshot snapshot,
        CancellationToken cancellation
    )
    {
        var reading = snapshot.Head(cancellation);
        var id = Id ?? await snapshot.InvoiceOf(Sequence, cancellation);
        var invoice = id is { } known ? await snapshot.Invoice(known, cancellation) : null;
        return await reading is { } head && invoice is not null ? (head, invoice) : null;
    }

    /// <summary>Reads the parameter of a call; a malformed one is a fault.</summary>
    public static InvoicePath Of(ApiCall call, string value)
    {
        if (Read(call.Path(value)) is { } path)
            return path;
        call.Faults.Add(FaultCode.Invalid, "Not an invoice's id or number.", "invoice_id");
        return default;
    }

    /// <summary>The refusal when there is no such invoice.</summary>
    public static Refusal Missing(string value) => new Refusal.NotFound($"There is no invoice {value}.");
}
