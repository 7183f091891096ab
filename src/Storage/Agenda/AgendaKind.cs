namespace Drawdown.Storage.Agenda;

/// <summary>What kind of thing falls due. Each kind has its own timer and its own watermark.</summary>
public enum AgendaKind
{
    /// <summary>A credit expires.</summary>
    Expire,

    /// <summary>An idempotency key is forgotten.</summary>
    Forget,

    /// <summary>A message is owed to the queue; due when it should have been sent long ago.</summary>
    Relay,

    /// <summary>A subscription begins, renews or ends.</summary>
    Renew,
}
