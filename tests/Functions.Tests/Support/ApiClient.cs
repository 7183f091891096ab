using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Drawdown.Functions.Tests.Support;

/// <summary>
/// A caller of the API with its key. It looks at every answer for what all answers have in common
/// (<see cref="AnswerRules"/>); a test looks at the rest.
/// </summary>
public sealed class ApiClient(HttpClient http, AnswerRules rules, string? key)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Another caller at the same address; without a key when it is null.</summary>
    public ApiClient As(string? otherKey) => new(http, rules, otherKey);

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) =>
        Send("GET", path, null, headers);

    public Task<Answer> Post(string path, object? body = null, params (string Name, string Value)[] headers) =>
        Send("POST", path, body, headers);

    /// <summary>Sends a request.</summary>
    /// <param name="body">
    /// Nothing when null; as it is when it is a string, bytes or a content; else an object that is written as JSON.
    /// </param>
    public async Task<Answer> Send(
        string method,
        string path,
        object? body,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = Content(body);
        if (key is not null)
            request.Headers.Add("Authorization", $"Token {key}");
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value), $"{name} cannot be sent so.");
        using var response = await http.SendAsync(request, Cancellation);
        var answer = await Answer.Of(response, Cancellation);
        rules.Check(answer);
        return answer;
    }

    /// <summary>Creates a customer of the test's own and returns its id.</summary>
    public async Task<string> NewCustomer()
    {
        var answer = await Post("/api/customers/", new { email = "jsmith@example.com" }).Is(201);
        return answer.Text("customer_id")!;
    }

    /// <summary>Grants a credit.</summary>
    public Task<Answer> Grant(
        string customer,
        decimal amount,
        DateTimeOffset? expires = null,
        DateTimeOffset? effective = null,
        decimal? paid = null,
        string currency = "USD"
    ) =>
        Post(
                "/api/credits/",
                new
                {
                    customer_id = customer,
                    amount,
                    currency_code = currency,
                    expires_at = expires,
                    effective_at = effective,
                    amount_paid = paid,
                }
            )
            .Is(201);

    /// <summary>Asks for a drawdown, which may be refused.</summary>
    public Task<Answer> Draw(string customer, decimal amount, params (string Name, string Value)[] headers) =>
        Post(
            "/api/drawdowns/",
            new
            {
                customer_id = customer,
                amount,
                currency_code = "USD",
            },
            headers
        );

    public Task<Answer> Reverse(Answer drawdown) =>
        Post($"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/").Is(200);

    /// <summary>Reads a credit again.</summary>
    public Task<Answer> Credit(Answer credit) => Get(PathOf(credit)).Is(200);

    public static string PathOf(Answer credit) => $"/api/credits/{credit.Text("credit_id")}/";

    /// <summary>What the customer has left of a currency: 0 when there is no balance in it.</summary>
    public async Task<decimal> Remaining(string customer, string currency = "USD")
    {
        var answer = await Get($"/api/customers/{customer}/balance/?currency_code={currency}").Is(200);
        return answer.Json.EnumerateArray().Sum(balance => balance.Money("remaining"));
    }

    /// <summary>All pages of a list, by following the links.</summary>
    public async Task<List<JsonElement>> All(string path)
    {
        var items = new List<JsonElement>();
        for (var next = path; next is not null; )
        {
            var page = await Get(next).Is(200);
            items.AddRange(page.Json.EnumerateArray());
            next = page.Next;
        }
        return items;
    }

    /// <summary>Asserts that the customer's ledger proves itself.</summary>
    public async Task Verify(string customer)
    {
        var report = await Get($"/api/customers/{Uri.EscapeDataString(customer)}/ledger/verify/").Is(200);
        Assert.True(report.Json.GetProperty("ok").GetBoolean(), report.Body);
        Assert.Empty(report.Items("faults"));
    }

    /// <summary>An instant as a query takes it.</summary>
    public static string Query(DateTimeOffset instant) =>
        Uri.EscapeDataString(instant.ToString("O", CultureInfo.InvariantCulture));

    private static HttpContent? Content(object? body) =>
        body switch
        {
            null => null,
            HttpContent content => content,
            byte[] bytes => Json(bytes),
            string text => Json(Encoding.UTF8.GetBytes(text)),
            _ => Json(JsonSerializer.SerializeToUtf8Bytes(body)),
        };

    private static ByteArrayContent Json(byte[] bytes) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
