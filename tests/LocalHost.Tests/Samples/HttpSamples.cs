using Drawdown.LocalHost.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Tests.Samples;

/// <summary>Functions that show how requests are routed and bound.</summary>
public sealed class HttpSamples(Probe probe)
{
    private readonly Guid _instance = Guid.CreateVersion7();

    [Function("GetItem")]
    public IResult Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/items/{ID}/")] HttpRequest request,
        string id
    ) => TypedResults.Text($"{request.Method} {id}");

    [Function("PutItem")]
    public async Task<IResult> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "PUT", Route = "api/items/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellation
    )
    {
        using StreamReader body = new(request.Body);
        await probe.Report(await body.ReadToEndAsync(cancellation), cancellation);
        return TypedResults.NoContent();
    }

    [Function("AnyMethod")]
    public Task<IResult> Any([HttpTrigger(Route = "any")] HttpRequest request) =>
        Task.FromResult<IResult>(TypedResults.Text(request.Method));

    [Function("Missing")]
    public IResult Missing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "missing/{here?}")] HttpRequest request,
        HttpContext context,
        string? here,
        string? nowhere
    ) => TypedResults.Text($"{context.Request == request} {here ?? "null"} {nowhere ?? "null"}");

    [Function("Instance")]
    public IResult Instance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "instance")] HttpRequest request
    ) => TypedResults.Text(_instance.ToString());

    [Function("Problem")]
    public static IResult Problem(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "problem")] HttpRequest request
    ) => TypedResults.Problem("why", statusCode: StatusCodes.Status409Conflict);

    [Function("Throws")]
    public async Task<IResult> Throws(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "throws")] HttpRequest request
    )
    {
        request.HttpContext.Response.Headers["X-Half"] = "done";
        await Task.Yield();
        throw new InvalidOperationException("a secret");
    }

    [Function("ReturnsNull")]
    public Task<IResult?> ReturnsNull(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "null")] HttpRequest request
    ) => Task.FromResult<IResult?>(null);

    [Function("unrouted")]
    public IResult Unrouted([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        TypedResults.Text("by its name");

    // The genuine host calls the first of two matching functions by name, not the more specific one.
    [Function("B_Specific")]
    public IResult Specific(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "overlap/this")] HttpRequest request
    ) => TypedResults.Text("specific");

    [Function("A_General")]
    public IResult General(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "overlap/{any}")] HttpRequest request
    ) => TypedResults.Text("general");

    [Function("Slow")]
    public async Task<IResult> Slow(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "slow")] HttpRequest request,
        CancellationToken cancellation
    )
    {
        await probe.Report("slow", cancellation);
        return TypedResults.Text("finished");
    }
}
