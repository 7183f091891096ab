namespace Drawdown.Storage.Telemetry;

/// <summary>What became of an HTTP request, as far as an alert has to know.</summary>
public enum RequestOutcome
{
    /// <summary>2xx or 304.</summary>
    Succeeded,

    /// <summary>Another 4xx: the caller's business.</summary>
    Refused,

    /// <summary>503: storage did not answer in time.</summary>
    Unavailable,

    /// <summary>500: a bug.</summary>
    Unexpected,
}
