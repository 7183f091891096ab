using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Drawdown.Functions;

/// <summary>The services that the functions need, registered the same way by both hosts.</summary>
public static class DrawdownServices
{
    /// <summary>Registers Drawdown's services.</summary>
    /// <param name="services">The host's service collection.</param>
    /// <param name="configuration">The host's configuration: app settings in Azure, the environment on one machine.</param>
    public static IServiceCollection AddDrawdown(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        return services;
    }
}
