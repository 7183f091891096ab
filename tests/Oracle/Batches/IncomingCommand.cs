using System.Text.Json.Nodes;

namespace Drawdown.Oracle.Batches;

/// <summary>What a caller asks for on the Incoming side.</summary>
public abstract record IncomingCommand : Command
{
    private protected IncomingCommand() { }

    /// <summary>The thing as the caller saw it, when it sends <c>If-Match</c>: if it is another by now, nothing happens.</summary>
    public Sight? Seen { get; init; }
}

/// <summary>A thing as it was once answered, with its entity tag.</summary>
public sealed record Sight(string Tag, JsonNode Thing);

/// <summary>A read of the Incoming side.</summary>
public abstract record IncomingRead : IncomingCommand
{
    private protected IncomingRead() { }

    /// <inheritdoc/>
    public override bool IsRead => true;
}

/// <summary>A list of the Incoming side.</summary>
/// <param name="Page">Which part of it; null: the first.</param>
public abstract record IncomingList(Page? Page) : IncomingRead;

/// <summary>Which part of a list: a page by its number, or what follows the last item of a page that was answered before.</summary>
/// <param name="After">That item's id, or its number in the ledger.</param>
/// <param name="Cursor">The cursor that was answered with it.</param>
public sealed record Page(int Number, string? After = null, string? Cursor = null);

/// <summary>POST /clients</summary>
public sealed record CreateClient(string Name) : IncomingCommand;

/// <summary>GET /clients/:id</summary>
public sealed record GetClient(string Client) : IncomingRead;

/// <summary>GET /clients/:id/ledger/verify</summary>
public sealed record VerifyClient(string Client) : IncomingRead;

/// <summary>POST /clients/:id/creditAccounts</summary>
public sealed record OpenAccount(
    string Client,
    string Name,
    long StartingBalance,
    int? Days,
    long? Minimum,
    string? BatchName
) : IncomingCommand;

/// <summary>GET /clients/creditAccounts/:id</summary>
public sealed record GetAccount(string Account) : IncomingRead;

/// <summary>GET /clients/:id/creditAccounts</summary>
public sealed record ListAccounts(string Client, Page? Page) : IncomingList(Page);

/// <summary>POST /clients/:id/creditBatches</summary>
public sealed record CreateBatch(
    string Client,
    long StartingBalance,
    string? Account,
    bool SetsName,
    string? Name,
    bool SetsExpiry,
    DateTimeOffset? ExpiresOn
) : IncomingCommand;

/// <summary>PUT /clients/creditBatches/:id</summary>
/// <param name="Whole">The batch as it was fetched, which is sent back with these changes; null: only what changes is sent.</param>
public sealed record PutBatch(
    string Batch,
    bool SetsName,
    string? Name,
    bool SetsExpiry,
    DateTimeOffset? ExpiresOn,
    long? CurrentBalance,
    JsonNode? Whole
) : IncomingCommand;

/// <summary>POST /clients/creditBatches/:id/void</summary>
public sealed record VoidBatch(string Batch, string? Reason) : IncomingCommand;

/// <summary>GET /clients/creditBatches/:id</summary>
public sealed record GetBatch(string Batch) : IncomingRead;

/// <summary>GET /clients/:id/creditBatches</summary>
public sealed record ListBatches(string Client, string? Account, Page? Page) : IncomingList(Page);

/// <summary>POST /clients/creditBatches/:id/allocations</summary>
public sealed record Allocate(string Batch, string User, long Amount, string? Note) : IncomingCommand;

/// <summary>POST /clients/creditAllocations/:id/redeem</summary>
public sealed record Redeem(string Allocation, long Amount, string? ContentType, string? ContentId) : IncomingCommand;

/// <summary>POST /clients/creditAllocations/:id/revoke</summary>
/// <param name="Amount">Null: all that is unspent.</param>
public sealed record Revoke(string Allocation, long? Amount, string? Reason) : IncomingCommand;

/// <summary>GET /clients/creditAllocations/:id</summary>
public sealed record GetAllocation(string Allocation) : IncomingRead;

/// <summary>GET /clients/creditBatches/:id/allocations</summary>
public sealed record ListAllocations(string Batch, Page? Page) : IncomingList(Page);

/// <summary>POST /clients/creditAccounts/:id/redeem</summary>
public sealed record RedeemPooled(
    string Account,
    string User,
    long Amount,
    string? Note,
    string? ContentType,
    string? ContentId
) : IncomingCommand;

/// <summary>GET /clients/:id/creditAccount/:creditAccountId/creditActions</summary>
public sealed record ListActions(string Client, string Account, string Type, Page? Page) : IncomingList(Page);

/// <summary>GET /clients/creditBatches/:id/creditActions</summary>
public sealed record ListBatchActions(string Batch, Page? Page) : IncomingList(Page);
