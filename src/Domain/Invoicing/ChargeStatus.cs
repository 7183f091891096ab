namespace Drawdown.Domain.Invoicing;

/// <summary>Where a charge stands on its way to an invoice.</summary>
public enum ChargeStatus
{
    /// <summary>The next invoice of its subscription takes it.</summary>
    Waiting,

    /// <summary>Its message is on the queue, or is owed to it.</summary>
    Queued,

    /// <summary>It is on an invoice.</summary>
    Invoiced,

    /// <summary>Its message was given up. It can be put back.</summary>
    Failed,
}

/// <summary>The names of <see cref="ChargeStatus"/>.</summary>
public static class ChargeStatusNames
{
    /// <summary>Both ways.</summary>
    public static readonly WireNames<ChargeStatus> Names = new(
        ("waiting", ChargeStatus.Waiting),
        ("queued", ChargeStatus.Queued),
        ("invoiced", ChargeStatus.Invoiced),
        ("failed", ChargeStatus.Failed)
    );
}
