namespace Drawdown.Simulation.Tests;

/// <summary>The ways in which the product is broken on purpose. Each breaks a promise, and the simulator must see it.</summary>
public static partial class Variants
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        new(
            "What expires last is drawn first",
            "Domain",
            "Credits/DrawdownOrder.cs",
            "(x.ExpiresAt ?? DateTimeOffset.MaxValue).CompareTo(y.ExpiresAt ?? DateTimeOffset.MaxValue)",
            "(y.ExpiresAt ?? DateTimeOffset.MaxValue).CompareTo(x.ExpiresAt ?? DateTimeOffset.MaxValue)"
        ),
        new(
            "What was given is drawn before what was paid for",
            "Domain",
            "Credits/DrawdownOrder.cs",
            "order = CompareCostBasis(y, x);",
            "order = CompareCostBasis(x, y);"
        ),
        new(
            "A credit can still be spent at the instant of its expiry",
            "Domain",
            "Credits/Credit.cs",
            ": ExpiresAt <= now ? EntryType.Expire",
            ": ExpiresAt < now ? EntryType.Expire"
        )
        {
            FirstSeed = 215,
        },
        new(
            "A balance is right only after the timer has run",
            "Domain",
            "Credits/CreditStanding.cs",
            "Closing is null ? 0m : Credit.Remaining;",
            "Closing is EntryType.Void ? Credit.Remaining : 0m;"
        ),
        new(
            "A credit can be spent before it is effective",
            "Domain",
            "Credits/CreditStanding.cs",
            "Credit.EffectiveAt <= Now ? Remaining : 0m",
            "Remaining"
        ),
        new(
            "A reversal gives everything to the first credit",
            "Domain",
            "Credits/DrawdownDecisions.cs",
            "byId[slice.Credit],\n                EntryType.Reinstate",
            "byId[drawdown.Slices[0].Credit],\n                EntryType.Reinstate"
        ),
        new(
            "The fence is gone: the head is written whatever it is",
            "Storage",
            "Accounts/AccountTransaction.cs",
            "snapshot.Write(AccountRows.Head, ",
            "new RowChange.Upsert(AccountRows.Head, "
        ),
        new(
            "A key is written after its effect, not with it",
            "Storage",
            "Accounts/AccountWriter.cs",
            """
                            if (result is CommitResult.Committed)
                                return new Written(decided.Answer, Replayed: false);
            """,
            """
                            if (result is CommitResult.Committed)
                            {
                                if (late.Count > 0)
                                    await tables.Commit(StorageTables.Accounts, operation.Account.Partition, late, cancellation);
                                return new Written(decided.Answer, Replayed: false);
                            }
            """
        )
        {
            Also = (
                "var rows = ToRows(operation, snapshot, decided, attempts);",
                """
                var rows = ToRows(operation, snapshot, decided, attempts);
                                var late = rows.FindAll(row => row.Row.StartsWith("key.", StringComparison.Ordinal));
                                rows.RemoveAll(late.Contains);
                """
            ),
        },
        new(
            "A key is good for any request",
            "Storage",
            "Accounts/AccountWriter.cs",
            "return row.RequestHash == operation.Key!.RequestHash",
            "return row.RequestHash.Length > 0"
        ),
        new(
            "A commit whose answer was lost is not recognised",
            "Storage",
            "Accounts/AccountWriter.cs",
            "if (attempts.Committed(snapshot.StoredHead) is { } answer)",
            "if (attempts.Committed(null) is { } answer)"
        ),
        new(
            "A torn read is believed",
            "Storage",
            "Accounts/ConsistentReads.cs",
            "Read<CreditsView?>.If(snapshot.AreAsOf(head, credits), new(head, credits))",
            "Read<CreditsView?>.Whole(new(head, credits))"
        )
        {
            FirstSeed = 101,
        },
        new(
            "What falls due is not written down",
            "Storage",
            "Accounts/AccountWriter.cs",
            "var due = operation.Due.Select(item => agenda.Add(item, cancellation)).ToList();",
            "var due = operation.Due.Take(0).Select(item => agenda.Add(item, cancellation)).ToList();"
        ),
        new(
            "A key may take effect in two accounts",
            "Storage",
            "Idempotency/IdempotencyClaims.cs",
            "return result is CommitResult.Committed ? Fence.Raised : Fence.Outrun;",
            "return Fence.Raised;"
        )
        {
            FirstSeed = 33,
        },
        new(
            "A claim without an effect blocks its key for ever",
            "Storage",
            "Idempotency/IdempotencyClaims.cs",
            "if (row is not null && KeyRow.FromRow(row) is { Answer: not null } used && !used.IsForgottenAt(now))",
            "if (row is null || KeyRow.FromRow(row) is not { Answer: not null } used || !used.IsForgottenAt(now))"
        ),
        new(
            "A message is sent before the commit that owes it",
            "Functions",
            "Subscriptions/CreateSubscription.cs",
            "directory.Add(call.Organization, decided.Subscription, token),",
            "directory.Add(call.Organization, decided.Subscription, token), decided.Change?.Owed is { } early ? messages.Send(account, early, token) : Task.CompletedTask,"
        ),
        new(
            "Each part of a period is rounded by itself",
            "Domain",
            "Subscriptions/PrepaidComponent.cs",
            "due += Price.Rate(Segments[index].Units) * period.ShareOf(Segments[index].From, to);",
            "due += Fraction.Of((Price.Rate(Segments[index].Units) * period.ShareOf(Segments[index].From, to)).Round(currency.MinorUnits));"
        ),
        new(
            "A charge that is on an invoice can come on another",
            "Domain",
            "Invoicing/InvoiceDecisions.cs",
            "one with { Status = ChargeStatus.Invoiced, Invoice = id, FailureReason = null }",
            "one with { FailureReason = null }"
        ),
        new(
            "A charge is committed without its message",
            "Domain",
            "Subscriptions/PrepaidDecisions.cs",
            "Owed = invoiceNow ? id : null,",
            "Owed = null,"
        ),
        new(
            "What a crash left in the outbox stays there",
            "Functions",
            "Charges/OutboxRelay.cs",
            "await messages.SendOrFail(account, id, cancellation);",
            ""
        ),
        new(
            "A period ends by the clock of Greenwich, not by the customer's",
            "Domain",
            "Subscriptions/BillingAnchor.cs",
            "DateTimeZoneProviders.Tzdb[Timezone]",
            "DateTimeZoneProviders.Tzdb[Timezone.Length > 0 ? \"UTC\" : Timezone]"
        ),
        new(
            "The watermark runs ahead of what was handled",
            "Storage",
            "Agenda/AgendaSweep.cs",
            "var doneUntil = now - Grace;",
            "var doneUntil = now + Grace;"
        ),
        new(
            "Credits are applied to an invoice, and it is due in full",
            "Domain",
            "Invoicing/InvoiceDecisions.cs",
            "-spent.Amount",
            "0m"
        ),
        .. Incoming,
    ];
}
