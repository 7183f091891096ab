using System.Diagnostics;
using Azure;
using Azure.Core;
using Drawdown.Storage.Azure;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Azure;

/// <summary>What becomes of the ways in which storage can fail to answer.</summary>
public sealed class StorageOutageTests
{
    private static readonly QueueMessage Received = new("id", "receipt", "body", 1, DateTimeOffset.UnixEpoch);
    private static readonly RowChange[] OneRow = [new RowChange.Upsert("row", new Dictionary<string, object>())];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> WrongAnswers =>
        new()
        {
            { "nothing at all", "" },
            {
                "half an answer",
                "HTTP/1.1 202 Accepted\r\nContent-Type: multipart/mixed; boundary=x\r\nContent-Length: 99\r\n\r\n--x"
            },
            { "not HTTP", "SSH-2.0-OpenSSH_9.9\r\n" },
            { "an empty success", ScriptedServer.Answer("202 Accepted", "multipart/mixed; boundary=x", "") },
            {
                "a success of another kind",
                ScriptedServer.Answer("200 OK", "text/html", "<p>Sign in to the network</p>")
            },
            {
                "a success that is no transaction",
                ScriptedServer.Answer("202 Accepted", "multipart/mixed; boundary=x", "sorry")
            },
            { "a redirection", ScriptedServer.Answer("302 Found", "text/html", "") },
            { "not signed in", ScriptedServer.Answer("401 Unauthorized", "text/html", "") },
            { "not allowed", ScriptedServer.TableRefusal("403 Forbidden", "AuthorizationPermissionMismatch") },
            { "not found by a proxy", ScriptedServer.Answer("404 Not Found", "text/html", "<p>404</p>") },
            { "too slow", ScriptedServer.TableRefusal("408 Request Timeout", "OperationTimedOut") },
            { "too many", ScriptedServer.Answer("429 Too Many Requests", "text/html", "") },
            { "broken", ScriptedServer.TableRefusal("500 Internal Server Error", "InternalError") },
            { "busy", ScriptedServer.TableRefusal("503 Service Unavailable", "ServerBusy") },
        };

    [Fact]
    public async Task A_refused_connection_is_an_outage_within_seconds()
    {
        StorageConnection nowhere = Accounts.Nowhere();

        Stopwatch watch = Stopwatch.StartNew();
        await AllUnavailable(nowhere.Tables(), nowhere.Queues());

        // A third of a second, unless the machine is busy.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [MemberData(nameof(WrongAnswers))]
    public async Task An_answer_that_says_nothing_is_an_outage(string name, string answer)
    {
        await using ScriptedServer server = new(answer);
        StorageConnection account = Accounts.At(server.Port);

        await AllUnavailable(account.Tables(WithoutPauses), account.Queues(WithoutPauses));

        Assert.NotEqual(0, server.Requests);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {server.Requests} requests");
    }

    // Without a retry the SDK's timeout is a TaskCanceledException like a caller's own, with retries an AggregateException.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task No_answer_in_time_is_an_outage(int retries)
    {
        await using ScriptedServer server = new(answer: null);
        StorageConnection account = Accounts.At(server.Port);

        await AllUnavailable(account.Tables(Impatient), account.Queues(Impatient));

        void Impatient(ClientOptions options)
        {
            WithoutPauses(options);
            options.Retry.MaxRetries = retries;
            options.Retry.NetworkTimeout = TimeSpan.FromMilliseconds(100);
        }
    }

    [Fact]
    public async Task A_caller_that_stops_waiting_is_cancelled_and_meets_no_outage()
    {
        await using ScriptedServer server = new(answer: null);
        AzureTableStore store = Accounts.At(server.Port).Tables();
        using CancellationTokenSource caller = new(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.Get("Table", "p", "r", caller.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.Commit("Table", "p", OneRow, caller.Token));
    }

    [Theory]
    [InlineData("409 Conflict", "EntityAlreadyExists", ConflictKind.RowExists)]
    [InlineData("412 Precondition Failed", "UpdateConditionNotSatisfied", ConflictKind.RowChanged)]
    [InlineData("412 Precondition Failed", "ConditionNotMet", ConflictKind.RowChanged)]
    [InlineData("404 Not Found", "ResourceNotFound", ConflictKind.RowMissing)]
    [InlineData("404 Not Found", "EntityNotFound", ConflictKind.RowMissing)]
    public async Task A_change_that_fails_on_its_row_is_a_conflict(string status, string code, ConflictKind kind)
    {
        await using ScriptedServer server = new(ScriptedServer.FailedTransaction(status, code));

        CommitResult result = await Accounts.At(server.Port).Tables().Commit("Table", "p", OneRow, Cancellation);

        Assert.Equal(new CommitResult.Conflicted(kind), result);
        Assert.Equal(1, server.Requests);
    }

    [Theory]
    [InlineData("404 Not Found", "TableNotFound")]
    [InlineData("409 Conflict", "TableBeingDeleted")]
    [InlineData("412 Precondition Failed", "LeaseIdMissing")]
    [InlineData("429 Too Many Requests", "TooManyRequests")]
    [InlineData("500 Internal Server Error", "InternalError")]
    [InlineData("500 Internal Server Error", "OperationTimedOut")]
    [InlineData("503 Service Unavailable", "ServerBusy")]
    public async Task A_change_that_fails_on_anything_else_is_an_outage(string status, string code)
    {
        await using ScriptedServer server = new(ScriptedServer.FailedTransaction(status, code));

        await Unavailable(() => Accounts.At(server.Port).Tables().Commit("Table", "p", OneRow, Cancellation));
    }

    [Theory]
    [InlineData("400 Bad Request", "InvalidInput")]
    [InlineData("400 Bad Request", "PropertyValueTooLarge")]
    [InlineData("413 Payload Too Large", "RequestBodyTooLarge")]
    public async Task A_request_that_the_service_calls_malformed_is_a_bug_and_no_outage(string status, string code)
    {
        await using ScriptedServer transaction = new(ScriptedServer.FailedTransaction(status, code));
        await using ScriptedServer table = new(ScriptedServer.TableRefusal(status, code));
        await using ScriptedServer queue = new(ScriptedServer.QueueRefusal(status, code));

        await Bug(() => Accounts.At(transaction.Port).Tables().Commit("Table", "p", OneRow, Cancellation));
        await Bug(() => Accounts.At(table.Port).Tables().Commit("Table", "p", OneRow, Cancellation));
        await Bug(() => Accounts.At(queue.Port).Queues().Send("queue", "body", TimeSpan.Zero, Cancellation));

        async Task Bug(Func<Task> call) =>
            Assert.Equal(code, (await Assert.ThrowsAnyAsync<RequestFailedException>(call)).ErrorCode);
    }

    [Fact]
    public async Task A_missing_row_is_told_from_a_missing_table_by_the_error_code_in_the_body()
    {
        await using ScriptedServer noRow = new(ScriptedServer.TableRefusal("404 Not Found", "ResourceNotFound"));
        await using ScriptedServer noTable = new(ScriptedServer.TableRefusal("404 Not Found", "TableNotFound"));

        Assert.Null(await Accounts.At(noRow.Port).Tables().Get("Table", "p", "r", Cancellation));
        Assert.True(await Accounts.At(noRow.Port).Tables().CanRead("Table", Cancellation));
        await Unavailable(() => Accounts.At(noTable.Port).Tables().Get("Table", "p", "r", Cancellation));
        Assert.False(await Accounts.At(noTable.Port).Tables().CanRead("Table", Cancellation));
    }

    [Theory]
    [InlineData("401 Unauthorized", "NoAuthenticationInformation")]
    [InlineData("403 Forbidden", "AuthorizationPermissionMismatch")]
    public async Task An_identity_that_is_not_allowed_to_read_cannot_read(string status, string code)
    {
        await using ScriptedServer table = new(ScriptedServer.TableRefusal(status, code));
        await using ScriptedServer queue = new(ScriptedServer.QueueRefusal(status, code));

        Assert.False(await Accounts.At(table.Port).Tables().CanRead("Table", Cancellation));
        Assert.False(await Accounts.At(queue.Port).Queues().CanRead("queue", Cancellation));
    }

    [Fact]
    public async Task After_an_outage_everything_goes_on_with_the_data_as_it_was()
    {
        await using AzuriteServer azurite = new();
        await azurite.InitializeAsync();
        (ITableStore tables, IQueueStore queues, StorageConnection connection) = azurite.NewStorage();
        await tables.CreateTable("Table", Cancellation);
        await queues.CreateQueue("queue", Cancellation);
        await tables.Commit("Table", "p", OneRow, Cancellation);
        await queues.Send("queue", "body", TimeSpan.Zero, Cancellation);
        TableRow? before = await tables.Get("Table", "p", "row", Cancellation);

        await azurite.Stop();
        await AllUnavailable(tables, queues);

        await azurite.Start();
        Assert.Equal(connection.ConnectionString, azurite.ConnectionString);
        Assert.Equal(before!.ETag, (await tables.Get("Table", "p", "row", Cancellation))?.ETag);
        Assert.Equal("body", Assert.Single(await queues.Peek("queue", 1, Cancellation)).Body);
    }

    private static Task AllUnavailable(ITableStore tables, IQueueStore queues)
    {
        Func<Task>[] calls =
        [
            () => tables.CreateTable("Table", Cancellation),
            () => tables.Get("Table", "p", "row", Cancellation),
            () => tables.Commit("Table", "p", OneRow, Cancellation),
            async () => await tables.Range("Table", "p", "", "~", Cancellation).AnyAsync(Cancellation),
            async () => await tables.Scan("Table", "", "~", Cancellation).AnyAsync(Cancellation),
            () => queues.CreateQueue("queue", Cancellation),
            () => queues.Send("queue", "body", TimeSpan.Zero, Cancellation),
            () => queues.Receive("queue", 1, TimeSpan.FromSeconds(1), Cancellation),
            () => queues.Peek("queue", 1, Cancellation),
            () => queues.Delete("queue", Received, Cancellation),
            () => queues.Hide("queue", Received, TimeSpan.Zero, Cancellation),
        ];
        return Task.WhenAll(calls.Select(Unavailable));
    }

    private static void WithoutPauses(ClientOptions options)
    {
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
    }

    private static Task Unavailable(Func<Task> call) => Assert.ThrowsAsync<StorageUnavailableException>(call);
}
