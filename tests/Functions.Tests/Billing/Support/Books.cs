using System.Globalization;
using System.Text;
using System.Text.Json;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;

namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>
/// All that a customer was billed and granted, as text in which nothing depends on chance: no ids, and no instant at which a
/// machine happened to do its work. Two histories that came to the same have the same text.
/// </summary>
public static class Books
{
    /// <summary>Reads the books, and asserts what holds for all books at rest.</summary>
    public static async Task<string> Read(Deployment deployment, ApiClient api, string customer)
    {
        await AssertAtRest(deployment, api, customer);
        var text = new StringBuilder();
        foreach (var one in (await api.All($"/api/subscriptions/?customer_id={customer}")).AsEnumerable().Reverse())
        {
            Line(text, $"subscription {one.Text("start_date")} until {one.Text("end_date")}");
            Line(text, $"  is new {one.GetProperty("is_new")}, billed {one.GetProperty("fully_billed")}");
            foreach (var component in one.Items("components"))
                Line(text, $"  holds {component.Money("units")}");
        }
        // A queue keeps no order, so of two charges either may get the lower number.
        text.AppendJoin("", (await api.Invoices(customer)).Select(TextOf).Order(StringComparer.Ordinal));
        foreach (var credit in (await api.All($"/api/credits/?customer_id={customer}")).AsEnumerable().Reverse())
        {
            Line(
                text,
                $"credit {credit.Money("amount")}, left {credit.Money("amount_remaining")} {credit.Text("status")}"
            );
            Line(text, $"  {credit.Text("description")}, expires {credit.Text("expires_at")}");
        }
        foreach (var entry in await api.All($"/api/customers/{customer}/ledger/"))
            Line(text, $"entry {entry.Text("type")} {entry.Money("amount")}, left {entry.Money("balance_after")}");
        foreach (
            var charge in (await deployment.Rows(StorageTables.Accounts))
                .Where(row => Is(row, "charge."))
                .Order(ByAmount)
        )
            Line(text, $"charge {charge.Columns["Amount"]} {charge.Columns["Status"]}");
        return text.ToString();
    }

    private static string TextOf(JsonElement invoice)
    {
        var text = new StringBuilder();
        Line(text, $"invoice {invoice.Money("amount")} {invoice.Text("payment_status")}");
        foreach (var line in invoice.Items("line_items"))
            Line(text, $"  {LineOf(line)}");
        return text.ToString();
    }

    private static string LineOf(JsonElement line) =>
        $"{line.Text("name")}, {line.Text("start_date")} to {line.Text("end_date")}, {line.GetProperty("quantity")} "
        + $"{line.Text("billing_type")}: {line.Money("amount")}";

    /// <summary>Nothing is lost, nothing is doubled, nothing is left to do.</summary>
    private static async Task AssertAtRest(Deployment deployment, ApiClient api, string customer)
    {
        await api.Verify(customer);
        var rows = await deployment.Rows(StorageTables.Accounts);
        Assert.DoesNotContain(rows, row => Is(row, "out."));
        foreach (var queue in new[] { InvoiceQueue.Name, InvoiceQueue.PoisonName })
            Assert.Empty(await deployment.Queues.Rival().Peek(queue, 32, CancellationToken.None));

        var invoices = await api.Invoices(customer);
        Assert.Equal(
            Enumerable.Range(1, invoices.Count).Select(number => number.ToString("d6", CultureInfo.InvariantCulture)),
            invoices.Select(invoice => invoice.Text("invoice_number")!.Split('-')[1])
        );

        // Every charge is on an invoice, or waits for one that will come, or is known to have failed.
        var waiting = string.Concat(rows.Where(row => Is(row, "sub.")).Select(row => row.Columns["Waiting0"]));
        foreach (var charge in rows.Where(row => Is(row, "charge.")))
            switch (charge.Columns["Status"])
            {
                case "invoiced":
                    Assert.Contains(
                        invoices,
                        invoice => invoice.Text("invoice_id") == (string)charge.Columns["Invoice"]
                    );
                    break;
                case "waiting":
                    Assert.Contains((string)charge.Columns["Id"], waiting, StringComparison.Ordinal);
                    break;
                default:
                    Assert.Equal("failed", charge.Columns["Status"]);
                    break;
            }

        // What is due has been done, and what will be due is not forgotten.
        var agenda = (await deployment.Rows(StorageTables.Agenda))
            .Where(row => row.Columns.ContainsKey("Due"))
            .ToList();
        Assert.DoesNotContain(agenda, row => (DateTimeOffset)row.Columns["Due"] <= deployment.Now);
        foreach (var subscription in rows.Where(row => Is(row, "sub.") && !(bool)row.Columns["Closed"]))
        {
            var next = subscription.Columns.GetValueOrDefault("PeriodUntil") ?? subscription.Columns["Start"];
            Assert.Contains(
                agenda,
                row =>
                    Is(row, next, subscription.Columns["Id"])
                    && row.Partition.StartsWith("renew.", StringComparison.Ordinal)
            );
        }
        foreach (var credit in await api.All($"/api/credits/?customer_id={customer}&status=active"))
            if (credit.Instant("expires_at") is { } expiry)
                Assert.Contains(agenda, row => Is(row, expiry, credit.Text("credit_id")!));
    }

    private static bool Is(TableRow row, object due, object entity) =>
        due.Equals(row.Columns["Due"]) && entity.Equals(row.Columns["Entity"]);

    private static bool Is(TableRow row, string prefix) => row.Row.StartsWith(prefix, StringComparison.Ordinal);

    private static readonly Comparer<TableRow> ByAmount = Comparer<TableRow>.Create(
        (one, other) => string.CompareOrdinal((string)one.Columns["Amount"], (string)other.Columns["Amount"])
    );

    private static void Line(StringBuilder text, FormattableString line) =>
        text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
