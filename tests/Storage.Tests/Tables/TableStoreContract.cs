using System.Globalization;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Tests.Tables;

/// <summary>
/// What every <see cref="ITableStore"/> does. The same tests run on the in-memory store and on Azurite, so that what is
/// proved on the one can be trusted on the other.
/// </summary>
public abstract class TableStoreContract(ITableStore store) : IAsyncLifetime
{
    // Not all in lower case, as no table of the product is: emulators have been known to mix the two up.
    private const string Table = "Accounts";
    private const string Partition = "acme.0123456789abcde";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Texts =>
        [
            "",
            " ",
            " leading and trailing ",
            "null",
            "true",
            "42",
            "1.50",
            "2026-03-01",
            "2026-03-01T00:00:00Z",
            "2026-03-01T00:00:00.0000000+01:00",
            "datetime'2026-03-01T00:00:00Z'",
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
            "AQID",
            "it's \"quoted\" \\ and / and %20 + &amp; <b>",
            "line\nbreak\r\nand\ttab",
            "Grüße, 残高, Баланс, מאזן",
            "😀 👩‍👩‍👧‍👦 and a combining e\u0301",
            "\u0001 and \uFFFE",
            "{\"json\": [1, null]}",
        ];

    public static TheoryData<long> Numbers => [0, 1, -1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];

    public static TheoryData<string> Instants =>
        [
            "2026-03-01T00:00:00.0000000+00:00",
            "2026-03-01T12:34:56.7890123+00:00",
            "2026-03-01T12:34:56.0000001+00:00",
            "2026-03-01T00:30:00.0000000+05:45",
            "2024-02-29T23:59:59.9999999-11:00",
            "1601-01-01T00:00:00.0000000+00:00",
            "9999-12-31T23:59:59.9999999+00:00",
        ];

    public static TheoryData<string> Keys =>
        [
            "",
            " ",
            "head",
            "credit.0123456789abcdef.00000042",
            "it's",
            "''",
            "a b+c&d=e;f,g:h@i$j!k*l(m)n[o]p{q}r<s>t|u~v^w`x\"y",
            "100%",
            "a%2Fb",
            "Grüße 残高 😀",
        ];

    // Not enumerated at discovery, which would mend what has no UTF-8 form on its way to the test.
    public static TheoryData<string> ImpossibleKeys =>
        ["a/b", "a\\b", "a#b", "a?b", "a\tb", "a\nb", "a\u007fb", "a\u0085b", "half \uD83D", new string('k', 513)];

    public static TheoryData<string> ImpossibleColumns =>
        ["", "two words", "a-b", "a.b", "1st", "ü", "PartitionKey", "RowKey", "Timestamp", new string('n', 256)];

    // Not enumerated at discovery: see ImpossibleKeys.
    public static TheoryData<object> ImpossibleValues =>
        [1.5, 1.5m, 1.5f, Guid.Empty, new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc), 1u, 'c', "half \uDE00"];

    public async ValueTask InitializeAsync() => await store.CreateTable(Table, Cancellation);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    // Reading back

    [Fact]
    public async Task A_missing_row_is_null()
    {
        await Commit(Insert("there"));

        Assert.Null(await Get("missing"));
        Assert.Null(await store.Get(Table, "another", "there", Cancellation));
    }

    [Fact]
    public async Task A_committed_row_is_read_with_its_keys_its_etag_and_nothing_but_its_columns()
    {
        string? etag = await Commit(Insert("row", ("status", "active"), ("amount", "12.50")));

        TableRow row = await Read("row");

        Assert.Equal((Partition, "row", etag), (row.Partition, row.Row, row.ETag));
        Assert.Equal(["amount", "status"], row.Columns.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_row_without_columns_is_a_row()
    {
        await Commit(new RowChange.Insert("empty", new Dictionary<string, object>(StringComparer.Ordinal)));

        Assert.Empty((await Read("empty")).Columns);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Text_comes_back_as_the_same_text(string text)
    {
        Assert.Equal(text, Assert.IsType<string>(await RoundTrip(text)));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task A_long_comes_back_as_a_long(long number)
    {
        Assert.Equal(number, Assert.IsType<long>(await RoundTrip(number)));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task An_int_comes_back_as_an_int(long number)
    {
        int expected = (int)Math.Clamp(number, int.MinValue, int.MaxValue);

        Assert.Equal(expected, Assert.IsType<int>(await RoundTrip(expected)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bool_comes_back(bool value)
    {
        Assert.Equal(value, Assert.IsType<bool>(await RoundTrip(value)));
    }

    [Theory]
    [MemberData(nameof(Instants))]
    public async Task An_instant_comes_back_to_100_nanoseconds_and_in_UTC(string text)
    {
        DateTimeOffset instant = DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture);

        DateTimeOffset read = Assert.IsType<DateTimeOffset>(await RoundTrip(instant));

        Assert.Equal(instant.UtcTicks, read.UtcTicks);
        Assert.Equal(TimeSpan.Zero, read.Offset);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(256)]
    [InlineData(TableLimits.BytesPerProperty)]
    public async Task Binary_comes_back(int length)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 256))];

        Assert.Equal(bytes, Assert.IsType<byte[]>(await RoundTrip(bytes)));
    }

    [Fact]
    public async Task A_text_of_64_KiB_comes_back()
    {
        string text = new('x', TableLimits.BytesPerProperty / 2);

        Assert.Equal(text, await RoundTrip(text));
    }

    [Fact]
    public async Task Column_names_differ_by_case_and_may_look_like_the_services_own()
    {
        await Commit(Insert("row", ("name", 1), ("Name", 2), ("_x9", 3), ("ETag", 4), ("etag", 5), ("odata_type", 6)));

        IReadOnlyDictionary<string, object> columns = (await Read("row")).Columns;

        Assert.Equal(
            [("ETag", 4), ("Name", 2), ("_x9", 3), ("etag", 5), ("name", 1), ("odata_type", 6)],
            columns.OrderBy(column => column.Key, StringComparer.Ordinal).Select(column => (column.Key, column.Value))
        );
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_key_may_hold_any_character_but_the_forbidden_ones(string key)
    {
        string partition = "p" + key;
        string? first = ETag(await store.Commit(Table, partition, [Insert(key, ("v", 1))], Cancellation));
        string? second = ETag(await store.Commit(Table, partition, [Replace(key, first, ("v", 2))], Cancellation));

        TableRow? row = await store.Get(Table, partition, key, Cancellation);

        Assert.Equal((partition, key, second, 2), (row?.Partition, row?.Row, row?.ETag, row?.Columns["v"]));
        Assert.Equal(row!.ETag, Assert.Single(await List(Range(partition, key, key + "~"))).ETag);
        Assert.IsType<CommitResult.Committed>(
            await store.Commit(Table, partition, [new RowChange.Delete(key, second!)], Cancellation)
        );
    }

    [Fact]
    public async Task A_key_has_up_to_512_characters()
    {
        string key = new('k', TableLimits.CharactersPerKey);

        await store.Commit(Table, key, [Insert(key)], Cancellation);

        Assert.NotNull(await store.Get(Table, key, key, Cancellation));
    }

    [Fact]
    public async Task What_a_caller_does_to_its_objects_afterwards_changes_no_row()
    {
        byte[] written = [1, 2, 3];
        Dictionary<string, object> columns = new(StringComparer.Ordinal) { ["bytes"] = written };
        await Commit(new RowChange.Insert("row", columns));
        written[0] = 9;
        columns["more"] = true;
        ((byte[])(await Read("row")).Columns["bytes"])[1] = 9;

        IReadOnlyDictionary<string, object> read = (await Read("row")).Columns;

        Assert.Equal([1, 2, 3], Assert.IsType<byte[]>(Assert.Single(read).Value));
    }

    // One change

    [Fact]
    public async Task Every_write_gives_the_row_another_etag()
    {
        string? first = await Commit(Insert("row", ("v", 1)));
        string? second = await Commit(Replace("row", first, ("v", 1)));
        string? third = await Commit(Upsert("row", ("v", 1)));

        Assert.Equal(3, new[] { first, second, third }.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(third, (await Read("row")).ETag);
    }

    [Fact]
    public async Task Insert_of_an_existing_row_changes_nothing()
    {
        string? etag = await Commit(Insert("row", ("v", 1)));

        await Refused(ConflictKind.RowExists, Insert("row", ("v", 2)));

        await Unchanged("row", etag, 1);
    }

    [Fact]
    public async Task Replace_with_the_current_etag_replaces_the_whole_row()
    {
        string? etag = await Commit(Insert("row", ("kept", 1), ("dropped", 1)));

        await Commit(Replace("row", etag, ("kept", 2)));

        Assert.Equal(("kept", 2), Assert.Single((await Read("row")).Columns.Select(c => (c.Key, (int)c.Value))));
    }

    [Fact]
    public async Task Commit_with_a_stale_etag_changes_nothing()
    {
        string? stale = await Commit(Insert("row", ("v", 1)));
        string? current = await Commit(Replace("row", stale, ("v", 2)));

        await Refused(ConflictKind.RowChanged, Replace("row", stale, ("v", 3)));

        await Unchanged("row", current, 2);
    }

    [Fact]
    public async Task Replace_of_a_missing_row_is_a_conflict_and_adds_nothing()
    {
        string? etag = await Commit(Insert("other", ("v", 1)));

        await Refused(ConflictKind.RowMissing, Replace("row", etag, ("v", 2)));

        Assert.Null(await Get("row"));
    }

    [Fact]
    public async Task A_row_that_was_deleted_and_added_again_is_another_version()
    {
        string? before = await Commit(Insert("row", ("v", 1)));
        await Commit(new RowChange.Delete("row", before!));
        string? after = await Commit(Insert("row", ("v", 1)));

        await Refused(ConflictKind.RowChanged, Replace("row", before, ("v", 2)));

        await Unchanged("row", after, 1);
    }

    [Fact]
    public async Task Upsert_adds_a_row_and_replaces_it_whole()
    {
        await Commit(Upsert("row", ("first", 1)));
        await Commit(Upsert("row", ("second", 2)));

        Assert.Equal("second", Assert.Single((await Read("row")).Columns).Key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delete_removes_the_row_of_its_etag_or_any(bool any)
    {
        string? etag = await Commit(Insert("row"));

        await Commit(new RowChange.Delete("row", any ? "*" : etag!));

        Assert.Null(await Get("row"));
    }

    [Fact]
    public async Task Delete_with_a_stale_etag_changes_nothing()
    {
        string? stale = await Commit(Insert("row", ("v", 1)));
        string? current = await Commit(Replace("row", stale, ("v", 2)));

        await Refused(ConflictKind.RowChanged, new RowChange.Delete("row", stale!));

        await Unchanged("row", current, 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delete_of_a_missing_row_is_a_conflict(bool any)
    {
        string? etag = await Commit(Insert("other"));

        await Refused(ConflictKind.RowMissing, new RowChange.Delete("row", any ? "*" : etag!));
    }

    // Entity group transactions

    [Fact]
    public async Task Commit_returns_the_new_etags_in_the_order_of_the_changes_and_none_for_a_deleted_row()
    {
        string? replaced = await Commit(Insert("d"));
        string? deleted = await Commit(Insert("b"));

        CommitResult result = await store.Commit(
            Table,
            Partition,
            [Insert("c"), new RowChange.Delete("b", deleted!), Upsert("a"), Replace("d", replaced)],
            Cancellation
        );

        IReadOnlyList<string?> etags = Assert.IsType<CommitResult.Committed>(result).ETags;
        Assert.Equal([(await Read("c")).ETag, null, (await Read("a")).ETag, (await Read("d")).ETag], etags);
    }

    [Theory]
    [InlineData(ConflictKind.RowExists)]
    [InlineData(ConflictKind.RowChanged)]
    [InlineData(ConflictKind.RowMissing)]
    public async Task One_failing_change_of_100_leaves_every_row_as_it_was(ConflictKind kind)
    {
        // 33 rows each to replace, to upsert over and to delete, and one to fail on, after 99 changes that would succeed.
        string[] names = [.. Enumerable.Range(0, 33).Select(i => $"{i:d2}")];
        await Commit([.. names.Select(n => Insert($"replace.{n}", ("v", 1))), Insert("fail", ("v", 1))]);
        await Commit([.. names.Select(n => Insert($"upsert.{n}", ("v", 1)))]);
        await Commit([.. names.Select(n => Insert($"delete.{n}", ("v", 1)))]);
        string stale = (await Read("fail")).ETag;
        await Commit(Replace("fail", stale, ("v", 2)));
        List<TableRow> before = await List(Range(Partition, "", "~"));
        Dictionary<string, string> etags = before.ToDictionary(r => r.Row, r => r.ETag, StringComparer.Ordinal);

        await Refused(
            kind,
            [
                .. names.Take(16).Select(n => Insert($"insert.{n}", ("v", 3))),
                .. names.Take(17).Select(n => Upsert($"new.{n}", ("v", 3))),
                .. names.Take(22).Select(n => Replace($"replace.{n}", etags[$"replace.{n}"], ("v", 3))),
                .. names.Take(22).Select(n => Upsert($"upsert.{n}", ("v", 3))),
                .. names.Take(22).Select(n => new RowChange.Delete($"delete.{n}", etags[$"delete.{n}"])),
                kind switch
                {
                    ConflictKind.RowExists => Insert("fail"),
                    ConflictKind.RowChanged => Replace("fail", stale),
                    _ => Replace("nowhere", stale),
                },
            ]
        );

        List<TableRow> after = await List(Range(Partition, "", "~"));
        Assert.Equal(before.Select(Version), after.Select(Version));

        static (string Row, string ETag, int Value) Version(TableRow row) => (row.Row, row.ETag, (int)row.Columns["v"]);
    }

    [Fact]
    public async Task The_first_failing_change_decides_the_kind_of_conflict()
    {
        string? stale = await Commit(Insert("row"));
        await Commit(Replace("row", stale));

        await Refused(ConflictKind.RowChanged, Insert("ok"), Replace("row", stale), Replace("missing", stale));
        await Refused(ConflictKind.RowMissing, Insert("ok"), Replace("missing", stale), Insert("row"));
        await Refused(ConflictKind.RowExists, Insert("row"), Replace("missing", stale));
    }

    [Fact]
    public async Task A_transaction_has_up_to_100_changes()
    {
        await Commit([.. Enumerable.Range(0, 100).Select(i => Insert($"{i:d3}"))]);

        Assert.Equal(100, (await List(Range(Partition, "", "~"))).Count);
        await Breaks([.. Enumerable.Range(0, 101).Select(i => Upsert($"{i:d3}"))]);
        await Breaks();
    }

    [Fact]
    public async Task A_row_occurs_once_in_a_transaction()
    {
        await Breaks(Insert("row"), Upsert("row"));
        await Breaks(Insert("a"), new RowChange.Delete("row", "*"), Insert("b"), new RowChange.Delete("row", "*"));

        Assert.Null(await Get("row"));
    }

    [Theory]
    [MemberData(nameof(ImpossibleKeys), DisableDiscoveryEnumeration = true)]
    public async Task A_key_that_the_service_cannot_hold_is_refused(string key)
    {
        await Breaks(Insert(key));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Commit(Table, key, [Insert("row")], Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Get(Table, key, "row", Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Get(Table, Partition, key, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => List(Range(key, "a", "b")));
    }

    [Theory]
    [MemberData(nameof(ImpossibleColumns))]
    public async Task A_column_name_that_the_service_cannot_hold_is_refused(string name)
    {
        await Breaks(Insert("row", (name, 1)));
    }

    [Theory]
    [MemberData(nameof(ImpossibleValues), DisableDiscoveryEnumeration = true)]
    public async Task A_value_that_would_not_come_back_as_itself_is_refused(object value)
    {
        await Breaks(Insert("row", ("v", value)));
    }

    [Fact]
    public async Task An_instant_before_1601_is_refused()
    {
        DateTimeOffset first = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

        await Breaks(Insert("row", ("v", first.AddTicks(-1))));
    }

    [Fact]
    public async Task A_property_over_64_KiB_is_refused()
    {
        await Breaks(Insert("row", ("v", new string('x', (TableLimits.BytesPerProperty / 2) + 1))));
        await Breaks(Insert("row", ("v", new byte[TableLimits.BytesPerProperty + 1])));
    }

    [Fact]
    public async Task A_row_over_1_MiB_is_refused()
    {
        byte[] value = new byte[TableLimits.BytesPerProperty];
        (string, object)[] columns = [.. Enumerable.Range(0, 15).Select(i => ($"c{i}", (object)value))];

        await Commit(Insert("row", columns));
        await Breaks(Insert("more", [.. columns, ("c15", value)]));
    }

    [Fact]
    public async Task A_row_with_more_than_252_columns_is_refused()
    {
        (string, object)[] columns = [.. Enumerable.Range(0, 252).Select(i => ($"c{i}", (object)i))];

        await Commit(Insert("row", columns));
        await Breaks(Insert("more", [.. columns, ("c252", 252)]));
    }

    [Fact]
    public async Task A_transaction_over_4_MiB_is_refused()
    {
        string value = new('x', TableLimits.BytesPerProperty / 2);
        (string, object)[] columns = [.. Enumerable.Range(0, 12).Select(i => ($"c{i}", (object)value))];

        await Commit([.. Enumerable.Range(0, 10).Select(i => Insert($"r{i}", columns))]);
        await Breaks([.. Enumerable.Range(0, 11).Select(i => Insert($"s{i}", columns))]);
    }

    [Fact]
    public async Task A_change_that_must_name_a_version_and_names_none_is_refused()
    {
        await Breaks(Replace("row", "*"));
        await Breaks(Replace("row", ""));
        await Breaks(new RowChange.Delete("row", ""));
    }

    // Ranges and scans

    [Fact]
    public async Task A_range_is_half_open_and_within_one_partition()
    {
        await Commit([.. "abcde".Select(letter => Insert($"{letter}"))]);
        await store.Commit(Table, Partition + "0", [Insert("c")], Cancellation);

        Assert.Equal(["b", "c"], await Rows(Range(Partition, "b", "d")));
        Assert.Equal(["b", "c"], await Rows(Range(Partition, "aa", "cc")));
        Assert.Equal(["a", "b", "c", "d", "e"], await Rows(Range(Partition, "", "~")));
        Assert.Empty(await Rows(Range(Partition, "b", "b")));
        Assert.Empty(await Rows(Range(Partition, "d", "b")));
        Assert.Empty(await Rows(Range("nowhere", "", "~")));
    }

    [Fact]
    public async Task A_range_is_in_ordinal_order()
    {
        string[] ordered =
        [
            "",
            "!",
            "-",
            ".",
            "0",
            "9",
            "A",
            "Z",
            "_",
            "a",
            "a.",
            "a.1",
            "a0",
            "z",
            "~",
            "ß",
            "é",
            "残",
        ];
        await Commit([.. ordered.Reverse().Select(row => Insert(row))]);

        Assert.Equal(ordered, await Rows(Range(Partition, "", "\uFFFF")));
        Assert.Equal(["0", "9", "A", "Z", "_"], await Rows(Range(Partition, "0", "a")));
    }

    [Fact]
    public async Task A_bound_may_hold_a_character_that_no_key_holds()
    {
        // "credit/" is where "credit." ends: '/' follows '.'.
        await Commit(Insert("credit"), Insert("credit.1"), Insert("credit.z"), Insert("credit0"));

        Assert.Equal(["credit.1", "credit.z"], await Rows(Range(Partition, "credit.", "credit/")));
        Assert.Equal(["credit", "credit.1"], await Rows(Range(Partition, "'", "credit.2'#?\\")));
    }

    [Fact]
    public async Task A_range_sees_every_row_of_many_pages_once_and_in_order()
    {
        string[] expected = await Fill(Partition, 1_205);

        Assert.Equal(expected, await Rows(Range(Partition, "", "~")));
        Assert.Equal(expected[100..1_150], await Rows(Range(Partition, "r00100", "r01150")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(25)]
    [InlineData(26)]
    [InlineData(1_000)]
    public async Task A_range_is_the_same_whatever_the_page_size(int pageSize)
    {
        string[] expected = await Fill(Partition, 25);

        Assert.Equal(expected, await Rows(store.Range(Table, Partition, "", "~", Cancellation, pageSize)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_001)]
    public async Task A_page_size_that_the_service_does_not_offer_is_refused(int pageSize)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            List(store.Range(Table, Partition, "", "~", Cancellation, pageSize))
        );
        await Assert.ThrowsAnyAsync<ArgumentException>(() => List(store.Scan(Table, "", "~", Cancellation, pageSize)));
    }

    [Fact]
    public async Task A_range_tells_the_columns_and_etags_that_a_point_read_tells()
    {
        await Commit(Insert("row", ("text", "2026-03-01"), ("long", 1L), ("int", 1), ("bytes", new byte[] { 1 })));

        TableRow point = await Read("row");
        TableRow ranged = Assert.Single(await List(Range(Partition, "", "~")));

        Assert.Equal(point with { Columns = ranged.Columns }, ranged);
        Assert.Equal(
            point.Columns.OrderBy(c => c.Key, StringComparer.Ordinal),
            ranged.Columns.OrderBy(c => c.Key, StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    public async Task A_scan_is_half_open_over_partitions_and_in_order_of_partition_and_row(int pageSize)
    {
        foreach (string partition in new[] { "p3", "p10", "P2", "p1", "p2" })
        {
            await store.Commit(Table, partition, [Insert("b"), Insert("a"), Insert("B")], Cancellation);
        }

        List<TableRow> rows = await List(store.Scan(Table, "p1", "p3", Cancellation, pageSize));

        Assert.Equal(
            ["p1 B", "p1 a", "p1 b", "p10 B", "p10 a", "p10 b", "p2 B", "p2 a", "p2 b"],
            rows.Select(row => $"{row.Partition} {row.Row}")
        );
        Assert.Empty(await List(store.Scan(Table, "p2", "p2", Cancellation, pageSize)));
        Assert.Empty(await List(store.Scan(Table, "p3", "p2", Cancellation, pageSize)));
    }

    [Fact]
    public async Task A_scan_sees_every_row_of_many_pages_once_and_in_order()
    {
        string[] first = await Fill("p1", 700);
        string[] second = await Fill("p2", 700);

        Assert.Equal([.. first, .. second], await Rows(store.Scan(Table, "p", "q", Cancellation)));
    }

    [Fact]
    public async Task A_scan_sees_a_partition_that_was_emptied_and_filled_again()
    {
        await Commit(Insert("row"));
        await Commit(new RowChange.Delete("row", "*"));
        Assert.Empty(await List(store.Scan(Table, "", "~", Cancellation)));

        await Commit(Insert("row"));

        Assert.Single(await List(store.Scan(Table, "", "~", Cancellation)));
    }

    [Fact]
    public async Task Reading_goes_on_from_where_a_deleted_row_was()
    {
        string[] expected = await Fill(Partition, 10);

        List<string> seen = [];
        await foreach (TableRow row in store.Range(Table, Partition, "", "~", Cancellation, pageSize: 3))
        {
            seen.Add(row.Row);
            await Commit(new RowChange.Delete(row.Row, row.ETag));
        }

        Assert.Equal(expected, seen);
    }

    // Rivals

    [Fact]
    public async Task Of_many_replacements_of_one_version_exactly_one_wins()
    {
        string? etag = await Commit(Insert("row", ("v", -1)));

        CommitResult[] results = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i => store.Commit(Table, Partition, [Replace("row", etag, ("v", i))], Cancellation))
        );

        int winner = Array.FindIndex(results, result => result is CommitResult.Committed);
        Assert.Single(results.OfType<CommitResult.Committed>());
        Assert.All(results.OfType<CommitResult.Conflicted>(), lost => Assert.Equal(ConflictKind.RowChanged, lost.Kind));
        Assert.Equal(winner, (await Read("row")).Columns["v"]);
    }

    [Fact]
    public async Task Of_many_insertions_of_one_row_exactly_one_wins()
    {
        CommitResult[] results = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    store.Commit(Table, Partition, [Insert($"own.{i:d2}"), Insert("row", ("v", i))], Cancellation)
                )
        );

        int winner = Array.FindIndex(results, result => result is CommitResult.Committed);
        Assert.Single(results.OfType<CommitResult.Committed>());
        Assert.Equal([$"own.{winner:d2}", "row"], await Rows(Range(Partition, "", "~")));
    }

    [Fact]
    public async Task Rivals_that_read_and_replace_lose_no_update()
    {
        await Commit(Insert("head", ("v", 0)));

        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async rival =>
                {
                    for (int done = 0; done < 10; )
                    {
                        TableRow head = await Read("head");
                        int next = (int)head.Columns["v"] + 1;
                        done +=
                            await store.Commit(
                                Table,
                                Partition,
                                [Replace("head", head.ETag, ("v", next)), Insert($"entry.{next:d2}", ("rival", rival))],
                                Cancellation
                            ) is CommitResult.Committed
                                ? 1
                                : 0;
                    }
                })
        );

        Assert.Equal(40, (await Read("head")).Columns["v"]);
        Assert.Equal(
            Enumerable.Range(1, 40).Select(i => $"entry.{i:d2}"),
            await Rows(Range(Partition, "entry.", "entry/"))
        );
    }

    // Tables

    [Fact]
    public async Task Creating_a_table_again_keeps_its_rows()
    {
        await Commit(Insert("row"));

        await store.CreateTable(Table, Cancellation);

        Assert.NotNull(await Get("row"));
    }

    [Fact]
    public async Task Tables_do_not_see_each_others_rows()
    {
        await store.CreateTable("Agenda", Cancellation);
        await Commit(Insert("row"));

        Assert.Null(await store.Get("Agenda", Partition, "row", Cancellation));
    }

    [Fact]
    public async Task A_table_can_be_read_once_it_exists()
    {
        Assert.False(await store.CanRead("Directory", Cancellation));

        await store.CreateTable("Directory", Cancellation);

        Assert.True(await store.CanRead("Directory", Cancellation));
    }

    [Fact]
    public async Task A_missing_table_is_an_outage_and_not_a_missing_row()
    {
        const string missing = "Nowhere";

        await Unavailable(() => store.Get(missing, Partition, "row", Cancellation));
        await Unavailable(() => store.Commit(missing, Partition, [Insert("row")], Cancellation));
        await Unavailable(() => store.Commit(missing, Partition, [Replace("row", "W/\"1\"")], Cancellation));
        await Unavailable(() => List(store.Range(missing, Partition, "", "~", Cancellation)));
        await Unavailable(() => List(store.Scan(missing, "", "~", Cancellation)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab-cd")]
    [InlineData("1abc")]
    [InlineData("tüte")]
    [InlineData("ab")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public async Task A_name_that_is_no_table_name_is_refused(string table)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.CreateTable(table, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.CanRead(table, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Get(table, "p", "r", Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Commit(table, "p", [Insert("r")], Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => List(store.Range(table, "p", "a", "b", Cancellation)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => List(store.Scan(table, "a", "b", Cancellation)));
    }

    [Fact]
    public async Task A_call_cancelled_by_its_caller_is_cancelled_and_no_outage()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.Get(Table, Partition, "row", cancelled.Token)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.Commit(Table, Partition, [Insert("row")], cancelled.Token)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            List(store.Range(Table, Partition, "", "~", cancelled.Token))
        );
        Assert.Null(await Get("row"));
    }

    private static RowChange Insert(string row, params (string Name, object Value)[] columns) =>
        new RowChange.Insert(row, Columns(columns));

    private static RowChange Replace(string row, string? etag, params (string Name, object Value)[] columns) =>
        new RowChange.Replace(row, Columns(columns), etag!);

    private static RowChange Upsert(string row, params (string Name, object Value)[] columns) =>
        new RowChange.Upsert(row, Columns(columns));

    private static Dictionary<string, object> Columns((string Name, object Value)[] columns) =>
        columns.ToDictionary(column => column.Name, column => column.Value, StringComparer.Ordinal);

    private static string? ETag(CommitResult result) =>
        Assert.Single(Assert.IsType<CommitResult.Committed>(result).ETags);

    private static async Task<List<TableRow>> List(IAsyncEnumerable<TableRow> rows)
    {
        List<TableRow> list = [];
        await foreach (TableRow row in rows)
        {
            list.Add(row);
        }

        return list;
    }

    private static async Task<IEnumerable<string>> Rows(IAsyncEnumerable<TableRow> rows) =>
        (await List(rows)).Select(row => row.Row);

    private static Task Unavailable(Func<Task> call) => Assert.ThrowsAsync<StorageUnavailableException>(call);

    private IAsyncEnumerable<TableRow> Range(string partition, string fromRow, string beforeRow) =>
        store.Range(Table, partition, fromRow, beforeRow, Cancellation);

    private Task<TableRow?> Get(string row) => store.Get(Table, Partition, row, Cancellation);

    private async Task<TableRow> Read(string row)
    {
        TableRow? read = await Get(row);
        Assert.NotNull(read);
        return read;
    }

    private async Task<object> RoundTrip(object value)
    {
        await Commit(Insert("row", ("value", value)));
        return (await Read("row")).Columns["value"];
    }

    private async Task<string?> Commit(RowChange change) =>
        ETag(await store.Commit(Table, Partition, [change], Cancellation));

    private async Task Commit(params RowChange[] changes) =>
        Assert.IsType<CommitResult.Committed>(await store.Commit(Table, Partition, changes, Cancellation));

    private async Task Refused(ConflictKind kind, params RowChange[] changes)
    {
        CommitResult result = await store.Commit(Table, Partition, changes, Cancellation);
        Assert.Equal(new CommitResult.Conflicted(kind), result);
    }

    private async Task Breaks(params RowChange[] changes) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.Commit(Table, Partition, changes, Cancellation));

    private async Task Unchanged(string row, string? etag, int value)
    {
        TableRow read = await Read(row);
        Assert.Equal((etag, value), (read.ETag, (int)read.Columns["v"]));
    }

    // Rows named in their order.
    private async Task<string[]> Fill(string partition, int count)
    {
        string[] rows = [.. Enumerable.Range(0, count).Select(i => $"r{i:d5}")];
        foreach (string[] chunk in rows.Chunk(TableLimits.RowsPerTransaction))
        {
            await store.Commit(Table, partition, [.. chunk.Select(row => Insert(row, ("v", row)))], Cancellation);
        }

        return rows;
    }
}
