using System.Net.Mail;
using Drawdown.Domain;

namespace Drawdown.Functions.Api;

/// <summary>What a text may be, with the limits and their reasons.</summary>
public static class TextRules
{
    /// <summary>A name or an id that a caller chose; what most billing systems allow.</summary>
    public const int NameLength = 255;

    /// <summary>A description or a reason: it stands in every ledger entry that it causes.</summary>
    public const int DescriptionLength = 1000;

    /// <summary>RFC 5321: a path of at most 256 characters, its angle brackets included.</summary>
    public const int EmailLength = 254;

    /// <summary>Bytes of a metadata object's JSON: it is read with the thing it belongs to, every time.</summary>
    public const int MetadataBytes = 8 * 1024;

    /// <summary>The fault of a text, or null.</summary>
    public static (string Code, string Detail)? FaultOf(string text, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(text))
            return (FaultCode.Blank, "This field may not be blank.");
        if (text.Length > maxLength)
            return (FaultCode.MaxLength, $"Ensure this field has no more than {maxLength} characters.");
        // Line breaks and tabs are part of a description; other control characters come from an accident or an attack.
        return text.Any(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t'))
            ? (FaultCode.Invalid, "Control characters are not allowed.")
            : null;
    }

    /// <summary>Whether a text is one plain address, such as <c>billing@acme.example</c>.</summary>
    public static bool IsEmail(string text) =>
        text.Length <= EmailLength && MailAddress.TryCreate(text, out var address) && address.Address == text;

    /// <summary>
    /// Whether a customer id can stand in a path: a dot segment would be resolved away before it arrives, and hosts pass an
    /// encoded slash on as it is, so that <c>a%2Fb</c> would be taken for <c>a/b</c>, another customer.
    /// </summary>
    public static bool IsCustomerId(string text) =>
        text is not ("." or "..")
        && !text.Any(char.IsControl)
        && !text.Contains("%2F", StringComparison.OrdinalIgnoreCase);
}
