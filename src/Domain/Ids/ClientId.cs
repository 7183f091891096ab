namespace Drawdown.Domain.Ids;

/// <summary>
/// A client of the Incoming side: a UUID. Like a customer's id it is what the account's route is hashed from; it does not
/// carry the route itself.
/// </summary>
public readonly record struct ClientId(Guid Value)
{
    /// <summary>Reads a UUID of any version, in either case, with its hyphens.</summary>
    public static bool TryParse(string? text, out ClientId id)
    {
        var valid = UuidText.TryParse(text, out var value);
        id = new(value);
        return valid;
    }

    /// <summary>The id that is made of 32 random hex digits: a UUID of version 8 (RFC 9562).</summary>
    public static ClientId Of(string digits) =>
        new(Guid.ParseExact($"{digits[..12]}8{digits[13..16]}a{digits[17..]}", "N"));

    /// <summary>The UUID in lower case.</summary>
    public override string ToString() => Value.ToString("D");
}
