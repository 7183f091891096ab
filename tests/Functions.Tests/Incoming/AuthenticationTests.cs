using Drawdown.Functions.Tests.OpenApi;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Incoming;

/// <summary>The Incoming side opens to the same keys in the same headers, and says nothing to anybody else.</summary>
public sealed class AuthenticationTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    private ApiClient Anyone => host.Api.As(null);

    /// <summary>The routes as the functions declare them, so that a new one is tested as well.</summary>
    public static TheoryData<string, string> Routes
    {
        get
        {
            var routes = new TheoryData<string, string>();
            foreach (
                var function in HttpFunctions.All.Where(function =>
                    function.Path.StartsWith("/incoming/", StringComparison.Ordinal)
                )
            )
                routes.Add(function.Method, function.Path);
            return routes;
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Without_its_key_nothing_is_answered_but_an_empty_401(string method, string path)
    {
        // Nor is anything said about the request: it is not even read.
        var body = method == "GET" ? null : "{ this is not JSON";
        (string, string)[][] callers =
        [
            [],
            [("Authorization", "Bearer wrong")],
            [("Authorization", "Bearer ")],
            [("Authorization", "Bearer")],
            [("Authorization", "Token wrong")],
            [("Authorization", "Basic dXNlcjpwYXNz")],
            [("Authorization", DrawdownHost.Key)],
            [("Authorization", $"Bearer {DrawdownHost.Key}2")],
            [("Authorization", $"Bearer {DrawdownHost.Key}"), ("X-API-KEY", "wrong")],
            [("X-API-KEY", "wrong")],
            [("X-API-KEY", "")],
            [("X-API-KEY", $"Bearer {DrawdownHost.Key}")],
        ];

        foreach (var headers in callers)
        {
            var answer = await Anyone.Send(method, path, body, headers).Is(401);

            Assert.Empty(answer.Bytes);
            Assert.Equal("0", answer.Header("Content-Length"));
            Assert.NotNull(answer.Header("WWW-Authenticate"));
        }
    }

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer ")]
    [InlineData("Authorization", "Token ")]
    [InlineData("X-API-KEY", "")]
    public async Task The_key_is_read_from_three_headers(string header, string scheme)
    {
        await Anyone
            .Post(IncomingCalls.Clients, new { name = "Acme University" }, (header, scheme + DrawdownHost.Key))
            .Is(201);
    }

    [Fact]
    public async Task The_documented_request_is_accepted_as_it_is_written()
    {
        var batch = await host.Api.NewBatch(await host.Api.NewClient(), 5);

        var answer = await Anyone
            .Put(
                $"{IncomingCalls.Batches}/{batch.Id()}",
                """{"name": "string", "expiresOn": "2024-01-01T00:00:00.000Z", "currentBalance": 0}""",
                ("Authorization", $"Bearer {DrawdownHost.Key}")
            )
            .Is(200);

        var updated = answer.Thing("UpdateCreditBatch");
        Assert.Equal(("active", 0, 0), updated.Standing());
        Assert.Equal(("string", "2024-01-01T00:00:00.000Z"), (updated.Text("name"), updated.Text("expiresOn")));
    }
}
