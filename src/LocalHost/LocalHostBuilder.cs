using System.Net;
using Drawdown.LocalHost.Clock;
using Drawdown.LocalHost.Discovery;
using Drawdown.LocalHost.Http;
using Drawdown.LocalHost.Queues;
using Drawdown.LocalHost.Timers;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Drawdown.LocalHost;

/// <summary>Puts together the web application that hosts the functions; starting it is left to <see cref="LocalHostApp"/>.</summary>
internal static class LocalHostBuilder
{
    // Large enough for the functions' own limit to be the one that answers 413.
    private const long LargestBody = 100 * 1024 * 1024;

    /// <inheritdoc cref="LocalHostApp.Start(LocalHostOptions, Action{IServiceCollection, IConfiguration}, IEnumerable{Type}, CancellationToken)"/>
    public static WebApplication Build(
        LocalHostOptions options,
        Action<IServiceCollection, IConfiguration> configureServices,
        IEnumerable<Type> functionClasses
    )
    {
        // The empty builder, because the usual one would also listen where ASPNETCORE_URLS and the like say.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .Configuration.AddEnvironmentVariables()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["DrawdownStorage"] = options.StorageConnectionString,
                    ["Drawdown:BootstrapKey"] = options.ApiKey,
                    ["Drawdown:BootstrapOrganization"] = "Development",
                }
            );
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, options.Port);
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = LargestBody;
            });

        HostJson hostJson = options.HostJson ?? HostJson.Read(HostJson.DefaultPath);
        FunctionSet functions = FunctionSet.Find(functionClasses, hostJson, builder.Configuration);
        AddServices(builder.Services, options, hostJson, functions);
        configureServices(builder.Services, builder.Configuration);
        foreach (Type functionClass in functions.Classes)
        {
            builder.Services.TryAddScoped(functionClass);
        }

        // A function that cannot be created stops the start instead of failing its first request.
        builder.Host.UseDefaultServiceProvider(provider => provider.ValidateOnBuild = provider.ValidateScopes = true);
        WebApplication app = BuildOrExplain(builder);
        OpenStorage(app.Services);

        app.UseRouting();
        app.UseMiddleware<BareAnswers>();
        MapEndpoints(app, functions);
        return app;
    }

    private static void AddServices(
        IServiceCollection services,
        LocalHostOptions options,
        HostJson hostJson,
        FunctionSet functions
    )
    {
        services.AddRouting();
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopTimeout);

        TestClock clock = new(options.RealTime);
        services.AddSingleton(clock);
        services.AddSingleton<TimeProvider>(clock);

        services.AddSingleton(functions);
        services.AddSingleton(hostJson.Queues);
        services.AddSingleton<Shutdown>();
        services.AddSingleton<FunctionRunner>();
        services.AddSingleton<TimerStatusStore>();
        services.AddSingleton<FunctionTimers>();
        services.AddSingleton<QueuePumps>();
        services.AddSingleton<ClockStore>();
        services.AddSingleton<ClockMover>();
    }

    private static WebApplication BuildOrExplain(WebApplicationBuilder builder)
    {
        try
        {
            return builder.Build();
        }
        catch (AggregateException invalid)
        {
            throw new StartupException(
                "The functions' services are incomplete: "
                    + string.Join(' ', invalid.InnerExceptions.Select(one => one.GetBaseException().Message)),
                invalid
            );
        }
    }

    // Early and by itself, because a malformed connection string shows only when a client is made from it.
    private static void OpenStorage(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<ITableStore>();
            services.GetRequiredService<IQueueStore>();
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new StartupException(
                "The storage cannot be opened: set DrawdownStorage to a connection string, or to nothing to use Azurite. "
                    + fault.Message.ReplaceLineEndings(" "),
                fault
            );
        }
    }

    private static void MapEndpoints(WebApplication app, FunctionSet functions)
    {
        ClockEndpoints.Map(
            app,
            app.Services.GetRequiredService<TestClock>(),
            app.Services.GetRequiredService<ClockMover>()
        );

        // Of several functions whose routes match, the genuine host calls the first by name, unlike ASP.NET Core, which
        // prefers literal segments. Source: azure-functions-host, issue 9876.
        int order = 0;
        foreach (
            HttpFunction function in functions.Http.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
        )
        {
            function.Map(app, ++order);
        }
    }

    // The usual lifetime listens to Ctrl+C, which is for the program to decide and not for an app inside a test.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
