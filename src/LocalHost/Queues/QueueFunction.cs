using System.Reflection;
using Drawdown.LocalHost.Discovery;
using Drawdown.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Drawdown.LocalHost.Queues;

/// <summary>A function with a queue trigger.</summary>
internal sealed class QueueFunction
{
    private const string PoisonSuffix = "-poison";

    private readonly FunctionMethod _function;
    private readonly IReadOnlyList<Argument<QueueMessage>> _arguments;

    /// <summary>Reads the trigger.</summary>
    /// <exception cref="StartupException">The function cannot be hosted.</exception>
    public QueueFunction(
        FunctionMethod function,
        ParameterInfo parameter,
        QueueTriggerAttribute trigger,
        IConfiguration configuration
    )
    {
        _function = function;
        Queue = SettingExpression.Resolve(trigger.QueueName, function, configuration);
        try
        {
            QueueRules.CheckQueue(PoisonQueue ?? Queue);
        }
        catch (ArgumentException)
        {
            throw function.Unusable($"'{Queue}' cannot be a queue with the poison queue '{PoisonQueue}'");
        }

        function.MustReturnNothing();
        _arguments = function.Bind<QueueMessage>(candidate =>
            candidate.Position == parameter.Position ? Bind(candidate) : null
        );
    }

    /// <summary>The function's name.</summary>
    public string Name => _function.Name;

    /// <summary>The queue whose messages it takes.</summary>
    public string Queue { get; }

    /// <summary>
    /// Where a message goes that it failed on too often. A poison queue has none of its own: what fails there stays there.
    /// Source: the queue processor of azure-sdk-for-net.
    /// </summary>
    public string? PoisonQueue => Queue.EndsWith(PoisonSuffix, StringComparison.Ordinal) ? null : Queue + PoisonSuffix;

    /// <summary>Runs the function on a message.</summary>
    public Task Call(IServiceProvider scope, QueueMessage message, CancellationToken cancellation) =>
        _function.Call(scope, _arguments, message, cancellation);

    private static Argument<QueueMessage>? Bind(ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(string))
        {
            return (message, _) => message.Body;
        }

        return parameter.ParameterType == typeof(BinaryData)
            ? (message, _) => BinaryData.FromString(message.Body)
            : null;
    }
}
