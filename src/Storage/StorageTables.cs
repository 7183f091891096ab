namespace Drawdown.Storage;

/// <summary>The tables of the product.</summary>
public static class StorageTables
{
    /// <summary>One partition per account: all that must change together.</summary>
    public const string Accounts = "Accounts";

    /// <summary>What exists across accounts, for lists. Holds no truth of its own: a dangling row is skipped.</summary>
    public const string Directory = "Directory";

    /// <summary>What falls due when. Holds no truth of its own: a stale row is skipped.</summary>
    public const string Agenda = "Agenda";

    /// <summary>Which account an idempotency key was used for.</summary>
    public const string IdempotencyClaims = "IdempotencyClaims";

    /// <summary>API keys, by hash, and the service's own secrets.</summary>
    public const string ApiKeys = "ApiKeys";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Accounts, Directory, Agenda, IdempotencyClaims, ApiKeys];
}
