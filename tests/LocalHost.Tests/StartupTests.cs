using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Drawdown.LocalHost.Discovery;
using Drawdown.LocalHost.Tests.Samples;
using Drawdown.LocalHost.Tests.Support;
using Drawdown.LocalHost.Timers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Drawdown.LocalHost.Tests;

/// <summary>What cannot be hosted stops the start with one line that names it.</summary>
public sealed class StartupTests
{
    [Theory]
    [InlineData(typeof(BadSamples.CatchAll), "Everything", "Never define a catch-all route")]
    [InlineData(typeof(BadSamples.UnbindableParameter), "ById", "'id' is of type Guid")]
    [InlineData(typeof(BadSamples.UnbindableTrigger), "Untyped", "'request' is of type String")]
    [InlineData(typeof(BadSamples.ValueTaskAnswer), "Valued", "must return IResult or Task<IResult>")]
    [InlineData(typeof(BadSamples.MalformedRoute), "Malformed", "malformed")]
    [InlineData(typeof(BadSamples.ReservedRoute), "Admin", "belongs to the host")]
    [InlineData(typeof(BadSamples.SameRoute), "Other", "'One' has the same route and method")]
    [InlineData(typeof(BadSamples.SameName), "twin", "same name")]
    [InlineData(typeof(BadSamples.NoTrigger), "Idle", "0 triggers")]
    [InlineData(typeof(BadSamples.NotPublic), "Hidden", "must be public")]
    [InlineData(typeof(BadSamples.UnbindableMessage), "Typed", "'message' is of type Uri")]
    [InlineData(typeof(BadSamples.MessageAnswer), "Answering", "must return Task or void")]
    [InlineData(typeof(BadSamples.BadQueue), "Shouting", "'MESSAGES'")]
    [InlineData(typeof(BadSamples.FiveFields), "Crontab", "six fields")]
    [InlineData(typeof(BadSamples.NeverDue), "Thirtieth", "never")]
    [InlineData(typeof(BadSamples.UnknownSetting), "Configured", "'No:Such:Schedule' has no value")]
    [InlineData(typeof(BadSamples.UnknownService), "Dependent", "IFormattable")]
    public async Task A_function_that_cannot_be_hosted_stops_the_start(Type functions, string name, string reason)
    {
        StartupException fault = await Assert.ThrowsAsync<StartupException>(() => Bench.Start(functions));

        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.True(
            fault.Message.Contains($"'{name}'", StringComparison.Ordinal)
                || fault.Message.Contains(functions.Name, StringComparison.Ordinal),
            fault.Message
        );
    }

    [Fact]
    public void A_trigger_is_known_by_its_place_and_not_by_what_reflection_made_of_it()
    {
        // Hosts that start at the same time may each get an object of their own for the same parameter; so do heirs.
        var method = typeof(Inherited.Heir).GetMethod(nameof(Inherited.Run))!;
        var parameter = typeof(Inherited).GetMethod(nameof(Inherited.Run))!.GetParameters()[0];
        Assert.NotSame(method.GetParameters()[0], parameter);

        var function = new TimerFunction(
            new FunctionMethod("Inherited", method),
            parameter,
            parameter.GetCustomAttribute<TimerTriggerAttribute>()!,
            new ConfigurationBuilder().Build()
        );

        Assert.Equal("Inherited", function.Name);
    }

    [Fact]
    public async Task A_port_in_use_stops_the_start_and_says_what_to_do()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        StartupException fault = await Assert.ThrowsAsync<StartupException>(() =>
            Bench.Start(options => options with { Port = port }, typeof(TextQueue))
        );

        Assert.Equal(
            $"Port {port} is in use: stop the program that listens there, or set PORT to another port.",
            fault.Message
        );
    }
}
