namespace Drawdown.Testing;

/// <summary>What a storage call does.</summary>
public enum StoreOperation
{
    CreateTable,
    CanReadTable,
    Get,
    Range,
    Scan,
    Commit,
    CreateQueue,
    CanReadQueue,
    Send,
    Receive,
    Peek,
    Delete,
    Hide,
}
