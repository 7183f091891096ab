using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api;

/// <summary>How one side of the API (Lotus's, Thought Industries') writes its errors.</summary>
public interface IApiSide
{
    /// <summary>The status, headers and body of an error.</summary>
    Task WriteError(HttpContext context, ApiError error);
}
