using Drawdown.Storage.Accounts;
using Drawdown.Storage.Tables;

namespace Drawdown.Functions.Api;

/// <summary>What every call needs from the host.</summary>
public sealed record ApiContext(
    ITableStore Tables,
    AccountWriter Writer,
    ApiKeyCache Keys,
    CursorSigner Cursors,
    TimeProvider Clock,
    Entropy Entropy
);
