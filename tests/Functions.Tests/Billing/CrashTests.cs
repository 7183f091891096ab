using System.Globalization;
using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.Functions.Tests.Support;
using Drawdown.Functions.Upkeep;
using Drawdown.Storage;
using Drawdown.Storage.Queues;
using Drawdown.Testing;

namespace Drawdown.Functions.Tests.Billing;

/// <summary>
/// Kills the process at every call to storage that an operation makes, before and after the call takes effect, and shows
/// that the books come to the same as if nothing had happened: nothing is lost, nothing is billed twice.
/// </summary>
public sealed class CrashTests
{
    private const string Key = "sent again after the crash";

    private static readonly Dictionary<string, Operation> Operations = new(StringComparer.Ordinal)
    {
        ["create a subscription"] = new(
            (scene, process) => scene.Grant(process, 30m),
            async (scene, process) =>
                await process
                    .Api.Subscribe(scene.Customer, scene.Plan, scene.Deployment.Now, headers: ("Idempotency-Key", Key))
                    .Is(201)
        ),
        ["increase, invoiced now"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process);
                await scene.Grant(process, 2m);
                await scene.Grant(process, 1m, expires: scene.Deployment.Now.AddDays(90));
            },
            async (scene, process) => await scene.Change(process, 20m, key: Key).Is(200)
        ),
        ["increase, invoiced later"] = new(
            (scene, process) => scene.Subscribe(process),
            async (scene, process) => await scene.Change(process, 20m, invoiceNow: false, key: Key).Is(200)
        ),
        ["decrease"] = new(
            (scene, process) => scene.Subscribe(process),
            async (scene, process) => await scene.Change(process, 10m, key: Key).Is(200)
        ),
        ["change units after the period's end, before the timer"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process);
                await scene.Change(process, 18m, invoiceNow: false).Is(200);
                scene.Deployment.Clock.AdvanceTo(scene.Deployment.Now.AddMonths(2));
            },
            async (scene, process) => await scene.Change(process, 20m, key: Key).Is(200)
        ),
        ["grant a credit that is paid for"] = new(
            (scene, process) => scene.Subscribe(process),
            async (scene, process) =>
                await process
                    .Api.Post(
                        "/api/credits/",
                        new
                        {
                            customer_id = scene.Customer,
                            amount = 500,
                            currency_code = "USD",
                            amount_paid = 450,
                            expires_at = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero),
                            external_id = "order 17",
                        },
                        ("Idempotency-Key", Key)
                    )
                    .Is(201)
        ),
        ["mark an invoice as paid"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process);
                scene.Target = (await process.Api.Invoices(scene.Customer))[0].Text("invoice_id")!;
            },
            async (scene, process) =>
                await process
                    .Api.Send(
                        "PATCH",
                        $"/api/invoices/{scene.Target}/",
                        new { payment_status = "paid" },
                        ("Idempotency-Key", Key)
                    )
                    .Is(200)
        ),
        ["process an invoice"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process);
                await scene.Grant(process, 2m);
                await scene.Grant(process, 1m, expires: scene.Deployment.Now.AddDays(90));
                await scene.Change(process, 20m).Is(200);
            },
            (_, process) => process.TakeOne(InvoiceQueue.Name)
        ),
        ["process an invoice that takes waiting charges"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process);
                await scene.Change(process, 18m, invoiceNow: false).Is(200);
                await scene.Change(process, 19m, invoiceNow: false).Is(200);
                scene.Deployment.Clock.AdvanceTo(scene.Deployment.Now.AddMonths(1));
                await process.RunTimer<RenewSubscriptions>(timer => timer.Run);
            },
            (_, process) => process.TakeOne(InvoiceQueue.Name)
        ),
        ["mark a charge as failed"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process);
                await scene.Change(process, 20m).Is(200);
                await GiveUp(scene.Deployment, process);
            },
            (_, process) => process.TakeOne(InvoiceQueue.PoisonName)
        ),
        ["retry a charge"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process);
                await scene.Change(process, 20m).Is(200);
                await GiveUp(scene.Deployment, process);
                await process.DrainQueues();
                var failed = (await scene.Deployment.Rows(StorageTables.Accounts)).Single(row =>
                    row.Row.StartsWith("charge.", StringComparison.Ordinal) && (string)row.Columns["Status"] == "failed"
                );
                scene.Target = (string)failed.Columns["Id"];
            },
            async (scene, process) =>
                await process.Api.Post($"/api/charges/{scene.Target}/retry/", null, ("Idempotency-Key", Key)).Is(202)
        ),
        ["renew"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process);
                await scene.Change(process, 18m, invoiceNow: false).Is(200);
                scene.Deployment.Clock.AdvanceTo(scene.Deployment.Now.AddMonths(1));
            },
            (_, process) => process.RunTimer<RenewSubscriptions>(timer => timer.Run)
        ),
        ["renew three periods at once"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process);
                scene.Deployment.Clock.AdvanceTo(scene.Deployment.Now.AddMonths(3));
            },
            (_, process) => process.RunTimer<RenewSubscriptions>(timer => timer.Run)
        ),
        ["end with a final invoice"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process, autoRenew: false);
                await scene.Change(process, 18m, invoiceNow: false).Is(200);
                scene.Deployment.Clock.AdvanceTo(scene.Deployment.Now.AddMonths(1));
            },
            (_, process) => process.RunTimer<RenewSubscriptions>(timer => timer.Run)
        ),
        ["relay the outbox"] = new(
            async (scene, process) =>
            {
                await scene.Subscribe(process);
                await DieBeforeSending(scene);
                scene.Deployment.Clock.Advance(TimeSpan.FromMinutes(2));
            },
            (_, process) => process.RunTimer<RelayOutbox>(timer => timer.Run)
        ),
        ["reverse a drawdown into an expired credit"] = new(
            async (scene, process) =>
            {
                await scene.Grant(process, 40m);
                await scene.Grant(process, 50m, expires: scene.Deployment.Now.AddHours(1));
                var drawdown = await process.Api.Draw(scene.Customer, 60m).Is(201);
                scene.Target = drawdown.Text("drawdown_id")!;
                await scene.Grant(process, 5m);
                scene.Deployment.Clock.Advance(TimeSpan.FromHours(2));
            },
            async (scene, process) =>
                await process
                    .Api.Post($"/api/drawdowns/{scene.Target}/reverse/", null, ("Idempotency-Key", Key))
                    .Is(200)
        ),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Names))]
    public async Task A_crash_at_any_call_leaves_the_same_books(string name)
    {
        var operation = Operations[name];
        var (books, calls) = await Undisturbed(operation);
        TestContext.Current.TestOutputHelper?.WriteLine($"{string.Join('\n', calls)}\n\n{books}");
        Assert.NotEmpty(calls);
        for (var call = 1; call <= calls.Count; call++)
            foreach (var after in new[] { false, true })
            {
                var place = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: crash {(after ? "after" : "before")} call {call} of {calls.Count}, {calls[call - 1]}"
                );
                var found = await Crashed(operation, call, after, place);
                Assert.True(books == found, $"{place}\n\nExpected:\n{books}\nFound:\n{found}");
            }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_run_makes_the_same_calls()
    {
        var operation = Operations["increase, invoiced now"];

        var (first, calls) = await Undisturbed(operation);
        var (second, again) = await Undisturbed(operation);

        Assert.Equal(first, second);
        Assert.Equal(calls.Select(call => call.ToString()), again.Select(call => call.ToString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_crash_after_the_commit_and_before_the_message_is_sent_is_made_up_for_by_the_relay()
    {
        var (scene, process) = await Scene.Begin();
        await scene.Subscribe(process);

        await DieBeforeSending(scene);

        process = await scene.Deployment.Start();
        Assert.Empty(await Messages(scene.Deployment));
        Assert.Single(await Owed(scene.Deployment));
        // The caller asks again, and is told what the first request did; the message is the relay's business.
        Assert.True((await scene.Change(process, 20m, key: Key).Is(200)).IsReplayed);
        Assert.Empty(await Messages(scene.Deployment));
        await process.RunTimer<RelayOutbox>(timer => timer.Run);
        Assert.Empty(await Messages(scene.Deployment));

        scene.Deployment.Clock.Advance(TimeSpan.FromMinutes(1));
        await process.RunTimer<RelayOutbox>(timer => timer.Run);

        Assert.Single(await Messages(scene.Deployment));
        await process.DrainQueues();
        Assert.Equal([105m, 5m], await Amounts(scene, process));
        Assert.Empty(await Owed(scene.Deployment));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_crash_after_the_message_is_sent_and_before_its_outbox_row_is_removed_bills_once()
    {
        var (scene, process) = await Scene.Begin();
        await scene.Subscribe(process);
        var dying = await scene.Deployment.Start();
        var calls = await CallsOfAnIncrease();

        dying.CrashAt(calls.FindIndex(call => call.Operation is StoreOperation.Send) + 1, after: true);
        await dying.UntilDeath(() => scene.Change(dying, 20m, key: Key));

        Assert.True(dying.IsDead);
        Assert.Single(await Messages(scene.Deployment));
        Assert.Single(await Owed(scene.Deployment));
        process = await scene.Deployment.Start();
        // The relay, which does not know that it was sent, sends it again.
        scene.Deployment.Clock.Advance(TimeSpan.FromMinutes(2));
        await process.RunTimer<RelayOutbox>(timer => timer.Run);
        Assert.Equal(2, (await Messages(scene.Deployment)).Count);
        Assert.Single(
            (await Messages(scene.Deployment)).Select(message => message.Body.Split("traceparent")[0]).Distinct()
        );

        await process.DrainQueues();

        Assert.Equal([105m, 5m], await Amounts(scene, process));
        Assert.Empty(await Owed(scene.Deployment));
        Assert.Empty(await Messages(scene.Deployment));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_crash_after_the_invoice_is_committed_and_before_its_message_is_deleted_bills_once()
    {
        var (scene, process) = await Scene.Begin();
        await scene.Subscribe(process);
        await scene.Grant(process, 2m);
        await scene.Change(process, 20m).Is(200);
        var dying = await scene.Deployment.Start();
        var (_, calls) = await Undisturbed(Operations["process an invoice"]);
        Assert.Equal(StoreOperation.Delete, calls[^1].Operation);

        dying.CrashAt(calls.Count, after: false);
        await dying.UntilDeath(() => dying.TakeOne(InvoiceQueue.Name));

        Assert.True(dying.IsDead);
        process = await scene.Deployment.Start();
        Assert.Equal([105m, 3m], await Amounts(scene, process));
        Assert.Empty(await Messages(scene.Deployment));
        // When its lease ends it is delivered again.
        scene.Deployment.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(await Messages(scene.Deployment));

        Assert.True(await process.TakeOne(InvoiceQueue.Name));

        Assert.Equal([105m, 3m], await Amounts(scene, process));
        Assert.Equal(0m, await process.Api.Remaining(scene.Customer));
        await scene.Settle(process);
        await scene.Books(process);
    }

    private static async Task<(string Books, IReadOnlyList<StoreCall> Calls)> Undisturbed(Operation operation)
    {
        var (scene, process) = await Scene.Begin();
        await operation.Given(scene, process);
        process = await scene.Deployment.Start();
        process.CountFromHere();
        await operation.When(scene, process);
        List<StoreCall> calls = [.. process.Calls];
        await scene.Settle(process);
        return (await scene.Books(process), calls);
    }

    private static async Task<string> Crashed(Operation operation, int call, bool after, string place)
    {
        var (scene, process) = await Scene.Begin();
        await operation.Given(scene, process);
        process = await scene.Deployment.Start();
        process.CrashAt(call, after);
        await process.UntilDeath(() => operation.When(scene, process));
        Assert.True(process.IsDead, place);

        process = await scene.Deployment.Start();
        try
        {
            await operation.When(scene, process);
            await scene.Settle(process);
            return await scene.Books(process);
        }
        catch (Exception failure)
        {
            Assert.Fail($"{place}\n\n{failure}");
            throw;
        }
    }

    // From another deployment in the same state.
    private static async Task<List<StoreCall>> CallsOfAnIncrease()
    {
        var (_, calls) = await Undisturbed(
            new((other, first) => other.Subscribe(first), Operations["increase, invoiced now"].When)
        );
        return [.. calls];
    }

    private static async Task DieBeforeSending(Scene scene)
    {
        var dying = await scene.Deployment.Start();
        var calls = await CallsOfAnIncrease();
        var send = calls.FindIndex(call => call.Operation is StoreOperation.Send) + 1;
        Assert.True(send > 1);
        dying.CrashAt(send, after: false);
        await dying.UntilDeath(() => scene.Change(dying, 20m, key: Key));
        Assert.True(dying.IsDead);
    }

    // What the host does with messages that failed too often. Before it gave up, the relay had sent its own one as well.
    private static async Task GiveUp(Deployment deployment, AppProcess process)
    {
        deployment.Clock.Advance(TimeSpan.FromMinutes(2));
        await process.RunTimer<RelayOutbox>(timer => timer.Run);
        var queues = deployment.Queues.Rival();
        var messages = await queues.Receive(InvoiceQueue.Name, 32, TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Equal(2, messages.Count);
        await queues.Send(InvoiceQueue.PoisonName, messages[0].Body, TimeSpan.Zero, CancellationToken.None);
        foreach (var message in messages)
            await queues.Delete(InvoiceQueue.Name, message, CancellationToken.None);
    }

    private static Task<IReadOnlyList<QueueMessage>> Messages(Deployment deployment) =>
        deployment.Queues.Rival().Peek(InvoiceQueue.Name, 32, CancellationToken.None);

    private static async Task<List<string>> Owed(Deployment deployment) =>
        [
            .. (await deployment.Rows(StorageTables.Accounts))
                .Select(row => row.Row)
                .Where(row => row.StartsWith("out.", StringComparison.Ordinal)),
        ];

    private static async Task<IEnumerable<decimal>> Amounts(Scene scene, AppProcess process) =>
        (await process.Api.Invoices(scene.Customer)).Select(invoice => invoice.Money("amount"));

    /// <summary>What is done in a process that may die of it, and again in the next one.</summary>
    private sealed record Operation(Func<Scene, AppProcess, Task> Given, Func<Scene, AppProcess, Task> When);
}
