using Drawdown.Oracle;

namespace Drawdown.Simulation;

/// <summary>All states that a customer's account has had.</summary>
public sealed class History(string customer) : Timeline<Book>
{
    /// <summary>Whose account it is.</summary>
    public string Customer => customer;
}
