namespace Drawdown.Simulation.Tests;

/// <summary>The Incoming side, broken.</summary>
public static partial class Variants
{
    private const string Allocations = "CreditBatches/AllocationDecisions.cs";
    private const string Batches = "CreditBatches/CreditBatchDecisions.cs";

    private static IEnumerable<Variant> Incoming =>
        [
            new(
                "The batch that expires last is drawn first",
                "Domain",
                "CreditBatches/BatchDrawOrder.cs",
                "order = Nullable.Compare(x.ExpiresOn, y.ExpiresOn);",
                "order = Nullable.Compare(y.ExpiresOn, x.ExpiresOn);"
            ),
            new(
                "Of two batches that expire together the later one is drawn first",
                "Domain",
                "CreditBatches/BatchDrawOrder.cs",
                "order = x.CreatedAt.CompareTo(y.CreatedAt);",
                "order = y.CreatedAt.CompareTo(x.CreatedAt);"
            ),
            new(
                "A batch can still be spent at the instant of its expiry",
                "Domain",
                "CreditBatches/CreditBatch.cs",
                "seen < expiry)",
                "seen <= expiry)"
            ),
            new(
                "A clock that is late opens again what another one has closed",
                "Domain",
                "CreditBatches/CreditBatch.cs",
                "var seen = now > UpdatedAt ? now : UpdatedAt;",
                "var seen = now;"
            )
            {
                FirstSeed = 60,
            },
            new(
                "Credits are allocated that are not there",
                "Domain",
                Allocations,
                "if (standing.Balances.Current < request.Amount)\n            return new Refusal.InsufficientCredits(request.Amount, standing.Balances.Current, null);",
                "request = request with { Amount = Math.Min(request.Amount, standing.Balances.Current) };"
            ),
            new(
                "What is revoked in a closed batch comes back",
                "Domain",
                Allocations,
                "if (asked == 0 || !batch.StandingAt(by.Now).IsActive)",
                "if (asked == 0 || batch.Balances.Unspent == 0)"
            ),
            new(
                "Credits of a closed batch can be redeemed until the timer has run",
                "Domain",
                Allocations,
                "var unspent = allocation.StandingIn(batch.StandingAt(by.Now)).Unspent;",
                "var unspent = Math.Min(allocation.Left, batch.Balances.Unspent);"
            ),
            new(
                "What is allocated and unspent does not lapse with its batch",
                "Domain",
                "CreditBatches/BatchBalances.cs",
                "public long Open => Current + Unspent;",
                "public long Open => Current;"
            )
            {
                Also = (
                    "                Unspent = 0,\n                Lapsed = Lapsed + amount,",
                    "                Lapsed = Lapsed + amount,"
                ),
            },
            new(
                "A redemption from an account takes what it gets",
                "Domain",
                Allocations,
                "if (available < request.Amount)\n            return new Refusal.InsufficientCredits(request.Amount, available, null);",
                "request = request with { Amount = Math.Max(1, Math.Min(request.Amount, available)) };"
            ),
            new(
                "A redemption from an account draws on any number of batches",
                "Domain",
                Allocations,
                "public const int MaxBatchesPerRedemption = 24;",
                "public const int MaxBatchesPerRedemption = 1000;"
            )
            {
                FirstSeed = 15,
            },
            new(
                "A balance is set and not written down",
                "Domain",
                Batches,
                "changed = posting.Post(changed, CreditActionType.Adjust, delta, by.Now, \"Balance set\");",
                "changed = changed with { Balances = changed.Balances.After(CreditActionType.Adjust, delta) };"
            ),
            new(
                "The timer lets batches lapse that are still open",
                "Domain",
                Batches,
                "&& batch.StandingAt(by.Now).Status is CreditBatchStatus.Expired",
                "&& batch.VoidedAt is null"
            )
            {
                FirstSeed = 125,
            },
            new(
                "The expiry of an account's batch is not on the agenda",
                "Functions",
                "CreditBatches/CreateCreditBatch.cs",
                "Before = terms.ExpiresOn.IsSet",
                "Before = terms.StartingBalance >= 0"
            )
            {
                FirstSeed = 35,
            },
            new(
                "An allocation is decided on beside a newer batch",
                "Storage",
                "Accounts/ConsistentReads.cs",
                "allocation.Left <= batch.Balances.Unspent",
                "allocation.Left >= 0"
            )
            {
                FirstSeed = 45,
            },
            new(
                "A row is believed that is newer than the head",
                "Storage",
                "Accounts/ConsistentReads.cs",
                "snapshot.NewestRow <= head.Version",
                "snapshot.NewestRow >= 0"
            )
            {
                FirstSeed = 85,
            },
            new(
                "A tag of an older state lets a write go ahead",
                "Functions",
                "Api/EntityTag.cs",
                "request.Headers.IfMatch.Count == 0 || ",
                "request.Headers.IfMatch.Count >= 0 || "
            ),
            new(
                "A cursor forgets the item after it",
                "Functions",
                "Api/Incoming/IncomingPage.cs",
                "if (hasMore)\n            items.RemoveAt(Size);\n        var cursor = hasMore ? await call.Sign(position(items[^1])) : null;",
                "var cursor = hasMore ? await call.Sign(position(items[^1])) : null;\n        if (hasMore)\n            items.RemoveAt(Size);"
            ),
        ];
}
