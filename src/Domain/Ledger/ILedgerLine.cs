namespace Drawdown.Domain.Ledger;

/// <summary>A line of an account's ledger, whatever it is about: an entry of a credit, or an action on a credit batch.</summary>
public interface ILedgerLine
{
    /// <summary>1, 2, 3, … within the account, without gaps.</summary>
    long Seq { get; }

    /// <summary>The hash of the line before; <see cref="LedgerHash.Genesis"/> for the first.</summary>
    string PreviousHash { get; }

    /// <summary>The line's own hash.</summary>
    string Hash { get; }

    /// <summary>The hash that the line must have, over everything else that it says.</summary>
    string ExpectedHash();
}
