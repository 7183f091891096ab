using Drawdown.Storage.Queues;

namespace Drawdown.Storage.Tests.Queues;

/// <summary>
/// What every <see cref="IQueueStore"/> does. The same tests run on the in-memory store and on Azurite. The service promises
/// no order, so nothing here asserts one.
/// </summary>
public abstract class QueueStoreContract(IQueueStore store, TimeProvider time) : IAsyncLifetime
{
    private const string Queue = "invoices";

    // The service's granularity.
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Bodies =>
        [
            "{\"charge\":\"charge_0123456789abcdef\",\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}",
            "a",
            "eyJub3QiOiJiYXNlNjQifQ==",
            "<QueueMessage><MessageText>&amp; ]]> \"'</MessageText></QueueMessage>",
            "<!-- --><![CDATA[x]]>",
            "Grüße, 残高, Баланс, מאזן, 😀 👩‍👩‍👧‍👦",
            "\uFFFD \uD7FF \uE000",
            " leading and trailing ",
            "{\n  \"pretty\": \"json\"\n}\n",
            "tab\tand\r\nline\rend",
            " ",
            "\n",
            "\u0085 \u2028",
        ];

    // Not enumerated at discovery, which would mend what has no UTF-8 form on its way to the test.
    public static TheoryData<string> ImpossibleBodies =>
        ["", "\0", "a\u0001b", "a\u000bb", "\uFFFE", "\uFFFF", "half \uD83D", "\uDE00 half"];

    public async ValueTask InitializeAsync() => await store.CreateQueue(Queue, Cancellation);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Lets this time pass for the store.</summary>
    protected abstract Task Pass(TimeSpan duration);

    // Bodies

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_comes_back_as_it_was_sent(string body)
    {
        await Send(body);

        Assert.Equal(body, Assert.Single(await Peek()).Body);
        Assert.Equal(body, (await ReceiveOne()).Body);
    }

    [Theory]
    [MemberData(nameof(ImpossibleBodies), DisableDiscoveryEnumeration = true)]
    public async Task A_body_that_XML_cannot_carry_is_refused(string body)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Send(body));

        Assert.Empty(await Peek());
    }

    [Fact]
    public async Task A_body_has_up_to_64_KiB_of_UTF8()
    {
        string longest = new string('x', QueueLimits.BytesPerMessage - 2) + "é";

        await Send(longest);

        Assert.Equal(longest, (await ReceiveOne()).Body);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Send(longest + "x"));
    }

    // Receiving

    [Fact]
    public async Task A_received_message_tells_when_it_was_sent_and_how_often_it_was_received()
    {
        DateTimeOffset before = time.GetUtcNow();
        await Send("body");

        QueueMessage message = await ReceiveOne();

        Assert.NotEmpty(message.Id);
        Assert.NotEmpty(message.Receipt);
        Assert.Equal(1, message.DequeueCount);
        // Whole seconds, and the service's clock is not quite this one.
        Assert.InRange(message.InsertedAt, before.AddSeconds(-2), time.GetUtcNow().AddSeconds(2));
        Assert.Equal(TimeSpan.Zero, message.InsertedAt.Offset);
    }

    [Fact]
    public async Task A_received_message_is_hidden_until_its_visibility_ends_and_then_counted_again()
    {
        await Send("body");
        QueueMessage first = await ReceiveOne(OneSecond);
        Assert.Empty(await Receive(Long));
        Assert.Empty(await Peek());

        await Pass(OneSecond);

        QueueMessage second = await ReceiveOne();
        Assert.Equal((first.Id, "body", 2), (second.Id, second.Body, second.DequeueCount));
        Assert.NotEqual(first.Receipt, second.Receipt);
    }

    [Fact]
    public async Task A_call_returns_no_more_messages_than_asked_for()
    {
        string[] sent = [.. Enumerable.Range(0, 40).Select(i => $"message {i}")];
        foreach (string body in sent)
        {
            await Send(body);
        }

        Assert.Equal(5, (await store.Peek(Queue, 5, Cancellation)).Count);
        List<QueueMessage> received = [];
        received.AddRange(await store.Receive(Queue, 3, Long, Cancellation));
        Assert.Equal(3, received.Count);
        received.AddRange(await store.Receive(Queue, 32, Long, Cancellation));
        Assert.Equal(35, received.Count);
        received.AddRange(await store.Receive(Queue, 32, Long, Cancellation));
        Assert.Equal(
            sent.Order(StringComparer.Ordinal),
            received.Select(message => message.Body).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(33)]
    public async Task A_number_of_messages_that_the_service_does_not_offer_is_refused(int maximum)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Receive(Queue, maximum, Long, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Peek(Queue, maximum, Cancellation));
    }

    [Fact]
    public async Task A_duration_that_the_service_does_not_offer_is_refused()
    {
        await Send("body");
        QueueMessage message = await ReceiveOne();
        TimeSpan tooLong = QueueLimits.LongestInvisible + TimeSpan.FromTicks(1);
        TimeSpan negative = -OneSecond;

        foreach (TimeSpan wrong in new[] { tooLong, negative })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Send(Queue, "body", wrong, Cancellation));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Receive(wrong));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Hide(Queue, message, wrong, Cancellation));
        }

        await Assert.ThrowsAnyAsync<ArgumentException>(() => Receive(TimeSpan.Zero));
    }

    [Fact]
    public async Task The_longest_durations_are_accepted()
    {
        await store.Send(Queue, "delayed", QueueLimits.LongestInvisible, Cancellation);
        await Send("body");

        QueueMessage message = await ReceiveOne(QueueLimits.LongestInvisible);

        Assert.NotNull(await store.Hide(Queue, message, QueueLimits.LongestInvisible, Cancellation));
    }

    [Fact]
    public async Task Rival_receivers_get_every_message_once()
    {
        for (int i = 0; i < 30; i++)
        {
            await Send($"message {i}");
        }

        IReadOnlyList<QueueMessage>[] received = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => store.Receive(Queue, 5, Long, Cancellation))
        );

        Assert.Equal(30, received.Sum(messages => messages.Count));
        Assert.Equal(30, received.SelectMany(messages => messages).DistinctBy(message => message.Id).Count());
    }

    // Peeking

    [Fact]
    public async Task Peeking_takes_nothing_and_counts_nothing()
    {
        await Send("body");

        QueueMessage peeked = Assert.Single(await Peek());
        QueueMessage again = Assert.Single(await Peek());
        QueueMessage received = await ReceiveOne();

        Assert.Equal(("body", "", 0), (peeked.Body, peeked.Receipt, peeked.DequeueCount));
        Assert.Equal(peeked, again);
        Assert.Equal((peeked.Id, peeked.InsertedAt, 1), (received.Id, received.InsertedAt, received.DequeueCount));
    }

    [Fact]
    public async Task A_peeked_message_cannot_be_deleted_or_hidden()
    {
        await Send("body");
        QueueMessage peeked = Assert.Single(await Peek());

        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Delete(Queue, peeked, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Hide(Queue, peeked, Long, Cancellation));
    }

    // Sending with a delay

    [Fact]
    public async Task A_delayed_message_appears_when_its_delay_ends()
    {
        await store.Send(Queue, "later", OneSecond, Cancellation);
        Assert.Empty(await Peek());
        Assert.Empty(await Receive(Long));

        await Pass(OneSecond);

        Assert.Equal("later", (await ReceiveOne()).Body);
    }

    [Fact]
    public async Task A_part_of_a_second_is_never_cut_off()
    {
        // Cut to the service's whole seconds, a delay of 1 ms would be none, and a retry would come too early.
        await store.Send(Queue, "later", TimeSpan.FromMilliseconds(1), Cancellation);

        Assert.Empty(await Peek());
    }

    // Deleting

    [Fact]
    public async Task Delete_removes_the_message_once()
    {
        await Send("body");
        QueueMessage message = await ReceiveOne(OneSecond);

        Assert.True(await store.Delete(Queue, message, Cancellation));
        Assert.False(await store.Delete(Queue, message, Cancellation));

        await Pass(OneSecond);
        Assert.Empty(await Receive(Long));
    }

    [Fact]
    public async Task A_receipt_is_stale_once_the_message_was_received_again()
    {
        await Send("body");
        QueueMessage first = await ReceiveOne(OneSecond);
        await Pass(OneSecond);
        QueueMessage second = await ReceiveOne(OneSecond);

        Assert.False(await store.Delete(Queue, first, Cancellation));
        Assert.Null(await store.Hide(Queue, first, Long, Cancellation));
        Assert.True(await store.Delete(Queue, second, Cancellation));
    }

    [Fact]
    public async Task A_receipt_stays_good_after_its_visibility_until_the_message_is_received_again()
    {
        await Send("body");
        QueueMessage message = await ReceiveOne(OneSecond);
        await Pass(OneSecond);
        Assert.Single(await Peek());

        Assert.True(await store.Delete(Queue, message, Cancellation));

        Assert.Empty(await Peek());
    }

    // Hiding

    [Fact]
    public async Task Hide_for_no_time_gives_the_message_back_at_once_with_its_body_and_count()
    {
        await Send("body");
        QueueMessage first = await ReceiveOne();

        Assert.NotNull(await store.Hide(Queue, first, TimeSpan.Zero, Cancellation));

        QueueMessage second = await ReceiveOne();
        Assert.Equal((first.Id, "body", 2), (second.Id, second.Body, second.DequeueCount));
    }

    [Fact]
    public async Task Hide_counts_from_now_and_not_from_the_receipt()
    {
        await Send("body");
        QueueMessage message = await ReceiveOne(Long);
        await store.Hide(Queue, message, OneSecond, Cancellation);
        Assert.Empty(await Peek());

        await Pass(OneSecond);

        Assert.Equal(2, (await ReceiveOne()).DequeueCount);
    }

    [Fact]
    public async Task Hide_voids_the_receipt()
    {
        await Send("body");
        QueueMessage message = await ReceiveOne();
        // Azurite makes receipts from the clock's milliseconds.
        await Pass(TimeSpan.FromMilliseconds(2));

        await store.Hide(Queue, message, OneSecond, Cancellation);

        Assert.False(await store.Delete(Queue, message, Cancellation));
        Assert.Null(await store.Hide(Queue, message, OneSecond, Cancellation));
    }

    [Fact]
    public async Task Hide_gives_a_receipt_that_is_good_in_place_of_the_old_one()
    {
        await Send("body");
        QueueMessage received = await ReceiveOne();
        await Pass(TimeSpan.FromMilliseconds(2));

        QueueMessage? hidden = await store.Hide(Queue, received, Long, Cancellation);

        Assert.NotNull(hidden);
        Assert.NotEqual(received.Receipt, hidden.Receipt);
        Assert.Equal(received with { Receipt = hidden.Receipt }, hidden);
        Assert.True(await store.Delete(Queue, hidden, Cancellation));
        Assert.Empty(await Peek());
    }

    [Fact]
    public async Task A_deleted_message_cannot_be_hidden()
    {
        await Send("body");
        QueueMessage message = await ReceiveOne();
        await store.Delete(Queue, message, Cancellation);

        Assert.Null(await store.Hide(Queue, message, OneSecond, Cancellation));
    }

    // Queues

    [Fact]
    public async Task Creating_a_queue_again_keeps_its_messages()
    {
        await Send("body");

        await store.CreateQueue(Queue, Cancellation);

        Assert.Single(await Peek());
    }

    [Fact]
    public async Task Queues_do_not_see_each_others_messages()
    {
        await store.CreateQueue("invoices-poison", Cancellation);
        await Send("body");

        Assert.Empty(await store.Peek("invoices-poison", 1, Cancellation));
    }

    [Fact]
    public async Task A_queue_can_be_read_once_it_exists()
    {
        Assert.False(await store.CanRead("another", Cancellation));

        await store.CreateQueue("another", Cancellation);

        Assert.True(await store.CanRead("another", Cancellation));
    }

    [Fact]
    public async Task A_missing_queue_is_an_outage()
    {
        const string missing = "nowhere";
        await Send("body");
        QueueMessage message = await ReceiveOne();

        await Unavailable(() => store.Send(missing, "body", TimeSpan.Zero, Cancellation));
        await Unavailable(() => store.Receive(missing, 1, Long, Cancellation));
        await Unavailable(() => store.Peek(missing, 1, Cancellation));
        await Unavailable(() => store.Delete(missing, message, Cancellation));
        await Unavailable(() => store.Hide(missing, message, Long, Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("Upper")]
    [InlineData("-abc")]
    [InlineData("abc-")]
    [InlineData("a--b")]
    [InlineData("a_bc")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public async Task A_name_that_is_no_queue_name_is_refused(string queue)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.CreateQueue(queue, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.CanRead(queue, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Send(queue, "body", TimeSpan.Zero, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Receive(queue, 1, Long, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Peek(queue, 1, Cancellation));
    }

    [Fact]
    public async Task A_call_cancelled_by_its_caller_is_cancelled_and_no_outage()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.Send(Queue, "body", TimeSpan.Zero, cancelled.Token)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.Receive(Queue, 1, Long, cancelled.Token));
        Assert.Empty(await Peek());
    }

    private static Task Unavailable(Func<Task> call) => Assert.ThrowsAsync<StorageUnavailableException>(call);

    private Task Send(string body) => store.Send(Queue, body, TimeSpan.Zero, Cancellation);

    private Task<IReadOnlyList<QueueMessage>> Peek() => store.Peek(Queue, QueueLimits.MessagesPerCall, Cancellation);

    private Task<IReadOnlyList<QueueMessage>> Receive(TimeSpan visibility) =>
        store.Receive(Queue, QueueLimits.MessagesPerCall, visibility, Cancellation);

    private async Task<QueueMessage> ReceiveOne(TimeSpan? visibility = null) =>
        Assert.Single(await Receive(visibility ?? Long));
}
