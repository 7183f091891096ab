using System.Diagnostics.Metrics;
using Drawdown.Storage.Agenda;

namespace Drawdown.Storage.Telemetry;

/// <summary>
/// What the app measures of itself, and what the alerts of <c>infra/modules/alerts.bicep</c> rest on. Measurements rather than
/// log lines, because an exporter may sample traces and the logs that belong to them, and never samples measurements.
/// </summary>
/// <remarks>
/// Lags are histograms, because their maximum is what counts and an export interval may hold several. No measurement carries a
/// tenant, a customer or an amount.
/// </remarks>
public sealed class DrawdownMetrics
{
    /// <summary>The meter, and the source of traces.</summary>
    public const string MeterName = "Drawdown";

    /// <summary>Answered HTTP requests, by <see cref="Outcome"/>.</summary>
    public const string Requests = "drawdown.requests";

    /// <summary>
    /// Seconds between now and the watermark of a kind of due work after a run of its timer, by <see cref="Kind"/>. It is the
    /// sweep's grace (15 minutes) when all went well, and more when something due could not be handled.
    /// </summary>
    public const string AgendaLag = "drawdown.agenda.lag";

    /// <summary>Seconds by which a message of the outbox was overdue when the relay found that it was still owed.</summary>
    public const string OutboxLag = "drawdown.outbox.lag";

    /// <summary>Seconds since the oldest visible message of a queue was sent, by <see cref="Queue"/>; 0 when there is none.</summary>
    public const string QueueAge = "drawdown.queue.age";

    /// <summary>Deliveries from the poison queue: charges that failed, and messages that name none.</summary>
    public const string Poisoned = "drawdown.invoices.poisoned";

    /// <summary>The tag of <see cref="Requests"/>: a <see cref="RequestOutcome"/> in lower case.</summary>
    public const string Outcome = "outcome";

    /// <summary>The tag of <see cref="AgendaLag"/>: the agenda's kind as its partitions name it.</summary>
    public const string Kind = "kind";

    /// <summary>The tag of <see cref="QueueAge"/>: the queue's name.</summary>
    public const string Queue = "queue";

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _agendaLag;
    private readonly Histogram<double> _outboxLag;
    private readonly Histogram<double> _queueAge;
    private readonly Counter<long> _poisoned;

    /// <summary>Instruments of a meter that belongs to the host.</summary>
    public DrawdownMetrics(IMeterFactory meters)
        : this(meters.Create(MeterName)) { }

    /// <summary>Instruments of that meter.</summary>
    public DrawdownMetrics(Meter meter)
    {
        _requests = meter.CreateCounter<long>(Requests, "{request}");
        _agendaLag = meter.CreateHistogram<double>(AgendaLag, "s");
        _outboxLag = meter.CreateHistogram<double>(OutboxLag, "s");
        _queueAge = meter.CreateHistogram<double>(QueueAge, "s");
        _poisoned = meter.CreateCounter<long>(Poisoned, "{message}");
    }

    /// <summary>A request was answered.</summary>
    public void Answered(RequestOutcome outcome) =>
        _requests.Add(1, new KeyValuePair<string, object?>(Outcome, Name(outcome)));

    /// <summary>A run of a timer ended, and this is how far behind its watermark is.</summary>
    public void Swept(AgendaKind kind, TimeSpan lag) =>
        _agendaLag.Record(lag.TotalSeconds, new KeyValuePair<string, object?>(Kind, AgendaItem.Name(kind)));

    /// <summary>The relay found a message that is still owed.</summary>
    public void Owed(TimeSpan overdue) => _outboxLag.Record(overdue.TotalSeconds);

    /// <summary>How long the oldest visible message of a queue has waited.</summary>
    public void Waiting(string queue, TimeSpan age) =>
        _queueAge.Record(age.TotalSeconds, new KeyValuePair<string, object?>(Queue, queue));

    /// <summary>A message came from the poison queue.</summary>
    public void PoisonDelivered() => _poisoned.Add(1);

    private static string Name(RequestOutcome outcome) =>
        outcome switch
        {
            RequestOutcome.Succeeded => "succeeded",
            RequestOutcome.Refused => "refused",
            RequestOutcome.Unavailable => "unavailable",
            RequestOutcome.Unexpected => "unexpected",
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
        };
}
