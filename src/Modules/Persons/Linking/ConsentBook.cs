using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Contracts.Touch;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>The consents of a batch's persons. The newest statement counts; when persons unite, the most restrictive does.</summary>
internal sealed class ConsentBook
{
    private readonly Dictionary<(long Person, string Via, string Purpose, long Point), ConsentRow> rows = [];
    private readonly Dictionary<long, HashSet<(long, string, string, long)>> keysOf = [];
    private readonly HashSet<(long, string, string, long)> changed = [];
    private readonly List<long> emptied = [];
    private readonly List<ConsentRow> gone = [];

    public async ValueTask Load(Batch batch, BooksTransaction books)
    {
        rows.Clear();
        keysOf.Clear();
        changed.Clear();
        emptied.Clear();
        gone.Clear();
        var wanted = batch.Steps.Any(s => s.Command.Body is ConsentChanged or ITouches) ? batch.PersonIds : [.. batch.MayMerge.Concat(batch.MayDivide).Distinct()];
        if (wanted.Count == 0) return;
        foreach (var row in await books.Read(ConsentRow.Select + " where person_id in ({keys})", ConsentRow.Read, ("keys", wanted.ToArray())))
            Remember(row);
    }

    public IEnumerable<ConsentRow> Of(long personId) => keysOf.TryGetValue(personId, out var keys) ? keys.Order().Select(k => rows[k]) : [];

    /// <summary>False when a newer statement is known.</summary>
    public bool Change(ConsentRow row)
    {
        if (rows.TryGetValue(row.Key, out var known) && known.AtMs > row.AtMs) return false;
        Put(row);
        return true;
    }

    public void Unite(long from, long to)
    {
        var theirs = Of(from).ToList();
        var ours = Of(to).ToList();
        foreach (var row in theirs) rows.Remove(row.Key);
        keysOf.Remove(from);
        emptied.Add(from);
        foreach (var row in theirs) Put(MostRestrictive(row with { PersonId = to }));
        // What one side allowed and the other was never asked about is not allowed for both.
        foreach (var row in ours.Concat(theirs).Where(r => r.Granted && r.PointKey == 0))
            if (!(ours.Exists(o => Same(o, row)) && theirs.Exists(t => Same(t, row)))) Put(row with { PersonId = to, Granted = false });
    }

    /// <summary>What came in by the identifier goes where it goes. What somebody allowed of a phone is not its next owner's word.</summary>
    public void Move(IdentifierMove move)
    {
        foreach (var row in Of(move.From).Where(r => r.ViaKey == move.Key).ToList())
        {
            rows.Remove(row.Key);
            keysOf[move.From].Remove(row.Key);
            gone.Add(row);
            Put(MostRestrictive(row with { PersonId = move.To }));
        }
    }

    private static bool Same(ConsentRow a, ConsentRow b) => a.Via == b.Via && a.Purpose == b.Purpose && a.PointKey == b.PointKey;

    private ConsentRow MostRestrictive(ConsentRow row) =>
        rows.TryGetValue(row.Key, out var known) && (!known.Granted || (row.Granted && known.AtMs > row.AtMs)) ? known : row;

    private void Put(ConsentRow row)
    {
        Remember(row);
        changed.Add(row.Key);
    }

    private void Remember(ConsentRow row)
    {
        rows[row.Key] = row;
        if (!keysOf.TryGetValue(row.PersonId, out var keys)) keysOf[row.PersonId] = keys = [];
        keys.Add(row.Key);
    }

    public async ValueTask Save(BooksTransaction books)
    {
        if (emptied.Count > 0) await books.Execute("delete from consents where person_id in ({keys})", ("keys", emptied.ToArray()));
        foreach (var row in gone)
            await books.Execute("delete from consents where person_id = @person and via = @via and purpose = @purpose and point_key = @point",
                ("person", row.PersonId), ("via", row.Via), ("purpose", row.Purpose), ("point", row.PointKey));
        await books.Upsert(ConsentRow.Table, changed.Where(rows.ContainsKey).Select(k => rows[k]).ToList());
    }
}
