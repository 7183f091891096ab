namespace Drawdown.Domain.Accounts;

/// <summary>A caller's own id of a thing, unique per customer and kind for ever.</summary>
/// <param name="Kind">One of <see cref="ExternalKind"/>.</param>
/// <param name="ExternalId">The caller's id.</param>
/// <param name="Target">The thing's id here.</param>
public sealed record ExternalReference(string Kind, string ExternalId, string Target)
{
    /// <summary>The refusal when the id is taken.</summary>
    public Refusal Taken => new Refusal.Duplicate($"A {Kind} with the external_id '{ExternalId}' exists: {Target}");
}

/// <summary>What can have an <c>external_id</c>. The names are stored: they must never change.</summary>
public static class ExternalKind
{
    /// <summary>A credit.</summary>
    public const string Credit = "credit";

    /// <summary>A drawdown.</summary>
    public const string Drawdown = "drawdown";
}
