using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class ActionAuditTests
{
    private readonly AccountHead _head;
    private readonly ImmutableArray<CreditBatch> _batches;
    private readonly ImmutableArray<CreditAllocation> _allocations;
    private readonly ImmutableArray<CreditAction> _actions;

    /// <summary>
    /// Actions: 1-3 grants, 4 an allocation of the first batch, 5 its redemption, 6 its return, 7-10 a redemption from the
    /// account over the second and third, 11 an adjustment, 12 a void of the third, 13 an expiry of the first.
    /// </summary>
    public ActionAuditTests()
    {
        var client = new Client();
        var account = client.OpenAccount();
        var first = client.Create(50, Given.Day(5));
        client.Create(60, Given.Day(8), account);
        var third = client.Create(70, account: account);
        var allocation = client.Allocate(first, 40);
        client.Redeem(allocation, 15).Accepted();
        client.Revoke(allocation, 10).Accepted();
        client.RedeemFromAccount(account, 70).Accepted();
        client.SetBalance(third, 30).Accepted();
        client.Void(third);
        client.Now = Given.Day(6);
        client.PostExpired();
        (_head, _batches, _allocations) = (client.Head, [.. client.Batches], [.. client.Allocations]);
        _actions = [.. client.Actions];
        Assert.Equal((13, 3), (_actions.Length, _allocations.Length));
    }

    [Fact]
    public void A_ledger_that_nobody_touched_holds()
    {
        var report = Verify(_actions);

        Assert.Empty(report.Faults);
        Assert.True(report.Ok);
        Assert.Equal((13L, _head.LastHash), (report.Entries, report.HeadHash));
    }

    [Fact]
    public void The_order_in_which_the_rows_are_read_does_not_matter() =>
        Assert.True(
            ActionAudit.Verify(_head, [.. _batches.Reverse()], [.. _allocations.Reverse()], _actions.Reverse()).Ok
        );

    [Fact]
    public void A_changed_field_of_any_action_is_found()
    {
        Func<CreditAction, CreditAction>[] changes =
        [
            action => action with { Seq = action.Seq + 1 },
            action =>
                action with
                {
                    Type = action.Type is CreditActionType.Void ? CreditActionType.Expire : CreditActionType.Void,
                },
            action => action with { Batch = new(Given.Uuid(999)) },
            action => action with { Account = action.Account is null ? new(Given.Uuid(999)) : null },
            action => action with { Ordinal = action.Ordinal + 1 },
            action => action with { Amount = action.Amount + 1 },
            action => action with { Before = action.Before with { Current = action.Before.Current + 1 } },
            action => action with { After = action.After with { Redeemed = action.After.Redeemed + 1 } },
            action => action with { Allocation = action.Allocation is null ? new(new(Given.Uuid()), "x", 0, 0) : null },
            action => action with { EffectiveAt = action.EffectiveAt + Given.Tick },
            action => action with { RecordedAt = action.RecordedAt - Given.Tick },
            action => action with { Actor = "somebody" },
            action => action with { Reason = action.Reason is null ? "" : null },
            action => action with { RequestId = "another" },
            action => action with { PreviousHash = new string('1', 64) },
            action => action with { Hash = new string('1', 64) },
        ];

        for (var seq = 1; seq <= _actions.Length; seq++)
            Assert.All(changes, change => Assert.False(Verify(Change(seq, change)).Ok));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(12)]
    public void A_removed_action_is_found(int seq) =>
        Assert.Contains(
            $"Entry {seq} is missing or doubled: the next one has seq {seq + 1}.",
            Verify(_actions.RemoveAt(seq - 1)).Faults
        );

    [Fact]
    public void A_removed_last_action_is_found() =>
        Assert.Contains(
            "The chain ends at entry 12, not at the head's entry 13.",
            Verify(_actions.RemoveAt(12)).Faults
        );

    [Fact]
    public void A_changed_head_is_found()
    {
        Assert.False(ActionAudit.Verify(_head with { LastSeq = 12 }, _batches, _allocations, _actions).Ok);
        Assert.False(
            ActionAudit.Verify(_head with { LastHash = LedgerHash.Genesis }, _batches, _allocations, _actions).Ok
        );
    }

    [Fact]
    public void Any_removed_action_is_found_even_when_the_rest_was_renumbered_and_the_chain_made_to_fit()
    {
        for (var seq = 1; seq <= _actions.Length; seq++)
            Assert.NotEmpty(Forged(_actions.RemoveAt(seq - 1)));
    }

    [Fact]
    public void A_changed_amount_is_found_even_when_the_whole_chain_was_made_to_fit()
    {
        for (var seq = 1; seq <= _actions.Length; seq++)
            Assert.NotEmpty(Forged(Change(seq, action => action with { Amount = action.Amount + 1 })));

        Assert.Contains(
            "Action 4 does not follow from the balances before it.",
            Forged(Change(4, action => action with { Amount = 41 }))
        );
    }

    [Fact]
    public void A_changed_type_is_found_even_when_the_whole_chain_was_made_to_fit()
    {
        for (var seq = 1; seq <= _actions.Length; seq++)
            foreach (var type in Enum.GetValues<CreditActionType>().Where(type => type != _actions[seq - 1].Type))
                Assert.True(Forged(Change(seq, action => action with { Type = type })).Length > 0, $"{seq} as {type}");
    }

    [Fact]
    public void Credits_that_came_from_nowhere_are_found_even_when_all_balances_were_made_to_fit()
    {
        // Five more in the grant, and everywhere after it.
        static BatchBalances More(BatchBalances balances) => balances with { Current = balances.Current + 5 };
        var forged = _actions.SetItem(1, _actions[1] with { After = More(_actions[1].After) });
        var seq = forged
            .Select((action, index) => (action, index))
            .First(x => x.index > 1 && x.action.Batch == _batches[1].Id)
            .index;
        forged = forged.SetItem(
            seq,
            forged[seq] with
            {
                Before = More(forged[seq].Before),
                After = More(forged[seq].After),
            }
        );

        Assert.Contains("Action 2 does not follow from the balances before it.", Forged(forged));
    }

    [Theory]
    [InlineData(CreditActionType.Expire)]
    [InlineData(CreditActionType.Void)]
    public void What_lapses_is_all_that_was_open(CreditActionType type)
    {
        var seq = _actions.Single(action => action.Type == type).Seq;

        Assert.Contains(
            $"Action {seq} does not follow from the balances before it.",
            Forged(Change((int)seq, action => action with { Amount = 0 }))
        );
    }

    [Fact]
    public void A_second_grant_is_found() =>
        Assert.Contains(
            $"Batch {_batches[2].Id} was granted twice.",
            Forged(Change(11, action => action with { Type = CreditActionType.Grant }))
        );

    [Fact]
    public void A_batch_that_does_not_begin_with_its_grant_is_found() =>
        Assert.Contains(
            $"Batch {_batches[0].Id} does not begin with its grant.",
            Forged(Change(1, action => action with { Type = CreditActionType.Adjust }))
        );

    [Fact]
    public void A_changed_total_of_a_batch_is_found()
    {
        Func<CreditBatch, CreditBatch>[] changes =
        [
            batch => batch with { Balances = batch.Balances with { Starting = batch.Balances.Starting + 1 } },
            batch => batch with { Balances = batch.Balances with { Adjustments = batch.Balances.Adjustments + 1 } },
            batch => batch with { Balances = batch.Balances with { Current = batch.Balances.Current + 1 } },
            batch => batch with { Balances = batch.Balances with { Unspent = batch.Balances.Unspent + 1 } },
            batch => batch with { Balances = batch.Balances with { Redeemed = batch.Balances.Redeemed + 1 } },
            batch => batch with { Balances = batch.Balances with { Lapsed = batch.Balances.Lapsed + 1 } },
            batch =>
                batch with
                {
                    Balances = batch.Balances with
                    {
                        Current = batch.Balances.Current + 1,
                        Adjustments = batch.Balances.Adjustments + 1,
                    },
                },
            batch => batch with { LastSeq = batch.LastSeq - 1 },
            batch => batch with { Entries = batch.Entries + 1 },
        ];

        for (var n = 0; n < _batches.Length; n++)
            Assert.All(
                changes,
                change =>
                    Assert.Equal(
                        [$"Batch {_batches[n].Id} does not hold what its actions say."],
                        ActionAudit
                            .Verify(_head, _batches.SetItem(n, change(_batches[n])), _allocations, _actions)
                            .Faults
                    )
            );
    }

    [Fact]
    public void A_removed_batch_is_found() =>
        Assert.Equal(
            [$"Actions of {_batches[1].Id} have no batch."],
            ActionAudit.Verify(_head, _batches.RemoveAt(1), _allocations, _actions).Faults
        );

    [Fact]
    public void A_batch_without_actions_is_found() =>
        Assert.Equal(
            [
                $"Batch {Given.Batch(999).Id} does not begin with its grant.",
                $"Batch {Given.Batch(999).Id} does not hold what its actions say.",
            ],
            ActionAudit.Verify(_head, _batches.Add(Given.Batch(999)), _allocations, _actions).Faults
        );

    [Fact]
    public void A_batch_of_which_nothing_at_all_is_known_is_found() =>
        Assert.Equal(
            [$"Batch {Given.Batch(999).Id} does not begin with its grant."],
            ActionAudit
                .Verify(
                    _head,
                    _batches.Add(Given.Batch(999) with { Balances = default, Entries = 0, LastSeq = 0 }),
                    _allocations,
                    _actions
                )
                .Faults
        );

    [Fact]
    public void A_changed_allocation_is_found()
    {
        Func<CreditAllocation, CreditAllocation>[] changes =
        [
            allocation => allocation with { Amount = allocation.Amount + 1 },
            allocation => allocation with { Redeemed = allocation.Redeemed + 1 },
            allocation => allocation with { Returned = allocation.Returned + 1 },
            allocation => allocation with { Amount = allocation.Amount + 1, Redeemed = allocation.Redeemed + 1 },
            allocation => allocation with { Amount = allocation.Amount + 1, Returned = allocation.Returned + 1 },
            allocation => allocation with { Redeemed = allocation.Redeemed + 1, Returned = allocation.Returned - 1 },
            allocation => allocation with { User = "learner-2" },
            allocation => allocation with { Batch = new(Given.Uuid(999)) },
        ];

        for (var n = 0; n < _allocations.Length; n++)
            Assert.All(
                changes,
                change =>
                    Assert.Equal(
                        [$"Allocation {_allocations[n].Id} does not hold what its actions say."],
                        ActionAudit
                            .Verify(_head, _batches, _allocations.SetItem(n, change(_allocations[n])), _actions)
                            .Faults
                    )
            );
    }

    [Fact]
    public void A_removed_allocation_is_found() =>
        Assert.Equal(
            [$"Actions of allocation {_allocations[0].Id} have no allocation."],
            ActionAudit.Verify(_head, _batches, _allocations.RemoveAt(0), _actions).Faults
        );

    [Fact]
    public void An_allocation_without_actions_is_found()
    {
        var invented = _allocations[0] with { Id = new(Given.Uuid(999)) };

        Assert.Equal(
            [$"Allocation {invented.Id} does not hold what its actions say."],
            ActionAudit.Verify(_head, _batches, _allocations.Add(invented), _actions).Faults
        );
    }

    [Fact]
    public void A_changed_move_is_found_even_when_the_whole_chain_was_made_to_fit()
    {
        Func<AllocationMove, AllocationMove?>[] changes =
        [
            move => move with { Id = _allocations[1].Id },
            move => move with { User = "learner-2" },
            move => move with { Before = move.Before + 1 },
            move => move with { After = move.After + 1 },
            move => move with { Before = move.Before + 1, After = move.After + 1 },
            _ => null,
        ];

        for (var seq = 4; seq <= 6; seq++)
            Assert.All(
                changes,
                change =>
                    Assert.NotEmpty(
                        Forged(Change(seq, action => action with { Allocation = change(action.Allocation!) }))
                    )
            );
    }

    [Fact]
    public void A_batch_that_was_moved_to_another_credit_account_is_found()
    {
        Assert.Equal(
            [$"Batch {_batches[0].Id} is not in the credit account of its actions."],
            Faults(0, _batches[0] with { Account = _batches[1].Account })
        );
        Assert.Equal(
            [$"Batch {_batches[1].Id} is not in the credit account of its actions."],
            Faults(1, _batches[1] with { Account = null })
        );
    }

    [Fact]
    public void A_void_that_its_actions_do_not_say_is_found()
    {
        AssertFound(0, _batches[0] with { VoidedAt = Given.Day(6) });
        AssertFound(2, _batches[2] with { VoidedAt = null });
        AssertFound(2, _batches[2] with { VoidedAt = _batches[2].VoidedAt + Given.Tick });

        void AssertFound(int n, CreditBatch batch) =>
            Assert.Equal(
                [$"Batch {batch.Id} is voided as its actions do not say, or the other way round."],
                Faults(n, batch)
            );
    }

    [Fact]
    public void An_allocation_that_no_learner_has_is_found_even_when_it_was_removed_with_all_its_traces()
    {
        var removed = _allocations[0];
        var actions = _actions.Select(action =>
            action.Allocation?.Id == removed.Id ? action with { Allocation = null } : action
        );

        Assert.Contains(
            "Action 4 does not follow from the balances before it.",
            Forged([.. actions], _allocations.Remove(removed))
        );
    }

    [Fact]
    public void Numbers_beyond_all_bounds_are_found_and_stop_no_audit()
    {
        for (var seq = 1; seq <= _actions.Length; seq++)
            foreach (var amount in new[] { long.MaxValue, long.MinValue })
                Assert.NotEmpty(Forged(Change(seq, action => action with { Amount = amount })));
        Assert.Equal(
            [$"Allocation {_allocations[0].Id} does not hold what its actions say."],
            ActionAudit
                .Verify(
                    _head,
                    _batches,
                    _allocations.SetItem(0, _allocations[0] with { Amount = long.MinValue }),
                    _actions
                )
                .Faults
        );
    }

    [Fact]
    public void Actions_of_another_client_are_found()
    {
        var other = new Client { Now = Given.Day(100) };
        other.Create(1);

        Assert.False(Verify([.. _actions, .. other.Actions]).Ok);
        Assert.False(Verify([.. other.Actions]).Ok);
    }

    private ImmutableArray<CreditAction> Change(int seq, Func<CreditAction, CreditAction> change) =>
        _actions.SetItem(seq - 1, change(_actions[seq - 1]));

    private ImmutableArray<string> Faults(int n, CreditBatch batch) =>
        ActionAudit.Verify(_head, _batches.SetItem(n, batch), _allocations, _actions).Faults;

    private LedgerReport Verify(ImmutableArray<CreditAction> actions) =>
        ActionAudit.Verify(_head, _batches, _allocations, actions);

    /// <summary>
    /// What is found although somebody who can write all rows has numbered and hashed everything anew, and has made the
    /// counts of the batches fit.
    /// </summary>
    private ImmutableArray<string> Forged(
        ImmutableArray<CreditAction> actions,
        ImmutableArray<CreditAllocation>? allocations = null
    )
    {
        var chained = ImmutableArray.CreateBuilder<CreditAction>();
        var previous = LedgerHash.Genesis;
        foreach (var action in actions)
        {
            var next = action with { Seq = chained.Count + 1, PreviousHash = previous };
            previous = next.ExpectedHash();
            chained.Add(next with { Hash = previous });
        }
        var counted = _batches.Select(batch =>
        {
            var own = chained.Where(action => action.Batch == batch.Id).ToList();
            return batch with { Entries = own.Count, LastSeq = own.Count == 0 ? 0 : own[^1].Seq };
        });
        var head = _head with { LastSeq = chained.Count, LastHash = previous };
        return ActionAudit.Verify(head, [.. counted], allocations ?? _allocations, chained).Faults;
    }
}
