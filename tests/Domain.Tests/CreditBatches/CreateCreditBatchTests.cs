using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class CreateCreditBatchTests
{
    private static readonly CreditBatchTerms Plain = new(100, null, default, default);

    private readonly Client _client = new();

    [Fact]
    public void A_batch_begins_with_its_grant()
    {
        var terms = new CreditBatchTerms(
            100,
            null,
            Change<string>.To("Spring"),
            Change<DateTimeOffset?>.To(Given.Day(10))
        );

        var decided = _client.TryCreate(terms).Accepted();

        var batch = decided.Batch;
        Assert.Equal(("Spring", Given.Day(10), null), (batch.Name, batch.ExpiresOn, batch.Account));
        Assert.Equal((Given.Now, Given.Now, null), (batch.CreatedAt, batch.UpdatedAt, batch.VoidedAt));
        Assert.Equal(new BatchBalances(100, 0, 100, 0, 0, 0), batch.Balances);
        Assert.Equal((1L, 1), (batch.LastSeq, batch.Entries));
        Assert.Equal([batch], decided.Change!.Batches);
        var action = Assert.Single(decided.Change.Actions);
        Assert.Equal((CreditActionType.Grant, 100L, 1), (action.Type, action.Amount, action.Ordinal));
        Assert.Equal((default, batch.Balances), (action.Before, action.After));
        Assert.Equal((batch.Id, null, null, null), (action.Batch, action.Account, action.Allocation, action.Reason));
        Assert.Equal((Given.Now, Given.Now), (action.EffectiveAt, action.RecordedAt));
        Assert.Equal(("key-1", "request-1"), (action.Actor, action.RequestId));
    }

    [Fact]
    public void A_batch_that_says_nothing_has_no_name_no_account_and_no_expiry()
    {
        var batch = _client.TryCreate(Plain).Accepted().Batch;

        Assert.Equal((null, null, null), (batch.Name, batch.ExpiresOn, batch.Account));
    }

    [Fact]
    public void A_batch_may_be_empty()
    {
        var id = _client.Create(0);

        Assert.Equal(default, _client[id].Balances);
        Assert.Equal((CreditActionType.Grant, 0L), (_client.LastAction.Type, _client.LastAction.Amount));
        Assert.True(_client.Standing(id).IsActive);
        Assert.True(_client.Audit().Ok);
    }

    [Fact]
    public void A_batch_of_an_account_takes_its_name_and_expiry_from_it()
    {
        var account = _client.OpenAccount(days: 30, batchName: "Credits");

        var batch = _client.TryCreate(Plain with { Account = account }).Accepted().Batch;

        Assert.Equal((account, "Credits", Given.Day(30)), (batch.Account, batch.Name, batch.ExpiresOn));
        Assert.Equal(account, _client.LastAction.Account);
    }

    [Fact]
    public void An_account_without_defaults_gives_none()
    {
        var account = _client.OpenAccount();

        var batch = _client.TryCreate(Plain with { Account = account }).Accepted().Batch;

        Assert.Equal((null, null), (batch.Name, batch.ExpiresOn));
    }

    [Fact]
    public void What_a_batch_says_itself_goes_before_its_accounts_defaults()
    {
        var account = _client.OpenAccount(days: 30, batchName: "Credits");
        var terms = new CreditBatchTerms(
            1,
            account,
            Change<string>.To("Mine"),
            Change<DateTimeOffset?>.To(Given.Day(40))
        );

        var batch = _client.TryCreate(terms).Accepted().Batch;

        Assert.Equal(("Mine", Given.Day(40)), (batch.Name, batch.ExpiresOn));
    }

    [Fact]
    public void An_explicit_null_is_no_name_and_no_expiry_whatever_the_account_says()
    {
        var account = _client.OpenAccount(days: 30, batchName: "Credits");
        var terms = new CreditBatchTerms(1, account, Change<string>.To(null), Change<DateTimeOffset?>.To(null));

        var batch = _client.TryCreate(terms).Accepted().Batch;

        Assert.Equal((null, null), (batch.Name, batch.ExpiresOn));
    }

    [Fact]
    public void An_expiry_must_be_later_than_now()
    {
        AssertExpiryRefused(Given.Now - Given.Tick);
        AssertExpiryRefused(Given.Now);
        Assert.Equal(Given.Now + Given.Tick, _client[_client.Create(1, Given.Now + Given.Tick)].ExpiresOn);

        void AssertExpiryRefused(DateTimeOffset expiry)
        {
            var terms = Plain with { ExpiresOn = Change<DateTimeOffset?>.To(expiry) };
            Assert.Equal(
                new Fault("invalid_expires_on", "The expiry must be in the future.", "expiresOn"),
                _client.TryCreate(terms).OnlyFault()
            );
            Assert.Empty(_client.Batches);
        }
    }

    [Fact]
    public void A_batch_has_at_least_its_accounts_minimum()
    {
        var account = _client.OpenAccount(minimum: 50);

        Assert.Equal(
            new Fault(
                "below_minimum_batch_amount",
                "A batch of this account has at least 50 credits.",
                "startingBalance"
            ),
            _client.TryCreate(Plain with { StartingBalance = 49, Account = account }).OnlyFault()
        );
        _client.TryCreate(Plain with { StartingBalance = 50, Account = account }).Accepted();
    }

    [Fact]
    public void The_minimum_of_one_account_is_not_that_of_a_batch_without_one()
    {
        _client.OpenAccount(minimum: 50);

        _client.TryCreate(Plain with { StartingBalance = 0 }).Accepted();
    }

    [Fact]
    public void An_account_that_the_client_does_not_have_is_refused()
    {
        var other = new CreditAccountId(Given.Uuid(999));

        Assert.Equal(
            new Fault("account_client_mismatch", "This client has no such credit account.", "creditAccountId"),
            _client.TryCreate(Plain with { Account = other }).OnlyFault()
        );
    }

    [Fact]
    public void All_faults_are_named_at_once()
    {
        var account = _client.OpenAccount(minimum: 50);
        var past = Change<DateTimeOffset?>.To(Given.Now);

        Assert.Equal(["below_minimum_batch_amount", "invalid_expires_on"], Codes(account));
        Assert.Equal(["account_client_mismatch", "invalid_expires_on"], Codes(new(Given.Uuid(999))));

        IEnumerable<string> Codes(CreditAccountId named) =>
            _client
                .TryCreate(new(1, named, default, past))
                .Refused<CreditBatchDecided, Refusal.Invalid>()
                .Faults.Select(fault => fault.Code);
    }
}
