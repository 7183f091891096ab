using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost.Tests;

/// <summary>The environment's options are read, and a bad one is told in one line.</summary>
public sealed class LocalHostOptionsTests
{
    [Fact]
    public void Without_variables_the_defaults_hold()
    {
        LocalHostOptions options = LocalHostOptions.FromEnvironment(_ => null);

        Assert.Equal(new LocalHostOptions(), options);
        Assert.Equal(
            (7071, 10000, ".azurite", "drawdown-development-key"),
            (options.Port, options.AzuritePort, options.DataFolder, options.ApiKey)
        );
    }

    [Fact]
    public void Variables_replace_the_defaults_and_empty_ones_do_not()
    {
        LocalHostOptions options = Read(
            ("PORT", "8080"),
            ("AZURITE_PORT", "20000"),
            ("DATA_DIR", "data"),
            ("DEV_API_KEY", ""),
            ("ConnectionStrings__DrawdownStorage", "UseDevelopmentStorage=true"),
            ("LOG_LEVEL", "information")
        );

        Assert.Equal(
            new LocalHostOptions
            {
                Port = 8080,
                AzuritePort = 20000,
                DataFolder = "data",
                StorageConnectionString = "UseDevelopmentStorage=true",
                LogLevel = LogLevel.Information,
            },
            options
        );
    }

    [Theory]
    [InlineData("PORT", "http")]
    [InlineData("PORT", "-1")]
    [InlineData("PORT", "65536")]
    [InlineData("AZURITE_PORT", "65534")]
    [InlineData("AZURITE_PORT", "7070")]
    [InlineData("DEV_API_KEY", "two words")]
    [InlineData("LOG_LEVEL", "loud")]
    [InlineData("LOG_LEVEL", "2")]
    public void A_bad_value_is_refused_by_its_name(string name, string value)
    {
        StartupException fault = Assert.Throws<StartupException>(() => Read((name, value)));

        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    private static LocalHostOptions Read(params (string Name, string Value)[] variables)
    {
        Dictionary<string, string> environment = variables.ToDictionary(
            variable => variable.Name,
            variable => variable.Value,
            StringComparer.Ordinal
        );
        return LocalHostOptions.FromEnvironment(environment.GetValueOrDefault);
    }
}
