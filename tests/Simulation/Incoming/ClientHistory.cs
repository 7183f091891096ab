using Drawdown.Oracle.Batches;

namespace Drawdown.Simulation.Incoming;

/// <summary>All states that a client's account has had.</summary>
public sealed class ClientHistory(string client) : Timeline<ClientBook>
{
    /// <summary>Whose account it is.</summary>
    public string Client => client;
}
