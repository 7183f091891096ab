using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Queues;

public sealed class AzureQueueStoreContractTests(AzuriteServer azurite)
    : QueueStoreContract(azurite.NewStorage().Queues, TimeProvider.System)
{
    // Azurite reckons in milliseconds of the wall clock, a timer by another clock: a little more, so that it never is a
    // little less.
    protected override Task Pass(TimeSpan duration) =>
        Task.Delay(duration + TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
}
