using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Drawdown.Functions.Tests.Support;

/// <summary>Stands between the app and its storage, at every try of every call.</summary>
public sealed class StoragePolicy(Func<HttpMessage, Func<ValueTask>, ValueTask> around) : HttpPipelinePolicy
{
    /// <summary>For <see cref="DrawdownHost.Another"/>: does something around each call that goes out.</summary>
    public static Action<ClientOptions> Around(Func<HttpMessage, Func<ValueTask>, ValueTask> around) =>
        options => options.AddPolicy(new StoragePolicy(around), HttpPipelinePosition.PerRetry);

    /// <summary>Whether the call is a transaction in this table, by its full name.</summary>
    public static bool IsCommit(HttpMessage message, string table)
    {
        if (!message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
            return false;
        // Which table it is stands in the addresses of the single changes.
        using var body = new MemoryStream();
        message.Request.Content!.WriteTo(body, CancellationToken.None);
        return Encoding.UTF8.GetString(body.ToArray()).Contains($"/{table}", StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        around(message, () => ProcessNextAsync(message, pipeline));

    /// <inheritdoc/>
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The app calls its storage asynchronously.");
}
