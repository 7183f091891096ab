using System.Reflection;
using Drawdown.LocalHost.Discovery;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Drawdown.LocalHost.Timers;

/// <summary>A function with a timer trigger.</summary>
internal sealed class TimerFunction
{
    private readonly FunctionMethod _function;
    private readonly IReadOnlyList<Argument<TimerInfo>> _arguments;

    /// <summary>Reads the trigger.</summary>
    /// <exception cref="StartupException">The function cannot be hosted.</exception>
    public TimerFunction(
        FunctionMethod function,
        ParameterInfo parameter,
        TimerTriggerAttribute trigger,
        IConfiguration configuration
    )
    {
        _function = function;
        Schedule = TimerSchedule.Parse(SettingExpression.Resolve(trigger.Schedule, function, configuration), function);
        UseMonitor = trigger.UseMonitor;
        RunOnStartup = trigger.RunOnStartup;
        function.MustReturnNothing();
        _arguments = function.Bind<TimerInfo>(candidate =>
            candidate.Position == parameter.Position && candidate.ParameterType == typeof(TimerInfo)
                ? (info, _) => info
                : null
        );
    }

    /// <summary>The function's name.</summary>
    public string Name => _function.Name;

    /// <summary>When it runs.</summary>
    public TimerSchedule Schedule { get; }

    /// <summary>Whether the schedule's status is stored, so that an occurrence missed between two starts is noticed.</summary>
    public bool UseMonitor { get; }

    /// <summary>Whether it also runs whenever the host starts.</summary>
    public bool RunOnStartup { get; }

    /// <summary>Runs the function.</summary>
    public Task Call(IServiceProvider scope, TimerInfo info, CancellationToken cancellation) =>
        _function.Call(scope, _arguments, info, cancellation);
}
