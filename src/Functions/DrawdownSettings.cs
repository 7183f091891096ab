using Drawdown.Storage;
using Drawdown.Storage.Azure;
using Microsoft.Extensions.Configuration;

namespace Drawdown.Functions;

/// <summary>What the product reads from the host's configuration.</summary>
/// <param name="Storage">
/// Where billing data is: <c>DrawdownStorage</c> (a connection string), or <c>DrawdownStorage__tableServiceUri</c>,
/// <c>DrawdownStorage__queueServiceUri</c> and, for a user-assigned identity, <c>DrawdownStorage__clientId</c>.
/// </param>
/// <param name="BootstrapKey"><c>Drawdown__BootstrapKey</c>: an API key that exists from the first start; null for none.</param>
/// <param name="BootstrapOrganization"><c>Drawdown__BootstrapOrganization</c>: the name of the organization it belongs to.</param>
public sealed record DrawdownSettings(StorageConnection Storage, string? BootstrapKey, string BootstrapOrganization)
{
    private const string Section = "DrawdownStorage";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StorageSetupException">An address is none.</exception>
    public static DrawdownSettings Read(IConfiguration configuration) =>
        new(
            new StorageConnection
            {
                ConnectionString = configuration[Section],
                TableServiceUri = Address(configuration, "tableServiceUri"),
                QueueServiceUri = Address(configuration, "queueServiceUri"),
                ManagedIdentityClientId = configuration[$"{Section}:clientId"],
                Prefix = configuration[$"{Section}:prefix"] ?? "",
            },
            configuration["Drawdown:BootstrapKey"] is { Length: > 0 } key ? key : null,
            configuration["Drawdown:BootstrapOrganization"] is { Length: > 0 } name ? name : "Default"
        );

    private static Uri? Address(IConfiguration configuration, string name) =>
        configuration[$"{Section}:{name}"] switch
        {
            null or "" => null,
            var text
                when Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps =>
                address,
            var text => throw new StorageSetupException(
                $"{Section}__{name} is '{text}': it must be an address such as https://ACCOUNT.table.core.windows.net."
            ),
        };
}
