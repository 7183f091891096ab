using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Drawdown.LocalHost.Discovery;

/// <summary>A method with a <c>[Function]</c> attribute, and how to call it.</summary>
internal sealed class FunctionMethod(string name, MethodInfo method)
{
    /// <summary>The name given by the attribute, by which logs and the host's own state know the function.</summary>
    public string Name => name;

    /// <summary>The class to create for each call; null when the method is static.</summary>
    public Type? Class => method.IsStatic ? null : method.ReflectedType;

    /// <summary>
    /// How each parameter gets its value; <paramref name="bind"/> answers null for one that it cannot fill. A
    /// cancellation token needs no binding.
    /// </summary>
    /// <exception cref="StartupException">A parameter cannot be filled.</exception>
    public IReadOnlyList<Argument<TTrigger>> Bind<TTrigger>(Func<ParameterInfo, Argument<TTrigger>?> bind) =>
        [
            .. method
                .GetParameters()
                .Select(parameter =>
                    parameter.ParameterType == typeof(CancellationToken)
                        ? (_, cancellation) => cancellation
                        : bind(parameter)
                            ?? throw Unusable(
                                $"parameter '{parameter.Name}' is of type {parameter.ParameterType.Name}, which cannot be bound"
                            )
                ),
        ];

    /// <summary>Refuses an HTTP function that does not return its answer as a value.</summary>
    /// <remarks>The genuine worker knows neither <c>ValueTask</c> nor <c>ActionResult</c> of T.</remarks>
    public void MustReturnResult()
    {
        Type type = method.ReturnType;
        Type answer =
            type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)
                ? type.GenericTypeArguments[0]
                : type;
        if (!answer.IsAssignableTo(typeof(IResult)))
        {
            throw Unusable($"it must return IResult or Task<IResult>, not {type.Name}");
        }
    }

    /// <summary>Refuses a queue or timer function that returns something: there is no output binding to take it.</summary>
    public void MustReturnNothing()
    {
        if (method.ReturnType != typeof(void) && method.ReturnType != typeof(Task))
        {
            throw Unusable($"it must return Task or void, not {method.ReturnType.Name}");
        }
    }

    /// <summary>The error that stops the start, naming this function.</summary>
    public StartupException Unusable(string reason) =>
        new($"Function '{name}' ({method.ReflectedType!.FullName}.{method.Name}): {reason}.");

    /// <summary>Calls the function on a new instance from <paramref name="scope"/> and awaits what it returns.</summary>
    public async Task<object?> Call<TTrigger>(
        IServiceProvider scope,
        IReadOnlyList<Argument<TTrigger>> arguments,
        TTrigger trigger,
        CancellationToken cancellation
    )
    {
        object? instance = Class is null ? null : scope.GetRequiredService(Class);
        object?[] values = [.. arguments.Select(argument => argument(trigger, cancellation))];
        object? returned = method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, values, null);
        if (returned is not Task task)
        {
            return returned;
        }

        await task;
        return method.ReturnType == typeof(Task)
            ? null
            : method.ReturnType.GetProperty(nameof(Task<>.Result))!.GetValue(task);
    }
}
