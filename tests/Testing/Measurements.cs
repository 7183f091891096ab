using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Drawdown.Storage.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Drawdown.Testing;

/// <summary>What one process measures of itself: a meter of its own, and a listener to that one alone.</summary>
public sealed class Measurements : IDisposable
{
    private readonly ConcurrentQueue<Measurement> _seen = new();
    private readonly MeterListener _listener = new();
    private readonly Meter? _own;

    /// <summary>Measurements of <see cref="Metrics"/>.</summary>
    public Measurements()
    {
        _own = new Meter(DrawdownMetrics.MeterName);
        Metrics = new DrawdownMetrics(_own);
        Listen(meter => ReferenceEquals(meter, _own));
    }

    /// <summary>Measurements of a running host.</summary>
    public Measurements(IServiceProvider host)
    {
        Metrics = host.GetRequiredService<DrawdownMetrics>();
        var factory = host.GetRequiredService<IMeterFactory>();
        Listen(meter => meter.Name == DrawdownMetrics.MeterName && ReferenceEquals(meter.Scope, factory));
    }

    /// <summary>Where they come from.</summary>
    public DrawdownMetrics Metrics { get; }

    /// <summary>The values of an instrument, in the order in which they came.</summary>
    /// <param name="tag">Those with this tag alone: <c>kind=expire</c>, say.</param>
    public IReadOnlyList<double> Of(string instrument, string tag = "") =>
        [.. _seen.Where(one => one.Instrument == instrument && one.Tags.Contains(tag)).Select(one => one.Value)];

    /// <summary>All tags that an instrument's values had.</summary>
    public IReadOnlyList<string> TagsOf(string instrument) =>
        [
            .. _seen
                .Where(one => one.Instrument == instrument)
                .SelectMany(one => one.Tags)
                .Where(tag => tag.Length > 0)
                .Distinct(StringComparer.Ordinal),
        ];

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        _own?.Dispose();
    }

    private void Listen(Func<Meter, bool> isOurs)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (isOurs(instrument.Meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var names = tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Append("");
        _seen.Enqueue(new(instrument.Name, value, names.ToHashSet(StringComparer.Ordinal)));
    }

    private sealed record Measurement(string Instrument, double Value, HashSet<string> Tags);
}
