using Azure;

namespace Drawdown.Storage.Azure;

/// <summary>The one place where the SDK's exceptions become this seam's.</summary>
internal static class StorageFailures
{
    /// <summary>
    /// Calls the service and turns an outage into a <see cref="StorageUnavailableException"/>. A refusal that is an answer
    /// (a conflict, a stale receipt) is caught inside <paramref name="call"/>, where it is known as one.
    /// </summary>
    public static async Task<T> Ask<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (IsOutage(failure, cancellation))
        {
            throw new StorageUnavailableException("The storage service did not answer as expected.", failure);
        }
    }

    /// <summary>
    /// Whether the failure means "not reached, not allowed, or no word whether it acted". Everything does unless it is known
    /// to mean something else, because the SDK has no common exception for it. Seen with misbehaving servers: retries used
    /// up (AggregateException), the SDK's own timeout (TaskCanceledException), a broken connection (IOException), no
    /// credential (AuthenticationFailedException); and for answers that are cut off or not the service's own
    /// InvalidOperationException, JsonException, XmlException, even KeyNotFoundException.
    /// </summary>
    private static bool IsOutage(Exception failure, CancellationToken caller) =>
        failure switch
        {
            OperationCanceledException => !caller.IsCancellationRequested,
            // 400, 405, 411, 413, 415 and their like say that the request itself is wrong, and it will be next time: a bug.
            // The rest of the 4xx depends on the account's state: not allowed, no such table, being deleted, throttled.
            RequestFailedException
            {
                Status: >= 400 and < 500 and not (401 or 403 or 404 or 408 or 409 or 412 or 429)
            } => false,
            // The SDK found an argument wrong that our own rules let pass: a bug.
            ArgumentException => false,
            _ => true,
        };
}
