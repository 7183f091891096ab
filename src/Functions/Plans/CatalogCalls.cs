using System.Text.Json;
using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Storage.Accounts;

namespace Drawdown.Functions.Plans;

/// <summary>
/// An organization's catalog: an account of its own, in which metrics and plans are created with the same guarantees as
/// everything else. Nothing in it ever changes.
/// </summary>
public static class CatalogCalls
{
    private const string Name = "catalog";

    /// <summary>The caller's catalog.</summary>
    public static AccountAddress Catalog(this ApiCall call) =>
        new(call.Organization, AccountRoute.Of(call.Organization, AccountKind.Catalog, Name));

    /// <summary>Adds something to the catalog, which begins with the first thing in it.</summary>
    public static Task<Reply> WriteCatalog<T>(
        this ApiCall call,
        string location,
        Func<AccountSnapshot, CancellationToken, Task<Outcome<T>>> make,
        Func<AccountChange, T, AccountChange> add,
        Action<Utf8JsonWriter, T> show
    ) =>
        call.Write(
            call.Catalog(),
            async (snapshot, cancellation) =>
            {
                var making = make(snapshot, cancellation);
                var head = await snapshot.Head(cancellation);
                var change = new AccountChange(head?.Next() ?? Begin(call));
                return (await making).Then(made => new Decided(
                    head,
                    add(change, made),
                    Answers.Created(location, json => show(json, made))
                ));
            }
        );

    private static AccountHead Begin(ApiCall call) =>
        new()
        {
            Organization = call.Organization,
            Kind = AccountKind.Catalog,
            CustomerId = Name,
            Profile = null,
            CreatedAt = call.Now,
            Version = 1,
        };
}
