using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api.Incoming;

/// <summary>The pipeline as the functions of the Incoming side (Thought Industries) call it.</summary>
public sealed class IncomingApi(RequestPipeline pipeline, IncomingErrors errors)
{
    /// <summary>Runs a call of a caller with an API key.</summary>
    /// <param name="route">The method and the route's template, as the documentation writes it.</param>
    public Task<IResult> Run(HttpRequest request, string route, Func<ApiCall, Task<Reply>> work) =>
        pipeline.Run(request, errors, route, work);
}
