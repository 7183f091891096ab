using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class OpenCreditAccountTests
{
    private readonly Client _client = new();

    [Fact]
    public void A_client_begins_with_an_empty_ledger()
    {
        var profile = new ClientProfile("Ada's School");

        var head = ClientDecisions.Create(null, Given.Organization, Given.Client, profile, Given.Now).Accepted().Head;

        Assert.Equal((AccountKind.Client, Given.Client.ToString()), (head.Kind, head.CustomerId));
        Assert.Equal((profile, Given.Organization), (head.Profile, head.Organization));
        Assert.Equal((Given.Now, 1L, 0L), (head.CreatedAt, head.Version, head.LastSeq));
        Assert.True(ActionAudit.Verify(head, [], [], []).Ok);
    }

    [Fact]
    public void A_client_whose_route_is_taken_is_refused()
    {
        var profile = new ClientProfile("Another");

        var outcome = ClientDecisions.Create(Given.ClientHead, Given.Organization, Given.Client, profile, Given.Now);

        outcome.Refused<AccountChange, Refusal.Duplicate>();
    }

    [Fact]
    public void A_client_and_a_customer_of_one_id_are_two_accounts()
    {
        var id = Given.Client.ToString();

        Assert.NotEqual(AccountRoute.Of(Given.Organization, AccountKind.Customer, id), Given.ClientHead.Route);
    }

    [Fact]
    public void An_account_that_starts_with_nothing_has_no_batch()
    {
        // The minimum is one of batches, and there is none.
        var decided = _client.TryOpenAccount(Given.AccountTerms(0, 30, 50, "Credits")).Accepted();

        Assert.Null(decided.FirstBatch);
        Assert.Empty(_client.Batches);
        Assert.Empty(decided.Change.Actions);
        Assert.Equal(Given.ClientHead.Version + 1, decided.Change.Head.Version);
        var account = Assert.Single(_client.Accounts);
        Assert.Equal(("Training", "client", Given.Now), (account.Name, account.Type, account.CreatedAt));
        Assert.Equal(["ada@example.com"], account.NotifyEmails);
        Assert.Equal(["license-1"], account.LicenseIds);
        Assert.Equal(
            (30, 50L, "Credits"),
            (account.BatchDaysUntilExpire, account.MinimumBatchAmount, account.CreditBatchName)
        );
    }

    [Fact]
    public void An_account_that_starts_with_credits_has_them_in_a_first_batch_of_its_defaults()
    {
        var decided = _client.TryOpenAccount(Given.AccountTerms(500, 30, 500, "Credits")).Accepted();

        var batch = Assert.Single(_client.Batches);
        Assert.Equal(batch, decided.FirstBatch);
        Assert.Equal((decided.Account.Id, "Credits", Given.Day(30)), (batch.Account, batch.Name, batch.ExpiresOn));
        Assert.Equal(new BatchBalances(500, 0, 500, 0, 0, 0), batch.Balances);
        Assert.Equal(decided.Account, decided.Change.CreditAccount);
        Assert.True(_client.Audit().Ok);
    }

    [Fact]
    public void An_account_that_starts_below_its_own_minimum_is_refused()
    {
        var fault = _client.TryOpenAccount(Given.AccountTerms(49, minimum: 50)).OnlyFault();

        Assert.Equal(("below_minimum_batch_amount", "startingBalance"), (fault.Code, fault.Attribute));
        Assert.Empty(_client.Accounts);
    }

    [Fact]
    public void The_days_of_an_account_are_of_24_hours()
    {
        _client.Now = Given.Day(3) + Given.Tick;
        var account = _client.OpenAccount(days: 1);

        var batch = _client.TryCreate(new CreditBatchTerms(1, account, default, default)).Accepted().Batch;

        Assert.Equal(Given.Day(4) + Given.Tick, batch.ExpiresOn);
    }
}
