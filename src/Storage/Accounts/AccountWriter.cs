using System.Globalization;
using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts;

/// <summary>
/// The one way to change an account: read, decide, commit everything in one transaction under the head's ETag; on a
/// conflict read and decide again, a bounded number of times.
/// </summary>
public sealed class AccountWriter(
    ITableStore tables,
    AgendaBook agenda,
    IdempotencyClaims claims,
    AccountGate gate,
    TimeProvider clock
)
{
    /// <summary>
    /// Attempts until a request is told <c>conflict</c>. Writers in one process take turns, so every conflict is another
    /// process; with twenty of them busy on one account, ten attempts still go through in nearly all cases.
    /// </summary>
    public const int MaxAttempts = 10;

    // A commit whose outcome is unknown is looked up and tried again this often; then the caller is told to come back.
    private const int MaxOutages = 2;

    /// <summary>Changes an account, or finds that an earlier request under the same key has done it.</summary>
    /// <param name="decide">
    /// Reads what it needs and decides. It is called once per attempt with a fresh snapshot, and must be deterministic: the
    /// same state gives the same change and the same answer.
    /// </param>
    /// <exception cref="StorageUnavailableException">
    /// Storage does not answer. Without an idempotency key the caller cannot know whether the change took effect.
    /// </exception>
    public async Task<Outcome<Written>> Write(
        WriteOperation operation,
        Func<AccountSnapshot, CancellationToken, Task<Outcome<Decided>>> decide,
        CancellationToken cancellation
    )
    {
        using var turn = await gate.Enter(operation.Account, cancellation);
        var attempts = new Attempts(operation.By.RequestId);
        var outages = 0;
        var unanswered = false;
        // The rows that must precede the commit are written while the first attempt reads.
        var prepared = Prepare(operation, cancellation);
        for (var attempt = 1; ; attempt++)
        {
            var snapshot = new AccountSnapshot(tables, operation.Account);
            var key = ReadKey(operation, snapshot, cancellation);
            var decision = decide(snapshot, cancellation);
            await Task.WhenAll(prepared, key, decision);

            if (attempts.Committed(snapshot.StoredHead) is { } answer)
                return new Written(answer, Replayed: false);
            if (!await prepared)
                return new Refusal.IdempotencyMismatch();
            if (await Earlier(operation, await key, cancellation) is { } earlier)
                return earlier;
            // Before anything else is said: a refusal may rest on this request's own effect.
            attempts.AssertKnown(snapshot.StoredHead, operation.Key);
            if (await decision is not Outcome<Decided>.Accepted { Value: var decided })
            {
                if (!unanswered)
                    return await Duplicate(operation, snapshot, cancellation)
                        ?? ((Outcome<Decided>.Refused)await decision).Refusal;
                // The commit that did not answer may have arrived between this attempt's reads, and the refusal rest on its
                // effect. If so, the next attempt's head shows it.
                unanswered = false;
                continue;
            }
            if (decided.Change is null && operation.Key is null)
                return new Written(decided.Answer, Replayed: false);
            // This round only looked whether the last attempt met its own commit.
            if (attempt > MaxAttempts)
                return new Refusal.Conflict("The account kept changing. Nothing was changed; send the request again.");

            if (decided.Before is { } before)
                await before(cancellation);
            try
            {
                var rows = ToRows(operation, snapshot, decided, attempts);
                var result = await tables.Commit(
                    StorageTables.Accounts,
                    operation.Account.Partition,
                    rows,
                    cancellation
                );
                if (result is CommitResult.Committed)
                    return new Written(decided.Answer, Replayed: false);
            }
            catch (StorageUnavailableException) when (outages < MaxOutages && attempt < MaxAttempts)
            {
                // It may have been committed or not: the next attempt reads the head and finds out.
                outages++;
                unanswered = true;
            }
            await Task.Delay(Backoff(operation.By.RequestId, attempt), clock, cancellation);
        }
    }

    private async Task<bool> Prepare(WriteOperation operation, CancellationToken cancellation)
    {
        var due = operation.Due.Select(item => agenda.Add(item, cancellation)).ToList();
        if (operation.Key is not { } key)
        {
            await Task.WhenAll(due);
            return true;
        }
        var forgetAt = operation.By.Now + IdempotencyKey.Kept;
        due.Add(agenda.Add(new(AgendaKind.Forget, forgetAt, operation.Account, key.Hash), cancellation));
        var claimed = claims.Claim(key, operation.Account, operation.By.Now, cancellation);
        await Task.WhenAll([.. due, claimed]);
        return await claimed;
    }

    private static async Task<KeyRow?> ReadKey(
        WriteOperation operation,
        AccountSnapshot snapshot,
        CancellationToken cancellation
    ) =>
        operation.Key is { } key && await snapshot.Row(AccountRows.Key(key.Hash), cancellation) is { } row
            ? KeyRow.FromRow(row)
            : null;

    /// <summary>
    /// The key was read beside what the refusal rests on, so a duplicate may have taken effect after the one and before the
    /// other: then it is the duplicate's effect that the refusal rests on, and the duplicate's answer is this request's.
    /// </summary>
    private async Task<Outcome<Written>?> Duplicate(
        WriteOperation operation,
        AccountSnapshot snapshot,
        CancellationToken cancellation
    ) =>
        await ReadKey(operation, snapshot, cancellation) is { Answer: not null } row
            ? await Earlier(operation, row, cancellation)
            : null;

    /// <summary>What an earlier request under the same key means for this one; null when it may go ahead.</summary>
    private async Task<Outcome<Written>?> Earlier(WriteOperation operation, KeyRow? row, CancellationToken cancellation)
    {
        if (row is null || row.IsForgottenAt(operation.By.Now))
            return null;
        if (row.Answer is { } answer)
            return row.RequestHash == operation.Key!.RequestHash
                ? new Written(answer, Replayed: true)
                : new Refusal.IdempotencyMismatch();

        // Fenced off: a request to another account took the key over. Having read this fence, claim the key again; if that
        // succeeds, this request may replace exactly the fence that it read.
        if (await claims.Reclaim(operation.Key!, operation.Account, operation.By.Now, cancellation))
            return null;
        return new Refusal.IdempotencyMismatch();
    }

    private static List<RowChange> ToRows(
        WriteOperation operation,
        AccountSnapshot snapshot,
        Decided decided,
        Attempts attempts
    )
    {
        // Nothing changes, but the key must be answered the same way ever after: the head alone moves on.
        var change = decided.Change ?? new AccountChange(decided.Head! with { Version = decided.Head.Version + 1 });
        attempts.Add(change.Head.Version, decided.Answer);
        var rows = AccountTransaction.Of(snapshot, change, operation.By.RequestId);
        if (operation.Key is { } key)
        {
            var row = new KeyRow(operation.By.Now, key.RequestHash, decided.Answer);
            rows.Add(snapshot.Write(AccountRows.Key(key.Hash), row.ToColumns()));
        }
        return rows;
    }

    // Spread by the request id instead of by chance, so that a simulation replays exactly.
    private static TimeSpan Backoff(string requestId, int attempt)
    {
        var spread = 0u;
        foreach (var character in requestId)
            spread = unchecked(spread * 31 + character);
        var most = Math.Min(200, 4 << attempt);
        return TimeSpan.FromMilliseconds(1 + ((long)spread + attempt * 7919) % most);
    }

    /// <summary>Which versions this request has tried to make, and what each would answer.</summary>
    private sealed class Attempts(string requestId)
    {
        private readonly Dictionary<long, StoredAnswer> _answers = [];

        public void Add(long version, StoredAnswer answer) => _answers[version] = answer;

        /// <summary>The answer of the attempt that the head shows as committed, or null.</summary>
        public StoredAnswer? Committed(StoredHead? head) =>
            head?.VersionMadeBy(requestId) is { } version ? _answers[version] : null;

        /// <summary>
        /// An earlier attempt may have committed, and the head has forgotten who made that version: deciding again could
        /// take effect twice. With an idempotency key its row tells.
        /// </summary>
        public void AssertKnown(StoredHead? head, IdempotencyKey? key)
        {
            if (head is null || key is not null)
                return;
            foreach (var version in _answers.Keys.Where(version => version <= head.Head.Version).ToList())
            {
                if (!head.Remembers(version))
                    throw new StorageUnavailableException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"It is not known whether version {version} is this request's."
                        )
                    );
                // Another request's: that is known for good, also when the head forgets it.
                _answers.Remove(version);
            }
        }
    }
}
