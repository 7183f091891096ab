namespace Drawdown.Storage.Queues;

/// <summary>A message as it was received or peeked.</summary>
/// <param name="Receipt">The pop receipt, which only the latest receiver holds; empty on a peeked message.</param>
/// <param name="DequeueCount">How often it was received, this time included; 0 on a message never received.</param>
public sealed record QueueMessage(string Id, string Receipt, string Body, long DequeueCount, DateTimeOffset InsertedAt);
