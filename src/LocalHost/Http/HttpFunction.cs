using System.Reflection;
using Drawdown.LocalHost.Discovery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Http;

/// <summary>A function with an HTTP trigger.</summary>
internal sealed class HttpFunction
{
    // The genuine host keeps paths that start like this for itself and refuses such a function; "local" is LocalHost's.
    private static readonly string[] ReservedStarts = ["admin", "runtime", "local/"];

    private readonly FunctionMethod _function;
    private readonly IReadOnlyList<Argument<HttpContext>> _arguments;

    /// <summary>Reads the trigger.</summary>
    /// <exception cref="StartupException">The function cannot be hosted.</exception>
    public HttpFunction(FunctionMethod function, ParameterInfo parameter, HttpTriggerAttribute trigger, string prefix)
    {
        _function = function;
        Methods = [.. (trigger.Methods ?? []).Select(method => method.ToUpperInvariant())];
        Route = ParseRoute(function, trigger, prefix);
        function.MustReturnResult();
        _arguments = function.Bind<HttpContext>(candidate =>
            Bind(candidate, isTrigger: candidate.Position == parameter.Position)
        );
    }

    /// <summary>The function's name.</summary>
    public string Name => _function.Name;

    /// <summary>The methods it answers, in upper case; empty means all.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>The route template with host.json's prefix.</summary>
    public RoutePattern Route { get; }

    /// <summary>Adds the endpoint; of two routes that match a path, the one with the lower order answers.</summary>
    public void Map(IEndpointRouteBuilder endpoints, int order)
    {
        IEndpointConventionBuilder endpoint = endpoints.Map(Route, Answer).WithDisplayName(Name).WithOrder(order);
        if (Methods.Count > 0)
        {
            endpoint.WithMetadata(new HttpMethodMetadata(Methods));
        }
    }

    /// <summary>The error that stops the start, naming this function.</summary>
    public StartupException Unusable(string reason) => _function.Unusable(reason);

    private static RoutePattern ParseRoute(FunctionMethod function, HttpTriggerAttribute trigger, string prefix)
    {
        string route = (trigger.Route is null or "" ? function.Name : trigger.Route).Trim('/');
        if (
            Array.Find(ReservedStarts, start => route.StartsWith(start, StringComparison.OrdinalIgnoreCase)) is
            { } start
        )
        {
            throw function.Unusable($"its route '{route}' starts with '{start}', which belongs to the host");
        }

        RoutePattern pattern;
        try
        {
            pattern = RoutePatternFactory.Parse($"{prefix.Trim('/')}/{route}".TrimStart('/'));
        }
        catch (RoutePatternException malformed)
        {
            throw function.Unusable($"its route '{route}' is malformed: {malformed.Message}");
        }

        return pattern.Parameters.Any(parameter => parameter.IsCatchAll)
            ? throw function.Unusable(
                $"its route '{route}' is a catch-all. Never define a catch-all route: on the genuine host it shadows every "
                    + "other function"
            )
            : pattern;
    }

    private static Argument<HttpContext>? Bind(ParameterInfo parameter, bool isTrigger)
    {
        if (parameter.ParameterType == typeof(HttpRequest))
        {
            return (context, _) => context.Request;
        }

        if (parameter.ParameterType == typeof(HttpContext) && !isTrigger)
        {
            return (context, _) => context;
        }

        // Null when the route has no such value: the genuine worker calls the function with null, too.
        string name = parameter.Name!;
        return parameter.ParameterType == typeof(string) && !isTrigger
            ? (context, _) => context.Request.RouteValues[name] as string
            : null;
    }

    private async Task Answer(HttpContext context)
    {
        object? returned = await _function.Call(context.RequestServices, _arguments, context, context.RequestAborted);
        if (returned is not IResult result)
        {
            throw new InvalidOperationException($"Function '{Name}' returned null instead of a result.");
        }

        await result.ExecuteAsync(context);
    }
}
