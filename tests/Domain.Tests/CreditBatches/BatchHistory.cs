using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Tests.Histories;

namespace Drawdown.Domain.Tests.CreditBatches;

/// <summary>
/// A script played through the real decisions and, side by side, through the naive model: every answer of the one must be the
/// other's, and so must be what everybody can see after it.
/// </summary>
/// <param name="isCompared">
/// False on clocks that go backwards: then a decision rests on whether a timer ran before it, of which the naive model knows
/// nothing. The laws, which <see cref="Client"/> checks at each commit, must hold all the same.
/// </param>
internal sealed class BatchHistory(Sweeping sweeping, bool isCompared = true)
{
    private readonly NaiveClient _naive = new();

    public Client Client { get; } = new();

    /// <summary>What each step answered, and what everybody could see after it.</summary>
    public List<string> Answers { get; } = [];

    private DateTimeOffset Now => Client.Now;

    public static BatchHistory Play(
        BatchScript script,
        Sweeping sweeping = Sweeping.AsWritten,
        bool isCompared = true,
        Action<BatchHistory>? afterStep = null
    )
    {
        var history = new BatchHistory(sweeping, isCompared);
        foreach (var step in script.Steps)
        {
            history.Play(step);
            afterStep?.Invoke(history);
        }
        return history;
    }

    public List<string> Standings() =>
        [.. Client.Batches.Select(batch => Seen(batch.StandingAt(Now))), .. Client.Allocations.Select(Seen)];

    /// <summary>The ledger's laws, as of now.</summary>
    public void AssertLaws()
    {
        Assert.Empty(Client.Audit().Faults);
        var actionsOf = Client.Actions.ToLookup(action => action.Batch);
        foreach (var batch in Client.Batches)
        {
            var actions = actionsOf[batch.Id].ToList();
            Assert.Equal(Enumerable.Range(1, actions.Count), actions.Select(action => action.Ordinal));
            Assert.Equal(
                actions.Select(action => action.EffectiveAt).Order(),
                actions.Select(action => action.EffectiveAt)
            );
            Assert.All(actions, action => Assert.Equal(batch.Account, action.Account));
        }
        Assert.Distinct(Client.Actions.Select(action => action.Id));
    }

    private void Play(BatchStep step)
    {
        var (answer, expected) = Take(step);
        if (isCompared)
            Assert.Equal(expected, answer);
        if (sweeping is Sweeping.Always)
            foreach (var id in Client.Batches.Select(batch => batch.Id))
                Client.PostExpired([Client[id]]);
        var standings = Standings();
        if (isCompared)
            Assert.Equal(_naive.Standings(Now), standings);
        Answers.Add($"{step.GetType().Name}: {answer}");
        Answers.AddRange(standings);
    }

    private (string Answer, string Expected) Take(BatchStep step)
    {
        switch (step)
        {
            case BatchStep.Open open:
                return Open(open);
            case BatchStep.Create create:
                return Create(create.Amount, AccountAt(create.Account), create.Expiry);
            case BatchStep.CreateMany many:
                var created = Enumerable
                    .Range(0, many.Count)
                    .Select(_ => Create(9, AccountAt(many.Account), many.Expiry))
                    .ToList();
                return (
                    string.Join("; ", created.Select(one => one.Answer)),
                    string.Join("; ", created.Select(one => one.Expected))
                );
            case BatchStep.Update update when Client.Batches.Count > 0:
                return Update(BatchAt(update.Batch), update);
            case BatchStep.Void(var nth) when Client.Batches.Count > 0:
                return Void(BatchAt(nth));
            case BatchStep.Allocate(var nth, var portion) when Client.Batches.Count > 0:
                return Allocate(BatchAt(nth), portion);
            case BatchStep.Revoke(var nth, var portion) when Client.Allocations.Count > 0:
                return Revoke(AllocationAt(nth), portion);
            case BatchStep.Redeem(var nth, var portion) when Client.Allocations.Count > 0:
                return Redeem(AllocationAt(nth), portion);
            case BatchStep.RedeemFromAccount(var nth, var portion) when AccountAt(nth) is { } account:
                return RedeemFromAccount(account, portion);
            case BatchStep.Wait(var time):
                Client.Now += time;
                return ("", "");
            case BatchStep.WaitForExpiry(var nth, var milliseconds):
                return WaitForExpiry(nth, milliseconds);
            case BatchStep.Sweep when sweeping is Sweeping.AsWritten:
                Client.PostExpired();
                Assert.Null(Client.PostExpired());
                return ("", "");
            default:
                return ("", "");
        }
    }

    private (string Answer, string Expected) Open(BatchStep.Open open)
    {
        var outcome = Client.TryOpenAccount(Given.AccountTerms(open.Amount, open.Days, open.Minimum));
        var opened = (outcome as Outcome<CreditAccountDecided>.Accepted)?.Value;
        return (
            Said(outcome, _ => "opened"),
            _naive.Open($"{opened?.Account.Id}", $"{opened?.FirstBatch?.Id}", open.Amount, open.Days, open.Minimum, Now)
        );
    }

    private (string Answer, string Expected) Create(long amount, CreditAccountId? account, Expiry expiry)
    {
        var expiresOn = Resolve(expiry);
        var outcome = Client.TryCreate(new(amount, account, default, expiresOn));
        var created = (outcome as Outcome<CreditBatchDecided>.Accepted)?.Value;
        return (
            Said(outcome, _ => "created"),
            _naive.Create($"{created?.Batch.Id}", amount, account?.ToString(), expiresOn.Value, expiresOn.IsSet, Now)
        );
    }

    private (string Answer, string Expected) Update(CreditBatchId id, BatchStep.Update step)
    {
        var expiresOn = Resolve(step.Expiry);
        var balance = step.Balance?.Of(Client.Balances(id).Current);
        var name = step.Name is null ? default : Change<string>.To(step.Name);
        var outcome = Client.Update(id, new(name, expiresOn, balance));
        return (
            Said(
                outcome,
                decided =>
                    decided.Change is null ? "unchanged"
                    : decided.Change.Actions is [var action] ? $"adjusted {action.Amount}"
                    : "updated"
            ),
            _naive.Update($"{id}", step.Name, expiresOn.Value, expiresOn.IsSet, balance, Now)
        );
    }

    private (string Answer, string Expected) Void(CreditBatchId id)
    {
        var change = Client.Void(id).Change;
        return (
            change is null ? "unchanged" : $"voided {Assert.Single(change.Actions).Amount}",
            _naive.Void($"{id}", Now)
        );
    }

    private (string Answer, string Expected) Allocate(CreditBatchId id, Portion portion)
    {
        var amount = Math.Max(1, portion.Of(Client.Balances(id).Current));
        var outcome = Client.TryAllocate(id, amount);
        var made = (outcome as Outcome<AllocationDecided>.Accepted)?.Value;
        return (Said(outcome, _ => "allocated"), _naive.Allocate($"{id}", $"{made?.Allocation.Id}", amount, Now));
    }

    private (string Answer, string Expected) Revoke(CreditAllocationId id, Portion? portion)
    {
        long? amount = portion is null ? null : Math.Max(1, portion.Of(Client[id].Left));
        return (
            Said(
                Client.Revoke(id, amount),
                decided =>
                    decided.Change is null ? "unchanged" : $"returned {Assert.Single(decided.Change.Actions).Amount}"
            ),
            _naive.Knows($"{id}") ? _naive.Revoke($"{id}", amount, Now) : "unknown"
        );
    }

    private (string Answer, string Expected) Redeem(CreditAllocationId id, Portion portion)
    {
        var amount = Math.Max(1, portion.Of(Client[id].Left));
        return (
            Said(Client.Redeem(id, amount), _ => "redeemed"),
            _naive.Knows($"{id}") ? _naive.Redeem($"{id}", amount, Now) : "unknown"
        );
    }

    private (string Answer, string Expected) RedeemFromAccount(CreditAccountId id, Portion portion)
    {
        var amount = Math.Max(1, portion.Of(_naive.Available($"{id}", Now)));
        var outcome = Client.RedeemFromAccount(id, amount);
        var drawn = (outcome as Outcome<AccountRedemption>.Accepted)?.Value;
        if (outcome is Outcome<AccountRedemption>.Refused(Refusal.InvalidOperation(var detail)))
            AssertAdvertisedAmountCanBeRedeemed(id, detail);
        return (
            Said(
                outcome,
                redeemed =>
                    $"drew {string.Join(" + ", redeemed.Draws.Select(draw => $"{draw.Amount} of {draw.Batch}"))}, {redeemed.Left} left"
            ),
            _naive.RedeemFromAccount(
                $"{id}",
                amount,
                drawn is null ? [] : [.. drawn.Draws.Select(draw => $"{draw.Id}")],
                Now,
                AllocationDecisions.MaxBatchesPerRedemption
            )
        );
    }

    private void AssertAdvertisedAmountCanBeRedeemed(CreditAccountId id, string detail)
    {
        var redemption = Client.Decide(id, Advertised(detail)).Accepted();
        Assert.Equal(AllocationDecisions.MaxBatchesPerRedemption, redemption.Draws.Length);
        Client.Decide(id, Advertised(detail) + 1).Refused<AccountRedemption, Refusal.InvalidOperation>();
    }

    private (string Answer, string Expected) WaitForExpiry(int nth, int milliseconds)
    {
        var ahead = Client
            .Batches.Select(batch => batch.ExpiresOn)
            .OfType<DateTimeOffset>()
            .Where(at => at > Now)
            .Distinct()
            .Order()
            .ToList();
        var then = ahead.Count == 0 ? Now.AddDays(1) : ahead[nth % ahead.Count].AddMilliseconds(milliseconds);
        Client.Now = then > Now ? then : Now;
        return ("", "");
    }

    private static string Said<T>(Outcome<T> outcome, Func<T, string> accepted) =>
        outcome switch
        {
            Outcome<T>.Accepted(var value) => accepted(value),
            Outcome<T>.Refused(Refusal.Invalid(var faults)) =>
                $"refused: {string.Join(", ", faults.Select(fault => fault.Code))}",
            Outcome<T>.Refused(Refusal.InvalidState) => "refused: not active",
            Outcome<T>.Refused(Refusal.InsufficientCredits(var requested, var available, null)) =>
                $"refused: {requested} of {available} available",
            Outcome<T>.Refused(Refusal.InvalidOperation(var detail)) => $"refused: {Advertised(detail)} at once",
            _ => throw new InvalidOperationException($"Not an outcome that a history has: {outcome}"),
        };

    private static long Advertised(string detail)
    {
        const string Before = "Redeem at most ";
        var amount = detail[(detail.IndexOf(Before, StringComparison.Ordinal) + Before.Length)..];
        return long.Parse(amount[..amount.IndexOf(' ', StringComparison.Ordinal)]);
    }

    private static string Seen(CreditBatchStanding standing)
    {
        var (batch, balances) = (standing.Batch, standing.Balances);
        return $"{batch.Id} {batch.Name} {standing.Status.Name()}, {balances.Starting} {balances.Adjustments:+0;-0;0}: "
            + $"{balances.Current} current, {balances.Unspent} unspent, {balances.Redeemed} redeemed, "
            + $"{balances.Lapsed} lapsed; until {batch.ExpiresOn:O}, updated {standing.UpdatedAt:O}";
    }

    private string Seen(CreditAllocation allocation)
    {
        var standing = Client.Standing(allocation.Id);
        return $"{allocation.Id} of {allocation.Batch}: {allocation.Amount} = {standing.Unspent} unspent, "
            + $"{allocation.Redeemed} redeemed, {allocation.Returned} returned, {standing.Lapsed} lapsed";
    }

    private Change<DateTimeOffset?> Resolve(Expiry expiry) =>
        expiry switch
        {
            Expiry.In(var days) => Change<DateTimeOffset?>.To(
                new DateTimeOffset(Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(days)
            ),
            Expiry.Never => Change<DateTimeOffset?>.To(null),
            _ => default,
        };

    private CreditAccountId? AccountAt(int? nth) =>
        nth is { } n && Client.Accounts.Count > 0 ? Client.Accounts.ElementAt(n % Client.Accounts.Count).Id : null;

    private CreditBatchId BatchAt(int nth) => Client.Batches[nth % Client.Batches.Count].Id;

    private CreditAllocationId AllocationAt(int nth) => Client.Allocations[nth % Client.Allocations.Count].Id;
}
