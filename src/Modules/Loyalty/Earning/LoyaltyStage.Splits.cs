using Danke.Contracts.Commands;
using Danke.Engines.Ledger;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>Somebody approves or rejects that one side of a split bears what the other owes.</summary>
internal sealed record ShortfallDecided(long ShortfallId, bool IsApproved) : CommandBody
{
    public override string Type => "points.shortfall_decided";
}

/// <summary>
/// Identifiers go from one person to another: entries, lots, debts and tier moves go with the identifier they came in by, the membership
/// with the one it was joined by. A membership that a merge ended lives again with its number. Who gets points and never joined holds them
/// unclaimed, of whatever type they are: with points of a further type alone there is an unclaimed membership beside them.
/// </summary>
internal sealed partial class LoyaltyStage
{
    private readonly Dictionary<long, ShortfallRow> shortfalls = [];
    private readonly HashSet<long> knownShortfalls = [];
    private readonly List<ShortfallDecision> decisions = [];

    private async ValueTask LoadShortfalls(Batch batch, BooksTransaction books)
    {
        knownShortfalls.Clear();
        var asked = batch.Steps.Select(s => s.Command.Body).OfType<ShortfallDecided>().Select(d => d.ShortfallId).ToArray();
        if (asked.Length == 0) return;
        foreach (var row in await books.Read(ShortfallRow.Select + " where shortfall_id in ({keys})", ShortfallRow.Read, ("keys", asked)))
        {
            shortfalls[row.Id] = row;
            knownShortfalls.Add(row.Id);
        }
    }

    private static ValueTask ReserveForDivisions(Batch batch) => batch.Reserve("shortfall", batch.Steps.Count * 4);

    private void Divide(Step step)
    {
        foreach (var group in step.Moves.GroupBy(m => (m.From, m.To)))
        {
            var (from, to) = group.Key;
            var keys = group.Select(m => m.Key).ToHashSet();
            // Further types first: whether there are any decides on the membership.
            foreach (var membership in loaded.Of(from).OrderByDescending(m => m.Row.IsLedgerAlone)) Divide(step, membership, to, keys);
            for (var i = 0; i < entries.Count; i++)
                if (entries[i].PersonId == from && keys.Contains(entries[i].Entry.Via)) entries[i] = entries[i] with { PersonId = to };
            for (var i = 0; i < moves.Count; i++)
                if (moves[i].PersonId == from && keys.Contains(moves[i].ViaKey)) moves[i] = moves[i] with { PersonId = to };
            FollowMovements((person, via) => person == from && keys.Contains(via) ? to : person);
            redemptions.Follow(r => r.PersonId == from && keys.Contains(r.Redemption.Via) ? to : r.PersonId);
            foreach (var row in shortfalls.Values.Where(f => f.PersonId == from && keys.Contains(f.ViaKey)).ToList())
                shortfalls[row.Id] = row with { PersonId = to };
        }
    }

    private void Divide(Step step, Membership from, long to, HashSet<long> keys)
    {
        var known = loaded.OtherSide(from, to, keys);
        var other = known ?? loaded.Add(UnclaimedRow(step, from.Row, to));
        if (other.Row.Card == from.Row.Card) loaded.Replace(from, keys, () => UnclaimedRow(step, from.Row, from.Row.PersonId));
        var mayOwe = programs.Live(from.Row.Program)?.RefundPolicy == RefundPolicy.Unlimited;
        var missing = WithLots(from.Row.PersonId, () =>
            from.Account.Divide(other.Account, keys, mayOwe, () => batch.NewId("lot"), step.Command.AtMs, $"validity, {from.Row.Program}"));
        foreach (var shortfall in missing) Add(step, shortfall, from.Row, other.Row);
        DivideTiers(from, other, keys);
        Changed(step, from, "loyalty.membership_divided.v1", isSplit: true);
        if (known is null && other is { Account.Lots.Count: 0, Account.Growth: 0, Tiers.IsEmpty: true } && !HoldsFurther(to, other.Row.Program)) loaded.Remove(other);
        else Changed(step, other, "loyalty.membership_divided.v1", isSplit: true);
    }

    private bool HoldsFurther(long person, string program) => loaded.Of(person).Exists(m => m.Row.IsLedgerAlone && PointTypes.ProgramOf(m.Row.Program) == program);

    private MembershipRow UnclaimedRow(Step step, MembershipRow like, long person) => new()
    {
        PersonId = person,
        Program = like.Program,
        ViaKey = 0,
        Card = NewCard(like.Program),
        State = like.IsLedgerAlone ? MembershipRow.Holding : MembershipRow.Unclaimed,
        Tier = like.IsLedgerAlone ? "" : programs.Live(like.Program)?.Tiers[0].Name ?? like.Tier,
        TierSinceMs = step.Command.AtMs,
        JoinedAtMs = step.Command.AtMs,
        JoinedChannel = step.Command.Channel,
    };

    private void Add(Step step, Shortfall shortfall, MembershipRow from, MembershipRow other)
    {
        var (debtor, bearer) = shortfall.OtherOwes ? (other, from) : (from, other);
        var row = new ShortfallRow(batch.NewId("shortfall"), from.Program, debtor.PersonId, shortfall.Debtor, shortfall.BorneByOther == 0 ? 0 : bearer.PersonId, shortfall.Bearer,
            shortfall.BorneByOther, shortfall.BorneByProgram, ShortfallRow.Awaiting, step.Command.AtMs, step.Command.Key);
        shortfalls[row.Id] = row;
        step.Announce("loyalty.split_shortfall.v1", "", row.Id);
    }

    private Refusal? CheckDecision(Step step, ShortfallDecided decided)
    {
        if (shortfalls.GetValueOrDefault(decided.ShortfallId) is not { } row)
            return new Refusal("shortfall_unknown", $"There is no split shortfall {decided.ShortfallId}.", Final: true);
        if (row.State != ShortfallRow.Awaiting) return new Refusal("shortfall_decided", $"Split shortfall {row.Id} was {row.State} already.", Final: true);
        if (row.PersonId != 0 && row.PersonId != step.Person.PersonId)
            return new Refusal("shortfall_moved", $"Split shortfall {row.Id} is borne by person {row.PersonId} now. Send the decision again.", Final: true);
        return null;
    }

    // Approved, it stays as it is; rejected, who bore it has the points back and the program bears them.
    private void Decide(Step step, ShortfallDecided decided)
    {
        var row = shortfalls[decided.ShortfallId] with { State = decided.IsApproved ? ShortfallRow.Approved : ShortfallRow.Rejected };
        shortfalls[row.Id] = row;
        decisions.Add(new ShortfallDecision(row.Id, row.State, step.Command.AtMs, step.Command.Key));
        if (decided.IsApproved || row.BorneByOther == 0 || loaded.Find(row.PersonId, row.Program) is not { } bearer) return;
        var expires = programs.Live(row.Program) is { } program ? Expiry.Of(program.Validity, program.Zone, step.Command.AtMs) : null;
        bearer.Account.Give(batch.NewId("lot"), row.ViaKey, row.BorneByOther, expires, step.Command.AtMs, "rejected: the program bears it after a split", EntryKind.SplitShortfall);
        Changed(step, bearer, "loyalty.points_adjusted.v1");
    }

    private async ValueTask SaveShortfalls(BooksTransaction books)
    {
        await books.Insert(ShortfallRow.Table, shortfalls.Values.Where(f => !knownShortfalls.Contains(f.Id)).ToList());
        await books.Update(ShortfallDecision.Table, decisions);
    }
}
