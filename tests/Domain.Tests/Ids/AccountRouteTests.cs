using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Tests.Ids;

public sealed class AccountRouteTests
{
    // printf 'org_0011…\ncustomer\ncustomer-1' | sha256sum: accounts that are stored must stay where they are.
    [Fact]
    public void The_route_of_a_customer_never_changes()
    {
        Assert.True(OrganizationId.TryParse("org_00112233445566778899aabbccddeeff", out var organization));

        var route = AccountRoute.Of(organization, AccountKind.Customer, "customer-1");

        Assert.Equal("0fe71e7faedfbfa", route.ToString());
    }

    [Fact]
    public void Every_part_of_the_customer_counts()
    {
        var route = AccountRoute.Of(Given.Organization, AccountKind.Customer, "customer-1");

        Assert.Equal(route, AccountRoute.Of(Given.Organization, AccountKind.Customer, "customer-1"));
        Assert.NotEqual(route, AccountRoute.Of(Given.Organization, AccountKind.Customer, "customer-2"));
        Assert.NotEqual(route, AccountRoute.Of(Given.Organization, AccountKind.Customer, "Customer-1"));
        Assert.NotEqual(route, AccountRoute.Of(OrganizationId.Named("other"), AccountKind.Customer, "customer-1"));
    }

    [Fact]
    public void The_head_knows_its_route() =>
        Assert.Equal(
            AccountRoute.Of(Given.Organization, AccountKind.Customer, Given.Head.CustomerId),
            Given.Head.Route
        );

    [Fact]
    public void A_stored_route_is_read_back() =>
        Assert.Equal(Given.Head.Route, AccountRoute.Parse(Given.Head.Route.ToString()));

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcd")]
    [InlineData("0123456789abcdef")]
    [InlineData("0123456789ABCDE")]
    [InlineData("0123456789abcdg")]
    public void A_malformed_route_is_a_bug(string text) =>
        Assert.Throws<FormatException>(() => AccountRoute.Parse(text));

    [Fact]
    public void A_route_that_was_never_set_has_no_text() =>
        Assert.Throws<InvalidOperationException>(() => default(AccountRoute).ToString());

    [Fact]
    public void The_name_of_a_kind_never_changes()
    {
        Assert.Equal("customer", AccountKind.Customer.Name());
        Assert.Equal(AccountKind.Customer, AccountKindNames.Parse("customer"));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((AccountKind)(-1)).Name());
        Assert.Throws<FormatException>(() => AccountKindNames.Parse("Customer"));
    }
}
