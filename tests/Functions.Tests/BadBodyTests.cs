using System.Net.Http.Headers;
using System.Text;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

/// <summary>A body that is not what a body must be is refused by every write, and nothing is written.</summary>
public sealed class BadBodyTests(Writes writes) : IClassFixture<Writes>
{
    private const int MaxBytes = 1024 * 1024;

    public static TheoryData<string> NotJson =>
        [
            "   ",
            "{",
            "}",
            "{}}",
            "{} {}",
            "nul",
            "{\"email\"}",
            "{\"email\":}",
            "{\"email\": \"a\",}",
            "{email: 1}",
            "{'email': 1}",
            "{\"email\": \"unterminated",
            "{\"email\": \"raw\nline break\"}",
            "{\"email\": \"raw\0nul\"}",
            "{\"email\": \"\\x41\"}",
            "// comment\n{}",
            "/* comment */{}",
            "{\"amount\": NaN}",
            "{\"amount\": Infinity}",
            "{\"amount\": -Infinity}",
            "{\"amount\": 01}",
            "{\"amount\": .5}",
            "{\"amount\": 5.}",
            "{\"amount\": +5}",
            "{\"amount\": 0x10}",
            "{\"amount\": 1e}",
            "{\"amount\": 1,5}",
            "{\"amount\": --1}",
            "email=jsmith%40example.com",
            "<email>jsmith@example.com</email>",
        ];

    public static TheoryData<string> NoObject => ["null", "true", "1", "\"text\"", "[]", "[{}]"];

    public static TheoryData<string> Duplicates =>
        [
            """{"email": "a@example.com", "email": "a@example.com"}""",
            """{"email": "a@example.com", "\u0065mail": "b@example.com"}""",
            """{"metadata": {"a": 1, "a": 2}}""",
            """{"metadata": {"a": [{"b": 1, "b": null}]}}""",
        ];

    public static TheoryData<string> LoneSurrogates =>
        [
            """{"description": "\ud800"}""",
            """{"description": "\udc00\ud800"}""",
            """{"description": "a\ud83d"}""",
            """{"metadata": {"a": ["\udfff"]}}""",
            """{"metadata": {"\ud800": 1}}""",
            """{"\ud800": 1}""",
        ];

    public static TheoryData<string, byte[]> NotUtf8 =>
        new()
        {
            { "no UTF-8 at all", [.. "{\"description\": \""u8, 0xFF, .. "\"}"u8] },
            { "Latin-1", Encoding.Latin1.GetBytes("{\"description\": \"Köln\"}") },
            { "a character cut off", [.. "{\"description\": \""u8, 0xE5, 0xAE, .. "\"}"u8] },
            { "NUL written too long", [.. "{\"description\": \""u8, 0xC0, 0x80, .. "\"}"u8] },
            { "half a surrogate pair", [.. "{\"description\": \""u8, 0xED, 0xA0, 0x80, .. "\"}"u8] },
            { "UTF-16", Encoding.Unicode.GetBytes("{\"description\": \"x\"}") },
            { "UTF-16 with its mark", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{\"description\": \"x\"}")] },
            { "UTF-16, big end first", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("{}")] },
            { "UTF-32", Encoding.UTF32.GetBytes("{\"description\": \"x\"}") },
            { "two marks", [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, .. "{}"u8] },
            { "compressed", [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3] },
        };

    [Theory]
    [MemberData(nameof(NotJson))]
    [MemberData(nameof(NoObject))]
    [MemberData(nameof(Duplicates))]
    [MemberData(nameof(LoneSurrogates))]
    public async Task A_body_that_is_not_one_JSON_object_is_refused_by_every_write(string body)
    {
        await writes.Refused(
            async (path, _) =>
            {
                var answer = await writes.Api.Post(path, body).IsProblem(400, "parse_error");
                Assert.DoesNotContain("line ,", answer.Text("detail"));
            }
        );
    }

    [Theory]
    [MemberData(nameof(NotUtf8))]
    public async Task A_body_that_is_not_UTF_8_is_refused_by_every_write(string what, byte[] body)
    {
        Assert.NotEmpty(what);
        await writes.Refused((path, _) => writes.Api.Post(path, body).IsProblem(400, "parse_error"));
    }

    [Theory]
    [InlineData(33)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public async Task A_body_that_is_nested_too_deeply_is_refused_by_every_write(int depth)
    {
        var body = string.Concat(
            """{"metadata": {"a": """,
            new string('[', depth - 2),
            new string(']', depth - 2),
            "}}"
        );

        await writes.Refused((path, _) => writes.Api.Post(path, body).IsProblem(400, "parse_error"));
    }

    [Fact]
    public async Task A_body_may_be_nested_as_deeply_as_promised()
    {
        var array = new string('[', 30) + new string(']', 30);

        var answer = await writes
            .Api.Post("/api/customers/", $$$"""{"email": "jsmith@example.com", "metadata": {"a": {{{array}}}}}""")
            .Is(201);

        Assert.Equal(array, answer.Json.GetProperty("metadata").GetProperty("a").GetRawText());
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_fault()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(writes.Routes["create customer"].Body)];

        await writes.Api.Post("/api/customers/", body).Is(201);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("text/json")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/octet-stream")]
    [InlineData("application/problem+json")]
    [InlineData("application/jsonp")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/json, text/plain")]
    [InlineData("json")]
    [InlineData("*/*")]
    public async Task A_body_of_another_type_is_refused_by_every_write(string? type)
    {
        await writes.Refused(
            (path, body) => writes.Api.Post(path, Typed(body, type)).IsProblem(415, "unsupported_media_type")
        );
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; profile=\"x\"; odata=none")]
    public async Task JSON_may_be_announced_in_any_way_that_means_JSON(string type)
    {
        await writes.Api.Post("/api/customers/", Typed(writes.Routes["create customer"].Body, type)).Is(201);
    }

    [Theory]
    [InlineData(MaxBytes + 1, false)]
    [InlineData(MaxBytes + 1, true)]
    [InlineData(10_000_000, false)]
    [InlineData(10_000_000, true)]
    public async Task A_body_that_is_too_large_is_refused_by_every_write(int bytes, bool chunked)
    {
        await writes.Refused(
            (path, _) =>
                writes
                    .Api.Post(path, Sized("{}", bytes, chunked))
                    .IsProblem(413, "too_large", "The body may have 1048576 bytes at most.")
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_may_have_1_MiB(bool chunked)
    {
        await writes
            .Api.Post("/api/customers/", Sized(writes.Routes["create customer"].Body, MaxBytes, chunked))
            .Is(201);
    }

    private static ByteArrayContent Typed(string body, string? type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null)
            Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", type));
        return content;
    }

    // Padded with blanks. In chunks, without saying before how long it is.
    private static StreamContent Sized(string body, int bytes, bool chunked)
    {
        var stream = new MemoryStream(Encoding.UTF8.GetBytes(body.PadRight(bytes)));
        var content = new StreamContent(chunked ? new Unmeasured(stream) : stream);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private sealed class Unmeasured(Stream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
