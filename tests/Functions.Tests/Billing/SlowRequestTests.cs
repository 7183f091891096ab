using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.Functions.Tests.Support;
using Drawdown.Storage;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Functions.Tests.Billing;

/// <summary>Requests that others overtake. Both faults were found by simulation.</summary>
public sealed class SlowRequestTests
{
    [Fact]
    public async Task A_change_of_units_whose_answer_was_lost_sends_no_message_of_a_charge_that_never_was()
    {
        var (scene, process) = await Scene.Begin();
        var rival = await scene.Deployment.Start();
        await scene.Subscribe(process);
        await scene.Change(process, 40m).Is(200);
        await scene.Settle(process);
        var lost = false;
        process.OnAnswer = async call =>
        {
            if (lost || call.Operation is not StoreOperation.Commit || !call.Rows.Contains("head"))
                return;
            // The decrease is committed, and its answer is lost. Before it is looked up, it would be an increase.
            lost = true;
            await scene.Change(rival, 0m).Is(200);
            throw new StorageUnavailableException("The answer was lost.");
        };

        await scene.Change(process, 30m).Is(200);

        Assert.True(lost);
        Assert.Empty(await scene.Deployment.Queues.Rival().Peek(InvoiceQueue.Name, 32, CancellationToken.None));
    }

    [Fact]
    public async Task What_a_reversal_brings_back_shortly_before_the_expiry_is_posted_after_it()
    {
        var (scene, process) = await Scene.Begin();
        var tables = scene.Deployment.Tables.Rival();
        await scene.Grant(process, 10m, scene.Deployment.Now + TimeSpan.FromMinutes(5));
        var own = (await scene.Deployment.Rows(StorageTables.Agenda)).Single(IsExpiry);
        var body = new
        {
            customer_id = scene.Customer,
            amount = 10m,
            currency_code = "USD",
        };
        var drawdown = (await process.Api.Post("/api/drawdowns/", body).Is(201)).Text("drawdown_id");
        await process.Api.Post($"/api/drawdowns/{drawdown}/reverse/", new { }).Is(200);
        // As if the request had been decided before the expiry and committed after it, and the timer had come in between: then
        // nothing was left to post, and the credit's own item is settled.
        await tables.Commit(
            StorageTables.Agenda,
            own.Partition,
            [new RowChange.Delete(own.Row, "*")],
            CancellationToken.None
        );

        await scene.Settle(process);

        var last = (await process.Api.All($"/api/customers/{scene.Customer}/ledger/"))[0];
        Assert.Equal("expire", last.Text("type"));
        Assert.Equal(-10m, last.Money("amount"));
        Assert.DoesNotContain(await scene.Deployment.Rows(StorageTables.Agenda), IsExpiry);
    }

    private static bool IsExpiry(TableRow row) => row.Partition.StartsWith("expire.", StringComparison.Ordinal);
}
