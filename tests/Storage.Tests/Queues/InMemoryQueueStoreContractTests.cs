using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Queues;

public sealed class InMemoryQueueStoreContractTests : QueueStoreContract
{
    private readonly ManualClock _clock;

    public InMemoryQueueStoreContractTests()
        : this(new ManualClock(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 500, TimeSpan.Zero))) { }

    private InMemoryQueueStoreContractTests(ManualClock clock)
        : base(new InMemoryQueueStore(clock), clock) => _clock = clock;

    protected override Task Pass(TimeSpan duration)
    {
        _clock.Advance(duration);
        return Task.CompletedTask;
    }
}
