using Danke.Loyalty.Earning;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Benefits;

/// <summary>What the persons of a batch were given and used, in step with the batch. A program without benefits reads nothing.</summary>
internal sealed class LoadedBenefits
{
    private readonly Dictionary<long, BenefitUseRow> rows = [];
    private readonly HashSet<long> known = [];
    private readonly HashSet<long> changed = [];
    private readonly List<(long Person, string Program, long Via, string From, long AtMs, long Id)> tierMoves = [];

    public static async ValueTask<LoadedBenefits> Load(Batch batch, BooksTransaction books, ProgramBook programs)
    {
        var loaded = new LoadedBenefits();
        var gives = batch.Steps.Select(s => s.Command).Where(c => c.Body is GiveBenefit).ToList();
        if (batch.PersonIds.Count == 0 || !programs.AllLive.Any(p => p.Benefits.Length > 0) && !batch.Steps.Any(s => s.Command.Body is BenefitUseReversed)) return loaded;
        var persons = batch.PersonIds.ToArray();
        foreach (var row in await books.Read(BenefitUseRow.Select + " where person_id in ({keys})", BenefitUseRow.Read, ("keys", persons)))
        {
            loaded.rows[row.Id] = row;
            loaded.known.Add(row.Id);
        }
        if (gives.Count > 0)
            loaded.tierMoves.AddRange(await books.Read("select person_id, program, via_key, from_tier, at_ms, tier_move_id from tier_moves where person_id in ({keys}) and at_ms >= @from",
                r => (r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetString(3), r.GetInt64(4), r.GetInt64(5)), ("keys", persons), ("from", gives.Min(g => g.AtMs))));
        return loaded;
    }

    public IEnumerable<BenefitUseRow> Of(long person, string program, string benefit) =>
        rows.Values.Where(r => r.PersonId == person && r.Program == program && r.Benefit == benefit).OrderBy(r => r.Id);

    public IEnumerable<BenefitUseRow> OfOrder(long person, string orderKey) => rows.Values.Where(r => r.PersonId == person && r.OrderKey == orderKey).OrderBy(r => r.Id).ToList();

    public IEnumerable<BenefitUseRow> GiftsOf(long person, string program) => rows.Values.Where(r => r.PersonId == person && r.Program == program && r.State == BenefitUseRow.Given).OrderBy(r => r.Id).ToList();

    public BenefitUseRow? Find(long id) => rows.GetValueOrDefault(id);

    public void Put(BenefitUseRow row)
    {
        rows[row.Id] = row;
        changed.Add(row.Id);
    }

    /// <summary>The tier that a membership held at an instant: what the first move since then left, or what it holds.</summary>
    /// <param name="made">Moves of this batch.</param>
    public string TierAt(MembershipRow row, long atMs, IEnumerable<TierMoveRow> made) =>
        tierMoves.Where(m => m.Person == row.PersonId && m.Program == row.Program && m.AtMs > atMs)
            .Concat(made.Where(m => m.PersonId == row.PersonId && m.Program == row.Program && m.AtMs > atMs).Select(m => (m.PersonId, m.Program, m.ViaKey, m.From, m.AtMs, m.Id)))
            .OrderBy(m => m.Item5).ThenBy(m => m.Item6).Select(m => m.Item4).FirstOrDefault() ?? row.Tier;

    /// <summary>What came in by an identifier goes where that goes.</summary>
    public void Follow(Step step)
    {
        foreach (var row in rows.Values.ToList()) rows[row.Id] = row with { PersonId = step.OwnerAfter(row.PersonId, row.ViaKey) };
        for (var i = 0; i < tierMoves.Count; i++) tierMoves[i] = tierMoves[i] with { Person = step.OwnerAfter(tierMoves[i].Person, tierMoves[i].Via) };
    }

    public async ValueTask Save(BooksTransaction books)
    {
        if (changed.Count == 0) return;
        await books.Insert(BenefitUseRow.Table, changed.Where(id => !known.Contains(id)).Order().Select(id => rows[id]).ToList());
        await books.Upsert(BenefitUseRow.Table, changed.Where(known.Contains).Order().Select(id => rows[id]).ToList());
    }
}
