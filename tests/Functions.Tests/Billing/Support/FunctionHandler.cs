using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>
/// Answers an <see cref="HttpClient"/> by calling the HTTP functions in this very process: from the request to the bytes of
/// the answer everything is the product's, without a socket or a thread of its own.
/// </summary>
public sealed class FunctionHandler(IServiceProvider services) : HttpMessageHandler
{
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
        ).OrderByDescending(route => route.Literals),
    ];

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Response.Body = new MemoryStream();
        await Fill(context.Request, request);
        var path = request.RequestUri!.AbsolutePath.Trim('/').Split('/');
        foreach (var route in Routes)
            if (route.Match(request.Method.Method, path) is { } values)
            {
                await Call(route.Method, context, values);
                return Answer(context.Response, request);
            }
        return new HttpResponseMessage(System.Net.HttpStatusCode.NotFound) { RequestMessage = request };
    }

    private static async Task Fill(HttpRequest target, HttpRequestMessage source)
    {
        target.Method = source.Method.Method;
        target.Scheme = "http";
        target.Path = PathString.FromUriComponent(source.RequestUri!);
        target.QueryString = QueryString.FromUriComponent(source.RequestUri!);
        foreach (var (name, values) in source.Headers)
            target.Headers[name] = values.ToArray();
        if (source.Content is not { } content)
            return;
        foreach (var (name, values) in content.Headers)
            target.Headers[name] = values.ToArray();
        target.Body = new MemoryStream(await content.ReadAsByteArrayAsync());
    }

    private async Task Call(MethodInfo method, HttpContext context, Dictionary<string, string> values)
    {
        var function = ActivatorUtilities.CreateInstance(services, method.DeclaringType!);
        var arguments = method
            .GetParameters()
            .Select(parameter =>
                parameter.ParameterType == typeof(HttpRequest) ? (object)context.Request
                : parameter.ParameterType == typeof(CancellationToken) ? CancellationToken.None
                : values[parameter.Name!]
            )
            .ToArray();
        var result = await (Task<IResult>)method.Invoke(function, arguments)!;
        await result.ExecuteAsync(context);
    }

    private static HttpResponseMessage Answer(HttpResponse source, HttpRequestMessage request)
    {
        var answer = new HttpResponseMessage((System.Net.HttpStatusCode)source.StatusCode)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(((MemoryStream)source.Body).ToArray()),
        };
        foreach (var (name, values) in source.Headers)
            if (!answer.Headers.TryAddWithoutValidation(name, values.ToArray()))
                answer.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
        return answer;
    }

    private sealed record Route(MethodInfo Method, string[] Verbs, string[] Segments)
    {
        public int Literals => Segments.Count(segment => segment[0] != '{');

        /// <summary>The values of the path's parameters, or null when this is another route.</summary>
        public Dictionary<string, string>? Match(string verb, string[] path)
        {
            if (path.Length != Segments.Length || !Verbs.Contains(verb, StringComparer.OrdinalIgnoreCase))
                return null;
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (segment, value) in Segments.Zip(path))
                if (segment[0] == '{')
                    values[segment[1..^1]] = Uri.UnescapeDataString(value);
                else if (segment != value)
                    return null;
            return values;
        }
    }
}
