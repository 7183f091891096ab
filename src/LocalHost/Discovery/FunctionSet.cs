using System.Reflection;
using Drawdown.LocalHost.Http;
using Drawdown.LocalHost.Queues;
using Drawdown.LocalHost.Timers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Drawdown.LocalHost.Discovery;

/// <summary>The functions to host, found by their attributes as the genuine host's metadata generator finds them.</summary>
internal sealed class FunctionSet
{
    private readonly List<HttpFunction> _http = [];
    private readonly List<QueueFunction> _queues = [];
    private readonly List<TimerFunction> _timers = [];
    private readonly List<FunctionMethod> _all = [];

    private FunctionSet() { }

    /// <summary>Functions that answer requests.</summary>
    public IReadOnlyList<HttpFunction> Http => _http;

    /// <summary>Functions that take messages.</summary>
    public IReadOnlyList<QueueFunction> Queues => _queues;

    /// <summary>Functions that run on a schedule.</summary>
    public IReadOnlyList<TimerFunction> Timers => _timers;

    /// <summary>The classes to create for calls.</summary>
    public IEnumerable<Type> Classes => _all.Select(function => function.Class).OfType<Type>().Distinct();

    /// <summary>Finds the functions among the methods of these types.</summary>
    /// <exception cref="StartupException">One of them cannot be hosted; the message names it.</exception>
    public static FunctionSet Find(IEnumerable<Type> types, HostJson host, IConfiguration configuration)
    {
        FunctionSet set = new();
        foreach (MethodInfo method in types.SelectMany(MethodsOf))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is { } attribute)
            {
                set.Add(new FunctionMethod(attribute.Name, method), method, host, configuration);
            }
        }

        RouteConflicts.Refuse(set._http);
        return set;
    }

    private static IEnumerable<MethodInfo> MethodsOf(Type type) =>
        type.IsAbstract && !type.IsSealed // An abstract class is no function class; a static one is abstract and sealed.
            ? []
            : type.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
            );

    private void Add(FunctionMethod function, MethodInfo method, HostJson host, IConfiguration configuration)
    {
        if (!method.IsPublic || !method.ReflectedType!.IsVisible)
        {
            throw function.Unusable("the method and its class must be public, or the genuine host does not see it");
        }

        if (_all.Exists(other => string.Equals(other.Name, function.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw function.Unusable("another function has the same name");
        }

        _all.Add(function);
        int triggers = 0;
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            foreach (Attribute attribute in parameter.GetCustomAttributes())
            {
                switch (attribute)
                {
                    case HttpTriggerAttribute trigger:
                        _http.Add(new HttpFunction(function, parameter, trigger, host.RoutePrefix));
                        triggers++;
                        break;
                    case QueueTriggerAttribute trigger:
                        _queues.Add(new QueueFunction(function, parameter, trigger, configuration));
                        triggers++;
                        break;
                    case TimerTriggerAttribute trigger:
                        _timers.Add(new TimerFunction(function, parameter, trigger, configuration));
                        triggers++;
                        break;
                    default:
                        break; // Nullability and the like, which the compiler adds.
                }
            }
        }

        if (triggers != 1)
        {
            throw function.Unusable(
                $"it has {triggers} triggers that LocalHost knows (HTTP, queue, timer) instead of one"
            );
        }
    }
}
