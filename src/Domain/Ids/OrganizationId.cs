using System.Security.Cryptography;
using System.Text;

namespace Drawdown.Domain.Ids;

/// <summary>A tenant: <c>org_</c> and 32 hex digits. It always comes from the caller's API key, never from a request.</summary>
public readonly record struct OrganizationId
{
    private const string Prefix = "org_";

    private readonly string? _hex;

    private OrganizationId(string hex) => _hex = hex;

    /// <summary>The organization that a deployment's bootstrap key belongs to: the same name is the same id.</summary>
    public static OrganizationId Named(string name)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"organization\n{name}"));
        return new(Convert.ToHexStringLower(digest)[..32]);
    }

    /// <summary>Reads an id; false when it is malformed.</summary>
    public static bool TryParse(string? text, out OrganizationId id)
    {
        id = default;
        if (text is null || text.Length != Prefix.Length + 32 || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        if (!Hex.IsLower(text.AsSpan(Prefix.Length)))
            return false;
        id = new(text[Prefix.Length..]);
        return true;
    }

    /// <summary><c>org_…</c></summary>
    public override string ToString() =>
        Prefix + (_hex ?? throw new InvalidOperationException("An organization id was never set."));
}
