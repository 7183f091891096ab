using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;

namespace Drawdown.Functions.Credits;

/// <summary>What the writes to one existing credit share: find it, check <c>If-Match</c>, decide, show it.</summary>
public static class CreditWrites
{
    /// <summary>Changes one credit.</summary>
    /// <param name="expiry">An expiry that the change may set, for the agenda.</param>
    public static Task<Reply> Write(
        this ApiCall call,
        CreditId id,
        DateTimeOffset? expiry,
        Func<AccountHead, Credit, Outcome<CreditDecided>> decide
    )
    {
        var account = call.Account(id.Hex);
        return call.Write(
            account,
            async (snapshot, cancellation) =>
            {
                if (await snapshot.CreditView(id, cancellation) is not { } view)
                    return Missing(id);
                if (!call.Matches(CreditJson.Show(view, call.Now)))
                    return new Refusal.PreconditionFailed();
                return decide(view.Head, view.Credit)
                    .Then(decided => new Decided(
                        view.Head,
                        decided.Change,
                        CreditJson.Show(view.After(decided), call.Now)
                    ));
            },
            Due(call, account, id, expiry)
        );
    }

    /// <summary>The refusal of an id that leads to no credit.</summary>
    public static Refusal Missing(CreditId id) => new Refusal.NotFound($"There is no credit {id}.");

    /// <summary>
    /// The agenda's items for an expiry. One in the past will be refused, and its item would lie behind the watermark for
    /// ever.
    /// </summary>
    public static AgendaItem[] Due(ApiCall call, AccountAddress account, CreditId id, DateTimeOffset? expiry) =>
        expiry is { } due && due > call.Now ? [new(AgendaKind.Expire, due, account, id.ToString())] : [];
}
