using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Idempotency;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts;

/// <summary>An account into which anything can be written, to see how it comes back.</summary>
public abstract class RowContract : IAsyncLifetime
{
    protected const string AnyText = "Zoë's \"50 %\" / \\ #1?\n\t残高 😀 <b>&amp;</b> {\"a\":[null]}";

    protected static readonly AccountAddress Account = World.Address(AnyText);

    // As fine as the service stores it.
    protected static readonly DateTimeOffset Fine = World.Start.AddTicks(1_234_567);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static AccountHead Head =>
        new()
        {
            Organization = World.Organization,
            Kind = AccountKind.Customer,
            CustomerId = AnyText,
            Profile = new CustomerProfile("", "", "USD", 0m, null, null, "", ""),
            CreatedAt = World.Start,
            Version = 1,
        };

    protected World Opened { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Opened = await Open();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected abstract Task<World> Open();

    protected static Task ReadHead(AccountSnapshot snapshot) => snapshot.Head(Cancellation);

    /// <summary>Commits a change as it is.</summary>
    /// <param name="reading">Reads what the change replaces.</param>
    protected async Task Write(
        AccountChange change,
        string request = "req_1",
        Func<AccountSnapshot, Task>? reading = null
    )
    {
        var written = Opened
            .NewInstance()
            .Writer.Write(
                new WriteOperation(Account, new Provenance("key_test", request, World.Start), null),
                async (snapshot, _) =>
                {
                    if (reading is not null)
                        await reading(snapshot);
                    return new Decided(null, change, StoredAnswer.None);
                },
                Cancellation
            );
        Assert.IsType<Outcome<Written>.Accepted>(await written);
    }
}
