using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api;

/// <summary>The pipeline as the functions of the Lotus side call it.</summary>
public sealed class LotusApi(RequestPipeline pipeline, LotusErrors errors)
{
    /// <summary>Runs a call of a caller with an API key.</summary>
    /// <param name="route">The method and the route's template, as the documentation writes it.</param>
    public Task<IResult> Run(HttpRequest request, string route, Func<ApiCall, Task<Reply>> work) =>
        pipeline.Run(request, errors, route, work);

    /// <summary>Runs a call that needs no API key.</summary>
    public Task<IResult> RunOpen(HttpRequest request, Func<CancellationToken, Task<Reply>> work) =>
        pipeline.RunOpen(request, errors, work);
}
