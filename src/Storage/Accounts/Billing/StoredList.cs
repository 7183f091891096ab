using System.Collections.Immutable;
using System.Text.Json;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>Writes and reads the lists.</summary>
internal static class StoredList
{
    public static string Write<TStored>(IEnumerable<TStored> items) => JsonSerializer.Serialize(items);

    public static ImmutableArray<T> Read<TStored, T>(string json, Func<TStored, T> toDomain) =>
        [.. JsonSerializer.Deserialize<List<TStored>>(json)!.Select(toDomain)];
}
