using System.Globalization;
using Drawdown.Domain.Ids;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Ids;

public sealed class RoutedUuidTests
{
    private const string Text = "01234567-89ab-8cde-8123-456789abcdef";

    private static readonly AccountRoute Route = AccountRoute.Parse("0123456789abcde");

    [Fact]
    public void An_id_is_a_uuid_of_version_8_and_of_the_variant_of_rfc_9562() =>
        Law.HoldsFor(
            from at in Gen.Choose(0, int.MaxValue - 1)
            from random in Gen.Choose(int.MinValue + 1, int.MaxValue - 1)
            select (at, random),
            c =>
            {
                var text = RoutedUuid.Mint(Route, Given.Now.AddMilliseconds(c.at), c.random).ToString();

                Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", text);
                Assert.Equal(8, Guid.Parse(text, CultureInfo.InvariantCulture).Version);
            }
        );

    [Fact]
    public void An_id_is_the_route_around_its_version_then_42_bits_of_milliseconds_then_20_random_bits()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(0x123_4567_89ab);

        var uuid = RoutedUuid.Mint(Route, now, unchecked((int)0xfff_54321));

        // 10, then 01 0010 0011 0100 0101 0110 0111 1000 1001 1010 1011.
        Assert.Equal("01234567-89ab-8cde-9234-56789ab54321", uuid.ToString());
        Assert.Equal(uuid, RoutedUuid.Mint(Route, now, 0x54321));
        Assert.NotEqual(uuid, RoutedUuid.Mint(Route, now, 0x54320));
    }

    [Fact]
    public void The_last_millisecond_that_sorts_is_in_2109()
    {
        var last = DateTimeOffset.FromUnixTimeMilliseconds(0x3FF_FFFF_FFFF);

        Assert.Equal(2109, last.Year);
        Assert.Equal("01234567-89ab-8cde-bfff-fffffffabcde", RoutedUuid.Mint(Route, last, 0xabcde).ToString());
        Assert.Equal(
            "01234567-89ab-8cde-8000-0000000abcde",
            RoutedUuid.Mint(Route, last.AddMilliseconds(1), 0xabcde).ToString()
        );
    }

    [Fact]
    public void An_id_alone_leads_to_its_account()
    {
        var digit = Gen.Elements("0123456789abcdef".ToCharArray());

        Law.HoldsFor(
            from route in Gen.ArrayOf(digit, AccountRoute.Length)
            from random in Gen.Choose(0, int.MaxValue - 1)
            select (Route: AccountRoute.Parse(new string(route)), random),
            c =>
            {
                Assert.Equal(c.Route, RoutedUuid.Mint(c.Route, Given.Now, c.random).Account);
                Assert.Equal(c.Route, RoutedUuid.Derive(c.Route, $"{c.random}").Account);
            }
        );
    }

    [Fact]
    public void Any_uuid_leads_to_some_account()
    {
        Assert.True(RoutedUuid.TryParse("ffffffff-ffff-4fff-bfff-ffffffffffff", out var foreign));
        Assert.Equal(AccountRoute.Parse(new string('f', 15)), foreign.Account);
        Assert.Equal(AccountRoute.Parse(new string('0', 15)), default(RoutedUuid).Account);
    }

    [Fact]
    public void An_id_that_is_minted_later_sorts_later() =>
        Law.HoldsFor(
            from start in Gen.Choose(0, int.MaxValue - 1)
            from later in Gen.Choose(1, int.MaxValue - 1)
            from one in Gen.Choose(0, int.MaxValue - 1)
            from other in Gen.Choose(0, int.MaxValue - 1)
            select (start, later, one, other),
            c =>
            {
                var start = Given.Now.AddMilliseconds(c.start);
                var first = RoutedUuid.Mint(Route, start, c.one).ToString();
                var second = RoutedUuid.Mint(Route, start.AddMilliseconds(c.later), c.other).ToString();

                Assert.True(string.CompareOrdinal(first, second) < 0);
            }
        );

    [Fact]
    public void A_derived_id_follows_from_its_facts_and_from_nothing_else()
    {
        var id = RoutedUuid.Derive(Route, "action", "1");

        Assert.Equal(id, RoutedUuid.Derive(Route, "action", "1"));
        Assert.NotEqual(id, RoutedUuid.Derive(Route, "action", "2"));
        Assert.NotEqual(id, RoutedUuid.Derive(Route, "action1"));
        Assert.NotEqual(id, RoutedUuid.Derive(AccountRoute.Parse("0123456789abcdf"), "action", "1"));
        Assert.Matches("^01234567-89ab-8cde-[89ab]", id.ToString());
    }

    [Fact]
    public void Many_derived_ids_differ() =>
        Assert.Distinct(Enumerable.Range(0, 10_000).Select(n => RoutedUuid.Derive(Route, "n", $"{n}")));

    [Theory]
    [InlineData(Text)]
    [InlineData("01234567-89AB-8CDE-8123-456789ABCDEF")]
    [InlineData("01234567-89aB-8cDe-8123-456789AbcdEf")]
    public void An_id_is_read_in_either_case_and_written_in_lower(string text)
    {
        Assert.True(RoutedUuid.TryParse(text, out var id));
        Assert.Equal(Text, id.ToString());
        Assert.Equal(Text, RoutedUuids.Parse<CreditBatchId>(text).ToString());
        Assert.Equal(RoutedUuids.Parse<CreditAllocationId>(Text), RoutedUuids.Parse<CreditAllocationId>(text));
        Assert.Equal(id, RoutedUuids.Parse<CreditAccountId>(text).Uuid);
    }

    [Theory]
    [InlineData("01234567-89ab-1cde-8123-456789abcdef")]
    [InlineData("01234567-89ab-4cde-c123-456789abcdef")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void A_uuid_of_any_version_is_an_id(string text)
    {
        Assert.True(RoutedUuid.TryParse(text, out var id));
        Assert.Equal(text, id.ToString());
    }

    public static TheoryData<string> Malformed =>
        [
            "",
            "0123456789ab8cde8123456789abcdef",
            "{01234567-89ab-8cde-8123-456789abcdef}",
            "(01234567-89ab-8cde-8123-456789abcdef)",
            "01234567-89ab-8cde-8123-456789abcde",
            "01234567-89ab-8cde-8123-456789abcdef0",
            "01234567-89ab-8cde-8123-456789abcdeg",
            "01234567-89ab-8cde-8123-456789abcde٣",
            "0123456-789ab-8cde-8123-456789abcdef",
            "01234567_89ab_8cde_8123_456789abcdef",
            " 01234567-89ab-8cde-8123-456789abcdef",
            "01234567-89ab-8cde-8123-456789abcdef ",
            "01234567-89ab-8cde-8123-456789abcdef\n",
            "0x234567-89ab-8cde-8123-456789abcdef",
            "+1234567-89ab-8cde-8123-456789abcdef",
            "01234567-0x9a-8cde-8123-456789abcdef",
        ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_id_is_none(string text)
    {
        Assert.False(RoutedUuid.TryParse(text, out var id));
        Assert.False(ClientId.TryParse(text, out var client));
        Assert.Equal((default, default), (id, client));
    }

    [Fact]
    public void No_text_is_no_id()
    {
        Assert.False(RoutedUuid.TryParse(null, out _));
        Assert.False(ClientId.TryParse(null, out _));
    }

    [Fact]
    public void A_stored_id_that_is_malformed_is_a_bug() =>
        Assert.Throws<FormatException>(() => RoutedUuids.Parse<CreditBatchId>("1"));

    [Theory]
    [InlineData(Text)]
    [InlineData("01234567-89AB-8CDE-8123-456789ABCDEF")]
    public void A_clients_id_is_read_in_either_case_and_written_in_lower(string text)
    {
        Assert.True(ClientId.TryParse(text, out var id));
        Assert.Equal(Text, id.ToString());
    }

    [Fact]
    public void A_clients_id_is_made_of_32_digits_as_a_uuid_of_version_8()
    {
        Assert.Equal("00000000-0000-8000-a000-000000000000", ClientId.Of(new string('0', 32)).ToString());
        Assert.Equal("ffffffff-ffff-8fff-afff-ffffffffffff", ClientId.Of(new string('f', 32)).ToString());
        Assert.Equal(
            "01234567-89ab-8def-a123-456789abcdef",
            ClientId.Of("0123456789abcdef0123456789abcdef").ToString()
        );
    }
}
