using System.Security.Cryptography;
using System.Text;

namespace Drawdown.Domain.Ids;

/// <summary>
/// Where an account lives, computed and never looked up: the first 15 hex digits (60 bits) of
/// SHA-256(organization, kind, customer id). Every id of a thing inside the account begins with it, so an id alone leads
/// to its partition.
/// </summary>
/// <remarks>
/// 60 bits make an accidental collision of two customers of one organization unlikely (1 in 10^6 at 1.5 million
/// customers), not impossible: the account's head stores the full customer id, and a mismatch is refused.
/// </remarks>
public readonly record struct AccountRoute
{
    /// <summary>Hex digits of a route.</summary>
    public const int Length = 15;

    private readonly string? _hex;

    private AccountRoute(string hex) => _hex = hex;

    /// <summary>The account of a customer.</summary>
    public static AccountRoute Of(OrganizationId organization, AccountKind kind, string customerId)
    {
        // Neither an organization id nor a kind contains a line feed, so no two inputs share one text.
        var text = $"{organization}\n{kind.Name()}\n{customerId}";
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return new(Convert.ToHexStringLower(digest)[..Length]);
    }

    /// <summary>The route that a row was stored with, or that an id begins with.</summary>
    /// <exception cref="FormatException">Not 15 lower-case hex digits.</exception>
    public static AccountRoute Parse(string hex) =>
        hex.Length == Length && Hex.IsLower(hex) ? new(hex) : throw new FormatException("Not an account route.");

    /// <summary>The 15 hex digits.</summary>
    public override string ToString() => _hex ?? throw new InvalidOperationException("An account route was never set.");
}
