using System.Globalization;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Agenda;

/// <summary>
/// One thing that falls due. It is written BEFORE the transaction that makes it true, so that nothing due is ever
/// missing; what it says is only a hint to look.
/// </summary>
/// <param name="Entity">What falls due: a credit's id, or a key's hash.</param>
public sealed record AgendaItem(AgendaKind Kind, DateTimeOffset Due, AccountAddress Account, string Entity)
{
    // By hour, so that a sweep reads what is due and nothing else; by 16 shards, so that a whole hour's writes do not
    // meet in one partition.
    internal string Partition => $"{HourKey(Kind, Due)}.{Account.Route.ToString()[0]}";

    internal string Row =>
        string.Create(CultureInfo.InvariantCulture, $"{Due.UtcTicks:d19}.{Account.Partition}.{Entity}");

    /// <summary>The beginning of the partitions of a kind and an hour.</summary>
    internal static string HourKey(AgendaKind kind, DateTimeOffset due) =>
        string.Create(CultureInfo.InvariantCulture, $"{Name(kind)}.{due.UtcDateTime:yyyyMMddHH}");

    internal static string Name(AgendaKind kind) =>
        kind switch
        {
            AgendaKind.Expire => "expire",
            AgendaKind.Forget => "forget",
            AgendaKind.Relay => "relay",
            AgendaKind.Renew => "renew",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an agenda kind."),
        };

    internal IReadOnlyDictionary<string, object> ToColumns() =>
        new ColumnWriter().Instant("Due", Due).Text("Account", Account.Partition).Text("Entity", Entity).Columns;

    internal static AgendaItem FromRow(AgendaKind kind, TableRow row)
    {
        var columns = new ColumnReader(row);
        return new(kind, columns.Instant("Due"), AccountAddress.Parse(columns.Text("Account")), columns.Text("Entity"));
    }
}
