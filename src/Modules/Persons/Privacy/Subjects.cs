using Danke.Contracts.Commands;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Privacy;

namespace Danke.Persons.Privacy;

/// <summary>Whom a request is about: all that is one person today, whatever it was before.</summary>
internal sealed class Subjects(BooksStore books, Vault vault, TimeProvider clock) : ISubjects
{
    /// <summary>Surroundings in one batch of the Door.</summary>
    private const int AtOnce = 200;

    private sealed record Own(long Key, string Namespace, string Scope, byte[] Cipher);

    public Task<Subject?> Find(long person, CancellationToken cancel) => books.Write(t => Find(t, person), cancel);

    public async Task<Subject?> Find(BooksTransaction transaction, long person)
    {
        var current = await transaction.Read("""
            select person_id from persons where person_id = @person and state = 'active' union select to_person from person_aliases where from_person = @person
            """, r => r.GetInt64(0), ("person", person));
        if (current is not [var today]) return null;
        var former = await transaction.Read("select from_person from person_aliases where to_person = @person", r => r.GetInt64(0), ("person", today));
        var own = await transaction.Read("select identifier_key, namespace, scope, value_cipher from identifiers where person_id = @person", Read, ("person", today));
        var (beside, around) = await Around(transaction, [.. own.Select(o => o.Key)]);
        own.AddRange(beside);
        return new Subject(today, [today, .. former.Order()], [.. own.Select(o => o.Key)], [.. own.Select(o => vault.Open(o.Cipher)).Distinct()], around);
    }

    private static Own Read(System.Data.Common.DbDataReader r) => new(r.GetInt64(0), r.GetString(1), r.GetString(2), r.Bytes(3));

    /// <summary>What else is the person's although it is nobody's (only the person's links name it), and who else was linked.</summary>
    private static async Task<(List<Own> Beside, long[] Around)> Around(BooksTransaction transaction, long[] keys)
    {
        if (keys.Length == 0) return ([], []);
        var others = (await transaction.Read("select high_key from links where low_key in ({keys}) union select low_key from links where high_key in ({keys})", r => r.GetInt64(0), ("keys", keys)))
            .Except(keys).ToArray();
        if (others.Length == 0) return ([], []);
        var linked = (await transaction.Read("""
            select low_key from links where low_key in ({set:others}) and high_key not in ({keys}) union select high_key from links where high_key in ({set:others}) and low_key not in ({keys})
            """, r => r.GetInt64(0), ("others", others), ("keys", keys))).ToHashSet();
        var nobodys = await transaction.Read("select identifier_key, namespace, scope, value_cipher from identifiers where identifier_key in ({set:others}) and person_id = 0", Read, ("others", others));
        nobodys.RemoveAll(o => linked.Contains(o.Key));
        return (nobodys, [.. others.Except(nobodys.Select(o => o.Key)).Order()]);
    }

    public async Task Bury(BooksTransaction transaction, Subject subject, long request, long atMs)
    {
        foreach (var own in await transaction.Read("select identifier_key, namespace, scope, value_cipher from identifiers where identifier_key in ({keys})", Read, ("keys", subject.Keys)))
            await transaction.Execute("""
                insert into erased_identifiers (identifier_key, proof, erased_at_ms, request_id, suppressed, value_key) values (@key, @proof, @at, @request, 0, @value)
                on conflict (identifier_key) do update set proof = excluded.proof, erased_at_ms = excluded.erased_at_ms, request_id = excluded.request_id, value_key = excluded.value_key
                """, ("key", own.Key), ("proof", vault.Tombstone(own.Namespace, own.Scope, vault.Open(own.Cipher))), ("at", atMs), ("request", request), ("value", vault.TombstoneOfValue(vault.Open(own.Cipher))));
        // Nodes that share the Books look again.
        if (transaction.Dialect == Dialect.Postgres) await transaction.Execute("update identity_epoch set epoch = epoch + 1");
    }

    public async Task Settle(IDoor door, long[] around, long request, CancellationToken cancel)
    {
        foreach (var some in around.Chunk(AtOnce))
            await door.SubmitMany([.. some.Select(key => new Command
            {
                Source = Sources.Operator,
                Id = $"privacy/{request}/{key:x}",
                AtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
                Channel = "danke",
                Body = new ReconsiderIdentities([key]),
            })], cancel);
    }

    public async Task<long[]> StillNobodys(long[] keys, CancellationToken cancel)
    {
        var again = await books.Read("select i.identifier_key from identifiers i join erased_identifiers e on e.identifier_key = i.identifier_key where i.identifier_key in ({keys}) and i.first_seen_ms > e.erased_at_ms",
            r => r.GetInt64(0), [("keys", keys)], cancel);
        return [.. keys.Except(again)];
    }

    public async Task<IReadOnlyDictionary<long, long>> Suppressed(CancellationToken cancel) =>
        (await books.Read("select request_id, sum(suppressed) from erased_identifiers group by request_id", r => (r.GetInt64(0), Convert.ToInt64(r.GetValue(1), System.Globalization.CultureInfo.InvariantCulture)), [], cancel))
            .ToDictionary(r => r.Item1, r => r.Item2);
}
