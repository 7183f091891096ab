using Drawdown.Functions.Tests.Billing.Support;
using Drawdown.Functions.Tests.Support;
using Drawdown.Testing;

namespace Drawdown.Functions.Tests.Billing;

/// <summary>Renewals as a user of LocalHost sees them: the clock is moved, and what falls due happens.</summary>
public sealed class RenewalHostTests(AzuriteServer azurite)
{
    [Fact]
    public async Task The_clock_takes_a_subscription_through_a_year()
    {
        await using var host = new BillingHost(azurite);
        await host.InitializeAsync();
        var seats = await host.Seats();
        await seats.Change(18m, invoiceNow: false).Is(200);
        await host.Api.Grant(seats.Customer, 20m);

        foreach (var month in Enumerable.Range(1, 6))
            await Move(BillingHost.April.AddMonths(month));
        await Move(BillingHost.April.AddMonths(12));

        var invoices = await seats.Invoices();
        Assert.Equal(
            [5m, 0m, 0m, 7m, .. Enumerable.Repeat(8m, 9)],
            invoices.Select(invoice => invoice.Money("amount"))
        );
        Assert.Equal(
            ["Seats: prepaid units", "Seats: prepaid units from 15 to 18", "Applied credit"],
            invoices[1].Items("line_items").Select(line => line.Text("name"))
        );
        var shown = await host.Api.Get(seats.SubscriptionPath).Is(200);
        Assert.Equal(BillingHost.April.AddMonths(13), shown.Instant("end_date"));
        Assert.False(shown.Json.GetProperty("is_new").GetBoolean());
        await host.Api.Verify(seats.Customer);

        async Task Move(DateTimeOffset instant)
        {
            var runs = await host.App.MoveClock(instant.AddMinutes(1), TestContext.Current.CancellationToken);
            Assert.All(runs, run => Assert.Null(run.Failure));
        }
    }
}
