using Drawdown.Domain.CreditBatches;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class BatchDrawOrderTests
{
    [Fact]
    public void The_soonest_expiry_goes_first_and_what_never_expires_last()
    {
        var never = Given.Batch(1, createdAt: Given.Day(-9));
        var late = Given.Batch(2, expiresOn: Given.Day(20), createdAt: Given.Day(-8));
        var soon = Given.Batch(3, expiresOn: Given.Day(10));

        AssertOrder(soon, late, never);
    }

    [Fact]
    public void Of_one_expiry_the_older_batch_goes_first()
    {
        var newer = Given.Batch(1, expiresOn: Given.Day(10));
        var older = Given.Batch(2, expiresOn: Given.Day(10), createdAt: Given.Now - Given.Tick);

        AssertOrder(older, newer);
        AssertOrder(older with { ExpiresOn = null }, newer with { ExpiresOn = null });
    }

    [Fact]
    public void Of_one_expiry_and_one_instant_the_smaller_id_goes_first()
    {
        AssertOrder(Given.Batch(1), Given.Batch(2), Given.Batch(3));
        AssertOrder(Given.Batch(9, expiresOn: Given.Day(1)), Given.Batch(10, expiresOn: Given.Day(1)));
    }

    [Fact]
    public void The_amount_does_not_count() => AssertOrder(Given.Batch(1, amount: 1), Given.Batch(2, amount: 2));

    [Fact]
    public void The_order_is_total()
    {
        var batch =
            from n in Gen.Choose(1, 4)
            from expiry in Gen.Choose(0, 3)
            from created in Gen.Choose(0, 2)
            select Given.Batch(n, 1, expiry == 0 ? null : Given.Day(expiry), Given.Day(-created));

        Law.HoldsFor(
            from x in batch
            from y in batch
            from z in batch
            select (x, y, z),
            c =>
            {
                Assert.Equal(Math.Sign(Compare(c.x, c.y)), -Math.Sign(Compare(c.y, c.x)));
                Assert.Equal(Key(c.x).Equals(Key(c.y)), Compare(c.x, c.y) == 0);
                if (Compare(c.x, c.y) <= 0 && Compare(c.y, c.z) <= 0)
                    Assert.True(Compare(c.x, c.z) <= 0);
            },
            count: 1000
        );

        static object Key(CreditBatch batch) => (batch.Id, batch.ExpiresOn, batch.CreatedAt);
        static int Compare(CreditBatch x, CreditBatch y) => BatchDrawOrder.Instance.Compare(x, y);
    }

    private static void AssertOrder(params CreditBatch[] batches)
    {
        for (var x = 0; x < batches.Length; x++)
        for (var y = 0; y < batches.Length; y++)
            Assert.Equal(x.CompareTo(y), Math.Sign(BatchDrawOrder.Instance.Compare(batches[x], batches[y])));
    }
}
