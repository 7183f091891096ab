using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost;

/// <summary>Runs a queue or timer function in a dependency scope of its own; a failure is logged and returned.</summary>
internal sealed partial class FunctionRunner(IServiceScopeFactory scopes, ILogger<FunctionRunner> logger)
{
    /// <summary>Runs <paramref name="call"/>.</summary>
    /// <exception cref="OperationCanceledException">
    /// The host stops and the function gave up: it neither succeeded nor failed, and will be run again.
    /// </exception>
    public async Task<FunctionRun> Run(string function, Func<IServiceProvider, Task> call, CancellationToken aborting)
    {
        try
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            await call(scope.ServiceProvider);
            return new FunctionRun(function, null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !aborting.IsCancellationRequested)
        {
            LogFailed(logger, function, failure);
            return new FunctionRun(function, failure);
        }
    }

    [LoggerMessage(LogLevel.Error, "Function '{Function}' failed.")]
    private static partial void LogFailed(ILogger logger, string function, Exception failure);
}
