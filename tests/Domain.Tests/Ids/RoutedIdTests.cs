using Drawdown.Domain.Ids;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Ids;

public sealed class RoutedIdTests
{
    private const string Digits = "0123456789abcdef0123456789abcdef";

    private static readonly AccountRoute Route = Given.Head.Route;

    [Fact]
    public void An_id_is_its_prefix_and_32_hex_digits()
    {
        var id = new CreditId(RoutedHex.Mint(Route, Given.Now, 1));

        Assert.Matches("^credit_[0-9a-f]{32}$", id.ToString());
        Assert.Matches("^drawdown_[0-9a-f]{32}$", new DrawdownId(id.Hex).ToString());
    }

    [Fact]
    public void An_id_alone_leads_to_its_account() => Assert.Equal(Route, Given.CreditId().Hex.Account);

    [Fact]
    public void An_id_is_the_route_then_the_milliseconds_then_20_random_bits()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(0x0123_4567_89ab);

        var hex = RoutedHex.Mint(Route, now, unchecked((int)0xfff_abcde)).ToString();

        Assert.Equal($"{Route}0123456789ababcde", hex);
    }

    [Fact]
    public void An_id_that_is_minted_later_sorts_later()
    {
        var millisecond = TimeSpan.FromMilliseconds(1);
        var cases =
            from start in Gen.Choose(0, int.MaxValue - 1)
            from later in Gen.Choose(1, int.MaxValue - 1)
            from one in Gen.Choose(0, int.MaxValue - 1)
            from other in Gen.Choose(0, int.MaxValue - 1)
            select (start, later, one, other);

        Law.HoldsFor(
            cases,
            c =>
            {
                var start = Given.Now + c.start * millisecond;
                var first = new CreditId(RoutedHex.Mint(Route, start, c.one)).ToString();
                var second = new CreditId(RoutedHex.Mint(Route, start + c.later * millisecond, c.other)).ToString();

                Assert.True(string.CompareOrdinal(first, second) < 0);
                Assert.True(RoutedId.TryParse<CreditId>(first, out var read));
                Assert.Equal(first, read.ToString());
                Assert.Equal(Route, read.Hex.Account);
            }
        );
    }

    [Fact]
    public void An_id_that_was_written_is_read_back()
    {
        Assert.True(RoutedId.TryParse<CreditId>($"credit_{Digits}", out var credit));
        Assert.True(RoutedId.TryParse<DrawdownId>($"drawdown_{Digits}", out var drawdown));

        Assert.Equal($"credit_{Digits}", credit.ToString());
        Assert.Equal($"drawdown_{Digits}", drawdown.ToString());
        Assert.Equal(credit, RoutedId.Parse<CreditId>($"credit_{Digits}"));
    }

    [Fact]
    public void The_prefixes_are_those_that_the_wire_documents()
    {
        Assert.Equal($"metric_{Digits}", RoutedId.Parse<MetricId>($"metric_{Digits}").ToString());
        Assert.Equal($"plan_{Digits}", RoutedId.Parse<PlanId>($"plan_{Digits}").ToString());
        Assert.Equal($"plan_version_{Digits}", RoutedId.Parse<PlanVersionId>($"plan_version_{Digits}").ToString());
        Assert.Equal($"sub_{Digits}", RoutedId.Parse<SubscriptionId>($"sub_{Digits}").ToString());
        Assert.Equal($"invoice_{Digits}", RoutedId.Parse<InvoiceId>($"invoice_{Digits}").ToString());
        Assert.Equal($"charge_{Digits}", RoutedId.Parse<ChargeId>($"charge_{Digits}").ToString());
    }

    [Fact]
    public void A_credit_id_with_the_old_prefix_is_the_same_id()
    {
        Assert.True(RoutedId.TryParse<CreditId>($"baladj_{Digits}", out var old));

        Assert.Equal(RoutedId.Parse<CreditId>($"credit_{Digits}"), old);
        Assert.Equal($"credit_{Digits}", old.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("credit_")]
    [InlineData(Digits)]
    [InlineData($"credit{Digits}")]
    [InlineData($"credit_{Digits}0")]
    [InlineData("credit_0123456789abcdef0123456789abcde")]
    [InlineData("credit_0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("credit_0123456789abcdef0123456789abcdeF")]
    [InlineData("credit_0123456789abcdef0123456789abcdeg")]
    [InlineData("credit_0123456789abcdef0123456789abcde\n")]
    [InlineData("credit_0123456789abcdef0123456789abcde٣")]
    [InlineData("credit_01234567-89ab-cdef-0123-456789abcdef")]
    [InlineData($" credit_{Digits}")]
    [InlineData($"credit_{Digits} ")]
    [InlineData($"CREDIT_{Digits}")]
    [InlineData($"Baladj_{Digits}")]
    [InlineData($"baladj_credit_{Digits}")]
    [InlineData($"drawdown_{Digits}")]
    [InlineData($"invoice_{Digits}")]
    public void A_malformed_id_or_one_of_another_kind_is_not_a_credit_id(string? text)
    {
        Assert.False(RoutedId.TryParse<CreditId>(text, out var id));
        Assert.Equal(default, id);
    }

    [Theory]
    [InlineData($"credit_{Digits}")]
    [InlineData($"baladj_{Digits}")]
    public void A_credit_id_is_not_a_drawdown_id(string text) =>
        Assert.False(RoutedId.TryParse<DrawdownId>(text, out _));

    [Fact]
    public void A_stored_id_that_is_malformed_is_a_bug() =>
        Assert.Throws<FormatException>(() => RoutedId.Parse<CreditId>("credit_1"));

    [Fact]
    public void An_id_that_was_never_set_has_no_text() =>
        Assert.Throws<InvalidOperationException>(() => default(CreditId).ToString());

    [Fact]
    public void A_derived_id_follows_from_its_fact_and_lies_in_the_account()
    {
        var one = RoutedHex.Derive(Route, new string('a', 64));
        var again = RoutedHex.Derive(Route, new string('a', 64));

        Assert.Equal(one, again);
        Assert.Equal(Route, one.Account);
        Assert.NotEqual(one, RoutedHex.Derive(Route, new string('b', 64)));
    }

    [Fact]
    public void An_id_is_derived_from_lower_case_hex_only() =>
        Assert.Throws<FormatException>(() => RoutedHex.Derive(Route, new string('A', 64)));
}
