using Drawdown.Domain.Ids;
using Drawdown.Storage.Directory;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Directory;

/// <summary>The list of an organization's customers.</summary>
public sealed class CustomerDirectoryTests : IAsyncLifetime
{
    private World _world = null!;
    private CustomerDirectory _directory = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _directory = new CustomerDirectory(_world.Tables);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_newest_customer_comes_first()
    {
        await Add("b", 2);
        await Add("c", 3);
        await Add("a", 1);

        var listed = await List();

        Assert.Equal(
            [World.Address("c"), World.Address("b"), World.Address("a")],
            listed.Select(customer => customer.Account)
        );
        Assert.Equal([At(3), At(2), At(1)], listed.Select(customer => customer.CreatedAt));
    }

    [Fact]
    public async Task Customers_from_the_first_to_the_last_instant_are_in_order()
    {
        var last = new DateTimeOffset(9999, 12, 31, 23, 59, 59, 999, TimeSpan.Zero);
        await _directory.Add(World.Address("first"), DateTimeOffset.UnixEpoch, Cancellation);
        await _directory.Add(World.Address("last"), last, Cancellation);
        await Add("now", 1);

        Assert.Equal([last, At(1), DateTimeOffset.UnixEpoch], (await List()).Select(customer => customer.CreatedAt));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(25)]
    public async Task Page_by_page_every_customer_comes_once(int size)
    {
        // Some of them within one millisecond.
        for (var customer = 0; customer < 25; customer++)
            await Add($"customer-{customer}", customer / 4);
        var all = await List();

        List<ListedCustomer> pages = [];
        for (string? after = null; ; after = pages[^1].Cursor)
        {
            var page = await _directory
                .List(World.Organization, after, Cancellation)
                .Take(size)
                .ToListAsync(Cancellation);
            if (page.Count == 0)
                break;
            pages.AddRange(page);
        }

        Assert.Equal(25, all.Count);
        Assert.Equal(all, pages);
    }

    [Fact]
    public async Task A_customer_that_is_added_while_one_pages_does_not_shift_the_pages()
    {
        for (var customer = 0; customer < 4; customer++)
            await Add($"customer-{customer}", customer);
        var first = (await List()).Take(2).ToList();

        await Add("newer", 10);

        var rest = await _directory.List(World.Organization, first[^1].Cursor, Cancellation).ToListAsync(Cancellation);
        Assert.Equal([At(1), At(0)], rest.Select(customer => customer.CreatedAt));
    }

    [Fact]
    public async Task A_customer_that_is_added_twice_is_listed_once()
    {
        await Add("a", 1);
        await Add("a", 1);

        Assert.Single(await List());
    }

    [Fact]
    public async Task A_row_without_its_customer_shows_by_its_creation_instant()
    {
        // One request that did not go through, and one that came later and did.
        await Add("ada", 1);
        _world.Now = At(5);
        await Add("ada", 5);
        await _world.Customer("ada");
        await Add("nobody", 3);

        var real = new List<DateTimeOffset>();
        foreach (var listed in await List())
            if ((await _world.Snapshot(listed.Account).Head(Cancellation))?.CreatedAt == listed.CreatedAt)
                real.Add(listed.CreatedAt);

        Assert.Equal([At(5)], real);
    }

    [Fact]
    public async Task Another_organizations_customers_are_not_listed()
    {
        var other = OrganizationId.Named("other");
        await _directory.Add(World.Address("a") with { Organization = other }, At(1), Cancellation);

        Assert.Empty(await List());
        Assert.Single(await _directory.List(other, null, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Only_what_is_asked_for_is_read()
    {
        for (var customer = 0; customer < TableLimits.RowsPerPage + 1; customer++)
            await Add($"customer-{customer}", customer);
        var store = ((InMemoryTableStore)_world.Tables).Rival();
        var calls = 0;
        store.Hooks.Before = _ =>
        {
            calls++;
            return Task.CompletedTask;
        };

        await new CustomerDirectory(store).List(World.Organization, null, Cancellation).FirstAsync(Cancellation);

        Assert.Equal(1, calls);
    }

    private static DateTimeOffset At(int millisecond) => World.Start.AddMilliseconds(millisecond);

    private Task Add(string customer, int millisecond) =>
        _directory.Add(World.Address(customer), At(millisecond), Cancellation);

    private Task<List<ListedCustomer>> List() =>
        _directory.List(World.Organization, null, Cancellation).ToListAsync(Cancellation).AsTask();
}
