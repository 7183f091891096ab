using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests;

/// <summary>Taking a drawdown back: the original slices, to the original credits.</summary>
public sealed class ReversalTests(DrawdownHost host) : IClassFixture<DrawdownHost>
{
    [Fact]
    public async Task A_reversal_restores_exactly_the_original_slices()
    {
        var customer = await host.Api.NewCustomer();
        var soon = await host.Api.Grant(customer, 25m, expires: host.Now.AddDays(30));
        var late = await host.Api.Grant(customer, 100m);
        var drawdown = await host.Api.Draw(customer, 40.0000000001m).Is(201);
        // What happens meanwhile stays.
        await host.Api.Draw(customer, 7m).Is(201);

        var reversed = await host
            .Api.Post(
                $"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/",
                new { drawdown_id = drawdown.Text("drawdown_id"), reason = "billed twice" }
            )
            .Is(200);

        var reversal = reversed.Json.GetProperty("reversal");
        Assert.Equal(["reversed_at", "reason", "lapsed", "entries"], reversal.Names());
        Assert.Equal(("billed twice", 0m), (reversal.Text("reason"), reversal.Money("lapsed")));
        Assert.Equal(
            [(soon.Text("credit_id"), 25m, 25m), (late.Text("credit_id"), 15.0000000001m, 93m)],
            reversal
                .Items("entries")
                .Select(entry => (entry.Text("credit_id"), entry.Money("amount"), entry.Money("balance_after")))
        );
        Assert.Equal(118m, reversed.Money("remaining"));
        Assert.Equal(
            drawdown.Json.GetProperty("entries").GetRawText(),
            reversed.Json.GetProperty("entries").GetRawText()
        );
        // A drawdown that was taken back no longer stands in the credit, or its sum would not be what remains.
        Assert.Empty((await host.Api.Credit(soon)).Items("drawdowns"));
        Assert.Equal([-7m], (await host.Api.Credit(late)).Items("drawdowns").Select(line => line.Money("amount")));
        var ledger = await host.Api.All($"/api/customers/{customer}/ledger/");
        Assert.Equal(
            ["reinstate", "reinstate", "drawdown", "drawdown", "drawdown", "grant", "grant"],
            ledger.Select(entry => entry.Text("type"))
        );
        Assert.All(ledger.Take(2), entry => Assert.Equal("billed twice", entry.Text("reason")));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task A_reversal_that_is_sent_again_changes_nothing()
    {
        var customer = await host.Api.NewCustomer();
        await host.Api.Grant(customer, 10m);
        var drawdown = await host.Api.Draw(customer, 4m).Is(201);
        var first = await host.Api.Reverse(drawdown);

        var again = await host
            .Api.Post($"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/", new { reason = "another reason" })
            .Is(200);

        Assert.Equal(first.Body, again.Body);
        Assert.Equal(10m, await host.Api.Remaining(customer));
        Assert.Equal(3, (await host.Api.All($"/api/customers/{customer}/ledger/")).Count);
    }

    [Fact]
    public async Task What_comes_back_can_be_drawn_and_taken_back_again()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m);

        for (var round = 0; round < 3; round++)
        {
            var drawdown = await host.Api.Draw(customer, 10m).Is(201);
            Assert.Equal("inactive", (await host.Api.Credit(credit)).Text("status"));
            await host.Api.Reverse(drawdown);
            Assert.Equal(credit.Body, (await host.Api.Credit(credit)).Body);
        }

        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task What_comes_back_into_an_expired_credit_lapses_there()
    {
        var customer = await host.Api.NewCustomer();
        var expired = await host.Api.Grant(customer, 10m, expires: host.Now.AddHours(1));
        var living = await host.Api.Grant(customer, 10m);
        var drawdown = await host.Api.Draw(customer, 13m).Is(201);
        host.Time.Advance(TimeSpan.FromHours(2));

        var reversed = await host.Api.Reverse(drawdown);

        Assert.Equal(10m, reversed.Json.GetProperty("reversal").Money("lapsed"));
        Assert.Equal(10m, reversed.Money("remaining"));
        Assert.Equal(10m, await host.Api.Remaining(customer));
        Assert.Equal(10m, (await host.Api.Credit(living)).Money("amount_remaining"));
        var before = await host.Api.Credit(expired);
        Assert.Equal("inactive", before.Text("status"));
        var line = Assert.Single(before.Items("drawdowns"));
        Assert.Equal((-10m, "Expired"), (line.Money("amount"), line.Text("description")));

        // The timer writes down what was true before it ran.
        await host.RunTimer("DeactivateExpiredCredits");
        var after = await host.Api.Credit(expired);
        Assert.Equal(before.Body, after.Body);
        Assert.Equal(before.ETag, after.ETag);
        Assert.Equal("expire", (await host.Api.All($"/api/customers/{customer}/ledger/"))[0].Text("type"));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task What_comes_back_after_the_expiry_was_posted_is_posted_as_well()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m, expires: host.Now.AddHours(1));
        var drawdown = await host.Api.Draw(customer, 4m).Is(201);
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.RunTimer("DeactivateExpiredCredits");

        await host.Api.Reverse(drawdown);
        var before = await host.Api.Credit(credit);
        await host.RunTimer("DeactivateExpiredCredits");

        Assert.Equal([-6m, -4m], before.Items("drawdowns").Select(line => line.Money("amount")));
        Assert.Equal(before.Body, (await host.Api.Credit(credit)).Body);
        Assert.Equal(
            ["expire", "reinstate", "expire", "drawdown", "grant"],
            (await host.Api.All($"/api/customers/{customer}/ledger/")).Select(entry => entry.Text("type"))
        );
        Assert.Equal(0m, await host.Api.Remaining(customer));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task What_comes_back_into_a_voided_credit_is_voided()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m);
        var drawdown = await host.Api.Draw(customer, 4m).Is(201);
        await host.Api.Post($"{ApiClient.PathOf(credit)}void/").Is(200);

        var reversed = await host.Api.Reverse(drawdown);
        var before = await host.Api.Credit(credit);
        await host.RunTimer("DeactivateExpiredCredits");

        Assert.Equal((4m, 0m), (reversed.Json.GetProperty("reversal").Money("lapsed"), reversed.Money("remaining")));
        Assert.Equal(
            [(-6m, "Voided"), (-4m, "Voided")],
            before.Items("drawdowns").Select(line => (line.Money("amount"), line.Text("description")))
        );
        Assert.Equal(before.Body, (await host.Api.Credit(credit)).Body);
        Assert.Equal("void", (await host.Api.All($"/api/customers/{customer}/ledger/"))[0].Text("type"));
        await host.Api.Verify(customer);
    }

    [Fact]
    public async Task What_does_not_exist_cannot_be_taken_back()
    {
        var customer = await host.Api.NewCustomer();
        var credit = await host.Api.Grant(customer, 10m);
        var drawdown = await host.Api.Draw(customer, 4m).Is(201);
        var unknown = drawdown.Text("drawdown_id")![..^1] + (drawdown.Text("drawdown_id")![^1] == '0' ? '1' : '0');

        await Reverse(unknown).IsProblem(404, "not_found", $"There is no drawdown {unknown}.");
        await Reverse($"drawdown_{new string('0', 32)}").IsProblem(404, "not_found");
        await Reverse(credit.Text("credit_id")!).IsFault("invalid", "drawdown_id");
        await Reverse("drawdown_1").IsFault("invalid", "drawdown_id");
        await host
            .Api.Post($"/api/drawdowns/{drawdown.Text("drawdown_id")}/reverse/", new { drawdown_id = unknown })
            .IsFault("invalid", "drawdown_id");
        Assert.Equal(6m, await host.Api.Remaining(customer));

        Task<Answer> Reverse(string id) => host.Api.Post($"/api/drawdowns/{id}/reverse/");
    }
}
