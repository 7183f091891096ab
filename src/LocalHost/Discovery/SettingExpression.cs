using Microsoft.Extensions.Configuration;

namespace Drawdown.LocalHost.Discovery;

/// <summary>The <c>%Name%</c> form of an attribute's value, which stands for an application setting.</summary>
internal static class SettingExpression
{
    /// <summary>The value itself, or the setting that it names.</summary>
    /// <exception cref="StartupException">There is no such setting.</exception>
    public static string Resolve(string value, FunctionMethod function, IConfiguration configuration)
    {
        if (value.Length < 3 || value[0] != '%' || value[^1] != '%')
        {
            return value;
        }

        string setting = value[1..^1];
        return configuration[setting] ?? throw function.Unusable($"setting '{setting}' has no value");
    }
}
