using System.Reflection;
using System.Text;
using Drawdown.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Drawdown.Simulation;

/// <summary>
/// The HTTP functions, called as a host calls them, on an <see cref="HttpContext"/> in memory: from the request to the bytes
/// of the answer everything is the product's.
/// </summary>
public static class HttpFunctions
{
    /// <summary>The API key of the simulated deployment.</summary>
    public const string ApiKey = "the-key-of-the-simulation";

    private static readonly List<Route> Routes =
    [
        .. (
            from type in typeof(DrawdownServices).Assembly.GetTypes()
            from method in type.GetMethods()
            where method.GetCustomAttribute<FunctionAttribute>() is not null
            from parameter in method.GetParameters()
            let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
            where trigger is not null
            select new Route(method, trigger.Methods!, trigger.Route!.Split('/'))
        )
            .OrderByDescending(route => route.Literals)
            .ThenBy(route => route.Method.DeclaringType!.Name, StringComparer.Ordinal),
    ];

    /// <summary>Calls the function that a request leads to.</summary>
    public static async Task<HttpAnswer> Call(IServiceProvider services, HttpCall call)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Response.Body = new MemoryStream();
        var question = call.Path.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? call.Path : call.Path[..question];
        var request = context.Request;
        (request.Method, request.Scheme, request.Path) = (call.Method, "http", path);
        request.QueryString = new QueryString(question < 0 ? "" : call.Path[question..]);
        request.Headers["X-API-KEY"] = ApiKey;
        if (call.Key is not null)
            request.Headers["Idempotency-Key"] = call.Key;
        if (call.IfMatch is not null)
            request.Headers.IfMatch = call.IfMatch;
        if (call.Body is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(call.Body);
            (request.ContentType, request.ContentLength) = ("application/json", bytes.Length);
            request.Body = new MemoryStream(bytes);
        }

        var segments = path.Trim('/').Split('/');
        foreach (var route in Routes)
        {
            if (route.Match(call.Method, segments) is not { } values)
                continue;
            var result = await Run(services, route.Method, request, values);
            await result.ExecuteAsync(context);
            var response = context.Response;
            return new(
                response.StatusCode,
                ((MemoryStream)response.Body).ToArray(),
                response.Headers.ContainsKey("Idempotent-Replayed")
            )
            {
                Tag = response.Headers.ETag.FirstOrDefault(),
            };
        }
        throw new InvalidOperationException($"No function answers {call}.");
    }

    private static Task<IResult> Run(
        IServiceProvider services,
        MethodInfo method,
        HttpRequest request,
        Dictionary<string, string> values
    )
    {
        var function = ActivatorUtilities.CreateInstance(services, method.DeclaringType!);
        var arguments = method
            .GetParameters()
            .Select(parameter =>
                parameter.ParameterType == typeof(HttpRequest) ? (object)request
                : parameter.ParameterType == typeof(CancellationToken) ? CancellationToken.None
                : values[parameter.Name!]
            )
            .ToArray();
        return (Task<IResult>)method.Invoke(function, arguments)!;
    }

    private sealed record Route(MethodInfo Method, string[] Verbs, string[] Segments)
    {
        public int Literals => Segments.Count(segment => segment[0] != '{');

        public Dictionary<string, string>? Match(string verb, string[] path)
        {
            if (path.Length != Segments.Length || !Verbs.Contains(verb, StringComparer.OrdinalIgnoreCase))
                return null;
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var at = 0; at < path.Length; at++)
                if (Segments[at][0] == '{')
                    values[Segments[at][1..^1]] = Uri.UnescapeDataString(path[at]);
                else if (Segments[at] != path[at])
                    return null;
            return values;
        }
    }
}
