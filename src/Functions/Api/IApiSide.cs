using Microsoft.AspNetCore.Http;

namespace Drawdown.Functions.Api;

/// <summary>How one side of the API (Lotus's, Thought Industries') writes its errors.</summary>
public interface IApiSide
{
    /// <summary>Whether a body's unknown fields are ignored, so that a fetched object can be sent back. Else they are faults.</summary>
    bool IgnoresUnknownFields { get; }

    /// <summary>The status, headers and body of an error.</summary>
    Task WriteError(HttpContext context, ApiError error);
}
