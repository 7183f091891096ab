using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Accounts;

public sealed class CustomerDecisionsTests
{
    [Fact]
    public void A_new_customer_is_the_first_commit_of_an_empty_ledger()
    {
        var change = Create(existing: null, "customer-1").Accepted();

        Assert.Equal(
            new AccountHead
            {
                Organization = Given.Organization,
                Kind = AccountKind.Customer,
                CustomerId = "customer-1",
                Profile = Given.Head.Profile,
                CreatedAt = Given.Now,
                Version = 1,
                LastSeq = 0,
                LastHash = LedgerHash.Genesis,
            },
            change.Head
        );
        Assert.Empty(change.Credits);
        Assert.Empty(change.Entries);
    }

    [Fact]
    public void A_customer_whose_id_is_taken_is_a_duplicate()
    {
        var refusal = Create(Given.Head, Given.Head.CustomerId).Refused<AccountChange, Refusal.Duplicate>();

        Assert.Contains(Given.Head.CustomerId, refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_customer_whose_route_is_taken_by_another_is_refused_and_never_mixed_up()
    {
        Create(Given.Head, "customer-2").Refused<AccountChange, Refusal.Conflict>();

        Assert.Null(CustomerDecisions.IsOf(Given.Head, "customer-1"));
        Assert.IsType<Refusal.Conflict>(CustomerDecisions.IsOf(Given.Head, "Customer-1"));
    }

    [Fact]
    public void A_taken_external_id_names_the_thing_that_has_it()
    {
        var refusal = Assert.IsType<Refusal.Duplicate>(new ExternalReference("credit", "e-1", "credit_1").Taken);

        Assert.Equal("A credit with the external_id 'e-1' exists: credit_1", refusal.Detail);
    }

    private static Outcome<AccountChange> Create(AccountHead? existing, string customerId) =>
        CustomerDecisions.Create(existing, Given.Organization, customerId, Given.Head.Customer, Given.Now);
}
