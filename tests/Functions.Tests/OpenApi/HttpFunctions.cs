using System.Reflection;
using System.Text.Json;
using Drawdown.Functions.Api;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.Functions.Tests.OpenApi;

/// <summary>The HTTP functions of the product, found by their attributes as the hosts find them.</summary>
public static class HttpFunctions
{
    /// <summary>All of them, with their routes as the document writes paths.</summary>
    public static IReadOnlyList<HttpFunction> All { get; } =
    [
        .. from type in typeof(LotusApi).Assembly.GetTypes()
        from method in type.GetMethods()
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null
        from verb in trigger.Methods!
        select new HttpFunction(function.Name, verb.ToUpperInvariant(), PathOf(trigger.Route!)),
    ];

    // The parameters of the Lotus side are documented in snake case, those of the methods are not. A slash at the end changes
    // nothing.
    private static string PathOf(string route) =>
        !route.StartsWith("api/", StringComparison.Ordinal)
            ? "/" + route
            : "/"
                + string.Join(
                    '/',
                    route
                        .Split('/')
                        .Select(segment =>
                            segment.StartsWith('{') ? JsonNamingPolicy.SnakeCaseLower.ConvertName(segment) : segment
                        )
                );
}

/// <summary>A function and one method of its route.</summary>
/// <param name="Path">Without a slash at the end.</param>
public sealed record HttpFunction(string Name, string Method, string Path);
