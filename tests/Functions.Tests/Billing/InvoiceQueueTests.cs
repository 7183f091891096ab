using System.Collections.Concurrent;
using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Telemetry;
using Drawdown.Testing;

namespace Drawdown.Functions.Tests.Billing;

/// <summary>What happens to messages on the way to an invoice: doubled, malformed, given up, put back.</summary>
public sealed class InvoiceQueueTests(BillingHost host) : IClassFixture<BillingHost>, IDisposable
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        host.Tables.OnCommit = null;
        host.Queues.Held = null;
    }

    [Fact]
    public async Task A_message_that_is_delivered_20_times_at_once_makes_one_invoice()
    {
        var seats = await host.Seats();
        await host.Api.Grant(seats.Customer, 3m);
        var message = await Held(() => seats.Change(20m).Is(200));
        Assert.Single(await seats.Invoices());

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Send(message)));
        var invoices = await seats.Invoices();
        // And once more long after.
        await Send(message);
        await host.Drain();

        Assert.Equal(2, invoices.Count);
        Assert.Equal([5m, -3m], invoices[1].Items("line_items").Select(line => line.Money("amount")));
        Assert.Equal(0m, await host.Api.Remaining(seats.Customer));
        Assert.Equal(invoices.Select(one => one.ToString()), (await seats.Invoices()).Select(one => one.ToString()));
        await host.Api.Verify(seats.Customer);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("{}")]
    [InlineData("""{"organization_id":"org_1","charge_id":"charge_1"}""")]
    [InlineData("""{"organization_id":null,"charge_id":null}""")]
    [InlineData("[]")]
    public async Task A_malformed_message_ends_on_the_poison_queue_and_stays_there(string body)
    {
        var before = await host.Count(InvoiceQueue.PoisonName);
        using var measured = new Measurements(host.App.Services);

        await Send(body);
        await host.Drain();
        await host.Drain();

        Assert.NotEmpty(measured.Of(DrawdownMetrics.Poisoned));

        Assert.Equal(0, await host.Count(InvoiceQueue.Name));
        Assert.Equal(before + 1, await host.Count(InvoiceQueue.PoisonName));
    }

    [Fact]
    public async Task A_message_of_a_charge_that_is_nowhere_ends_on_the_poison_queue_and_stays_there()
    {
        var seats = await host.Seats();
        var message = await Held(() => seats.Change(20m).Is(200));
        var charge = message[message.IndexOf("charge_", StringComparison.Ordinal)..][..39];
        var before = await host.Count(InvoiceQueue.PoisonName);

        await Send(message.Replace(charge, $"charge_{seats.Route}{new string('0', 17)}", StringComparison.Ordinal));
        await host.Drain();

        Assert.Equal(before + 1, await host.Count(InvoiceQueue.PoisonName));
        Assert.Single(await seats.Invoices());
    }

    [Fact]
    public async Task A_charge_whose_message_is_given_up_fails_with_a_reason_and_can_be_retried()
    {
        var seats = await host.Seats();
        await host.Api.Grant(seats.Customer, 3m);
        var tries = 0;
        host.Tables.OnCommit = (partition, changes) =>
        {
            if (!changes.Any(change => change.Row.StartsWith($"invoice.{seats.Route}", StringComparison.Ordinal)))
                return;
            Interlocked.Increment(ref tries);
            throw new InvalidOperationException("The test says that no invoice can be made.");
        };
        var before = await host.Count(InvoiceQueue.PoisonName);

        await seats.Change(20m).Is(200);

        Assert.Single(await seats.Invoices());
        Assert.Equal(5, tries);
        var row = Assert.Single(await host.Charges(seats), row => (string)row.Columns["Status"] != "invoiced");
        var path = $"/api/charges/{row.Columns["Id"]}/";
        var failed = await host.Api.Get(path).Is(200);
        Assert.Equal(("failed", null, 5m), (failed.Text("status"), failed.Text("invoice_id"), failed.Money("amount")));
        Assert.StartsWith("The invoice could not be made", failed.Text("failure_reason"), StringComparison.Ordinal);
        Assert.Equal(before, await host.Count(InvoiceQueue.PoisonName));
        Assert.Equal(3m, await host.Api.Remaining(seats.Customer));
        var listed = await host.Api.All($"/api/charges/?customer_id={seats.Customer}&status=failed");
        Assert.Equal(failed.Json.ToString(), Assert.Single(listed).ToString());

        // It fails again while its cause is there.
        await host.Api.Post($"{path}retry/").Is(202);
        await host.Drain();
        Assert.Equal("failed", (await host.Api.Get(path).Is(200)).Text("status"));

        host.Tables.OnCommit = null;
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        var retried = await host.Api.Post($"{path}retry/", null, key).Is(202);

        Assert.Equal(("queued", null), (retried.Text("status"), retried.Text("failure_reason")));
        var invoice = (await seats.Invoices())[1];
        Assert.Equal([5m, -3m], invoice.Items("line_items").Select(line => line.Money("amount")));
        var settled = await host.Api.Get(path).Is(200);
        Assert.Equal(("invoiced", invoice.Text("invoice_id")), (settled.Text("status"), settled.Text("invoice_id")));
        Assert.Equal(retried.Body, (await host.Api.Post($"{path}retry/", null, key).Is(202)).Body);
        await host
            .Api.Post($"{path}retry/")
            .IsProblem(400, "invalid_state", $"The charge is on the invoice {invoice.Text("invoice_id")}.");
        Assert.Equal(2, (await seats.Invoices()).Count);
        await host.Api.Verify(seats.Customer);
    }

    [Fact]
    public async Task What_passes_is_tried_again_and_nobody_notices()
    {
        var seats = await host.Seats();
        var tries = 0;
        host.Tables.OnCommit = (_, changes) =>
        {
            if (
                changes.Any(change => change.Row.StartsWith($"invoice.{seats.Route}", StringComparison.Ordinal))
                && Interlocked.Increment(ref tries) < 5
            )
                throw new InvalidOperationException("The test says that no invoice can be made yet.");
        };

        await seats.Change(20m).Is(200);

        Assert.Equal(2, (await seats.Invoices()).Count);
        Assert.Equal(5, tries);
    }

    [Fact]
    public async Task A_message_that_cannot_be_sent_is_relayed()
    {
        var seats = await host.Seats();
        host.Queues.Held = _ => throw new StorageUnavailableException("The test says that the queue is away.");

        await seats.Change(20m).Is(200);

        host.Queues.Held = null;
        Assert.Single(await seats.Invoices());
        host.Time.Advance(TimeSpan.FromMinutes(2));
        await host.RunTimer("RelayOutbox");
        Assert.Equal([5m, 5m], (await seats.Invoices()).Select(invoice => invoice.Money("amount")));
        // Nothing is owed any more.
        host.Time.Advance(TimeSpan.FromMinutes(20));
        await host.RunTimer("RelayOutbox");
        Assert.DoesNotContain(
            await host.Accounts(),
            row => row.Contains($"out.{seats.Route}", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_message_names_its_charge_and_no_more()
    {
        var seats = await host.Seats();

        var message = System.Text.Json.JsonDocument.Parse(await Held(() => seats.Change(20m).Is(200))).RootElement;

        Assert.Equal(["charge_id", "organization_id"], message.Names().Where(name => name != "traceparent").Order());
    }

    // Sends a request, and keeps the message that it makes from the queue.
    private async Task<string> Held(Func<Task> request)
    {
        var held = new ConcurrentQueue<string>();
        host.Queues.Held = held.Enqueue;
        await request();
        host.Queues.Held = null;
        return Assert.Single(held);
    }

    private Task Send(string body) => host.Storage.Queues.Send(InvoiceQueue.Name, body, TimeSpan.Zero, Cancellation);
}
