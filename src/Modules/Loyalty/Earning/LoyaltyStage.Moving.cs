using System.Data.Common;
using System.Globalization;
using Danke.Contracts.Commands;
using Danke.Engines.Ledger;
using Danke.Loyalty.Points;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>Points from the addressed member to another.</summary>
internal sealed record PointsTransferred(string Program, long Points, long ToPerson, string Reason) : CommandBody
{
    public override string Type => "points.transferred";
}

/// <summary>Points brought from a partner, or taken there.</summary>
/// <param name="TheirPoints">In the partner's points, at least 1.</param>
internal sealed record PointsExchanged(string Program, string Partner, bool IsBrought, long TheirPoints, string Reference) : CommandBody
{
    public override string Type => "points.exchanged";
}

/// <summary>What was given, taken, transferred or exchanged is undone: the entry and all others that the same command made.</summary>
internal sealed record EntryReversed(long EntryId, string Reason) : CommandBody
{
    public override string Type => "points.entry_reversed";
}

/// <summary>A second person approves or rejects points given or taken by hand.</summary>
/// <param name="Actor">Who decides: never who asked.</param>
internal sealed record AdjustmentDecided(long RequestId, bool IsApproved, string Actor) : CommandBody
{
    public override string Type => "points.adjustment_decided";
}

/// <summary>Points given or taken by hand beyond what one person may.</summary>
internal sealed record RequestRow(long Id, long PersonId, long Via, string Program, long Points, string Reason, long? ExpiresAtMs, string State, long AtMs, string CommandKey, long? DecidedAtMs, string? DecidedBy)
{
    public const string Select =
        "select request_id, person_id, via_key, program, points, reason, expires_at_ms, state, at_ms, command_key, decided_at_ms, decided_by from adjustment_requests";

    /// <summary>Who asked: a command of a screen or the API is called console/ACTOR/KEY, and the key may hold a slash.</summary>
    public string RequestedBy => CommandKey.Split('/') is [_, var actor, ..] ? actor : CommandKey;

    public bool IsAskedBy(string actor) => CommandKey.StartsWith($"{DirectCommands.Source}/{actor}/", StringComparison.Ordinal);

    public static RequestRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3), r.GetInt64(4), r.GetString(5), r.LongOrNull(6), r.GetString(7), r.GetInt64(8),
        r.GetString(9), r.LongOrNull(10), r.TextOrNull(11));

    public static readonly Table<RequestRow> Table = new Table<RequestRow>("adjustment_requests", "request_id")
        .Long("request_id", r => r.Id).Long("person_id", r => r.PersonId).Long("via_key", r => r.Via).Text("program", r => r.Program).Long("points", r => r.Points)
        .Text("reason", r => r.Reason).LongOrNull("expires_at_ms", r => r.ExpiresAtMs).Text("state", r => r.State).Long("at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey)
        .LongOrNull("decided_at_ms", r => r.DecidedAtMs).Text("decided_by", r => r.DecidedBy);
}

/// <summary>Transfers, exchanges, reversals, and adjustments that wait for a second person.</summary>
internal sealed partial class LoyaltyStage
{
    /// <summary>Entries of one command lie within so many numbers of one another: no command touches more lots.</summary>
    private const int WidestMovement = 5_000;

    private readonly record struct GivenAway(long PersonId, long Via, string Program, long Day, long Points);

    private readonly Dictionary<long, RequestRow> requests = [];
    private readonly HashSet<long> changedRequests = [];
    private readonly List<GivenAway> givenAway = [];
    private readonly List<EntryRow> movements = [];
    private readonly HashSet<long> reversed = [];

    /// <summary>What the batch's movements touch beside the addressed persons.</summary>
    private async ValueTask LoadMovements(BooksTransaction books)
    {
        requests.Clear();
        changedRequests.Clear();
        givenAway.Clear();
        movements.Clear();
        reversed.Clear();
        needs.Others.Clear();
        needs.Lots.Clear();
        var bodies = batch.Steps.Select(s => s.Command.Body).ToList();
        if (bodies.OfType<AdjustmentDecided>().Select(d => d.RequestId).ToArray() is { Length: > 0 } asked)
            foreach (var row in await books.Read(RequestRow.Select + " where request_id in ({keys}) {for update}", RequestRow.Read, ("keys", asked))) requests[row.Id] = row;
        if (bodies.OfType<PointsTransferred>().ToList() is { Count: > 0 } transfers) await LoadTransfers(books, transfers);
        if (bodies.OfType<EntryReversed>().Select(r => r.EntryId).ToArray() is { Length: > 0 } entryIds) await LoadReversals(books, entryIds);
    }

    private async ValueTask LoadTransfers(BooksTransaction books, List<PointsTransferred> transfers)
    {
        needs.Others.UnionWith(transfers.Select(t => t.ToPerson));
        // Two days: whatever the program's zone, today is one of them.
        givenAway.AddRange(await books.Read("""
            select person_id, via_key, program, day, cast(-sum(spendable) as bigint) from points_entries
            where person_id in ({keys}) and kind = 'transfer_out' group by person_id, via_key, program, day
            """, r => new GivenAway(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4)), ("keys", batch.PersonIds.ToArray())));
    }

    private async ValueTask LoadReversals(BooksTransaction books, long[] entryIds)
    {
        movements.AddRange(await books.Read($"""
            select e.entry_id, e.person_id, e.program, e.kind, e.lot_id, e.order_id, e.via_key, e.pending, e.spendable, e.growth, e.at_ms, e.rule, e.contra, e.recorded_at_ms, e.command_key, e.day
            from points_entries e join (select entry_id, command_key from points_entries where entry_id in ({"{keys}"})) t
              on e.entry_id between t.entry_id - {WidestMovement} and t.entry_id + {WidestMovement} and e.command_key = t.command_key
            """, r => new EntryRow(r.GetInt64(0), r.GetInt64(1), r.GetString(2),
                new Entry(LedgerWords.ParseEntryKind(r.GetString(3)), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7), r.GetInt64(8), r.GetInt64(9), r.GetInt64(10), r.GetString(11))
                { Contra = LedgerWords.ParseAccount(r.GetString(12)) }, r.GetInt64(13), r.GetString(14), r.GetInt64(15)), ("keys", entryIds)));
        if (movements.Count == 0) return;
        needs.Others.UnionWith(movements.Select(m => m.PersonId));
        needs.Lots.UnionWith(movements.Select(m => m.Entry.LotId).Where(l => l != 0));
        reversed.UnionWith(await books.Read("select reverses from points_entries where reverses <> 0 and reverses in ({keys})", r => r.GetInt64(0), ("keys", movements.Select(m => m.EntryId).ToArray())));
    }

    private ValueTask ReserveForMovements() => batch.Reserve("adjustment_request", batch.Steps.Count(s => s.Command.Body is PointsAdjusted));

    private Refusal? CheckTransfer(Step step, PointsTransferred transfer)
    {
        if ((NeedsProgram(transfer.Program) ?? NeedsMembership(step, transfer.Program)) is { } no) return no;
        var program = programs.Live(transfer.Program)!;
        var rule = program.Ledger.Transfers;
        if (!rule.Allowed) return PointsRefusals.Because("transfers_not_allowed", "The program lets no points go from member to member.");
        if (transfer.ToPerson == step.Person.PersonId) return PointsRefusals.Because("transfer_to_self", "The recipient is the same person.");
        if (MemberOf(transfer.ToPerson, program.Name) is null) return PointsRefusals.Because("recipient_not_a_member", $"Person {transfer.ToPerson} is no active member of the program.");
        if (transfer.Points > rule.MostAtOnce) return PointsRefusals.Because("transfer_too_large", $"At most {rule.MostAtOnce} points may go at once.");
        var day = LocalDay.Of(program.Zone, step.Command.AtMs);
        var already = givenAway.Where(g => g.PersonId == step.Person.PersonId && g.Program == program.Name && g.Day == day).Sum(g => g.Points);
        if (already + transfer.Points > rule.MostPerDay) return PointsRefusals.Because("transfer_quota_exceeded", $"{already} of {rule.MostPerDay} points went today.");
        return NeedsBalance(step, transfer.Program, transfer.Points);
    }

    private void Transfer(Step step, PointsTransferred transfer)
    {
        var program = programs.Live(transfer.Program)!;
        var at = step.Command.AtMs;
        var (from, to) = (OpenLedger(step, step.Person.PersonId, program), OpenLedger(step, transfer.ToPerson, program));
        var isReset = program.Ledger.Transfers.Expiry == TransferExpiry.Reset;
        WithLots(to.Row.PersonId, () =>
        {
            from.Account.ExpireDue(at, $"validity, {program.Name} v{program.Version}");
            from.Account.Transfer(to.Account, transfer.Points, step.Person.ViaKey, to.Row.ViaKey, isReset, isReset ? Expiry.Of(program.Validity, program.Zone, at) : null, NewLot, at,
                $"transferred: {transfer.Reason}", $"received: {transfer.Reason}");
            return true;
        });
        givenAway.Add(new GivenAway(step.Person.PersonId, step.Person.ViaKey, program.Name, LocalDay.Of(program.Zone, at), transfer.Points));
        Changed(step, from, "loyalty.points_transferred.v1");
        Changed(step, to, "loyalty.points_received.v1");
    }

    private Refusal? CheckExchange(Step step, PointsExchanged exchange)
    {
        if ((NeedsProgram(exchange.Program) ?? NeedsMembership(step, exchange.Program)) is { } no) return no;
        if (programs.Live(exchange.Program)!.Ledger.Partner(exchange.Partner) is not { } rate) return PointsRefusals.Because("partner_unknown", $"The program exchanges no points with '{exchange.Partner}'.");
        if (!(exchange.IsBrought ? rate.MayBring : rate.MayTake)) return PointsRefusals.Because("exchange_not_allowed", $"Points may not be {(exchange.IsBrought ? "brought from" : "taken to")} '{rate.Name}'.");
        if (rate.Here(exchange.TheirPoints) is not { } points) return PointsRefusals.Because("exchange_not_even", $"{rate.TheirPoints} of theirs are {rate.Points} here: {exchange.TheirPoints} do not come out even.");
        return exchange.IsBrought ? null : NeedsBalance(step, exchange.Program, points);
    }

    private void Exchange(Step step, PointsExchanged exchange)
    {
        var program = programs.Live(exchange.Program)!;
        var at = step.Command.AtMs;
        var membership = OpenLedger(step, step.Person.PersonId, program);
        var points = program.Ledger.Partner(exchange.Partner)!.Here(exchange.TheirPoints)!.Value;
        var note = $"{(exchange.IsBrought ? "brought from" : "taken to")} {exchange.Partner}: {exchange.TheirPoints} of theirs, {exchange.Reference}";
        WithLots(step.Person.PersonId, () =>
        {
            membership.Account.ExpireDue(at, $"validity, {program.Name} v{program.Version}");
            if (exchange.IsBrought)
                membership.Account.Give(NewLot(), step.Person.ViaKey, points, Expiry.Of(program.Validity, program.Zone, at), at, note, EntryKind.ExchangeIn);
            else membership.Account.Take(EntryKind.ExchangeOut, points, 0, step.Person.ViaKey, at, note);
            return true;
        });
        Changed(step, membership, "loyalty.points_exchanged.v1");
    }

    // What the entry's command made, as far as it can be undone; made in this batch or before.
    private List<EntryRow> Movement(long entryId)
    {
        var all = movements.Concat(entries).ToList();
        return all.FirstOrDefault(e => e.EntryId == entryId) is not { } asked ? []
            : Moving.MayReverse(asked.Entry.Kind) is not null ? [asked]
            : [.. all.Where(e => e.CommandKey == asked.CommandKey && Moving.MayReverse(e.Entry.Kind) is null).DistinctBy(e => e.EntryId).OrderBy(e => e.EntryId)];
    }

    private Refusal? CheckReversal(Step step, EntryReversed reversal)
    {
        var movement = Movement(reversal.EntryId);
        if (movement.Count == 0 || movement.All(e => e.PersonId != step.Person.PersonId)) return PointsRefusals.Because("entry_unknown", $"The person has no entry {reversal.EntryId}.");
        var why = movement.Select(e => reversed.Contains(e.EntryId) ? ReversalRefusal.Reversed : WhyNot(e, step.Command.AtMs)).Where(w => w is not null).Min();
        return why is { } reason ? PointsRefusals.Because(reason, reversal.EntryId) : null;
    }

    private ReversalRefusal? WhyNot(EntryRow row, long atMs) =>
        Moving.MayReverse(row.Entry.Kind) ?? (loaded.Find(row.PersonId, row.Program) is { } membership ? membership.Account.MayReverse(row.Entry, atMs) : ReversalRefusal.LotMoved);

    private void Reverse(Step step, EntryReversed reversal)
    {
        var touched = new List<Membership>();
        foreach (var row in Movement(reversal.EntryId))
        {
            var membership = loaded.Find(row.PersonId, row.Program)!;
            WithLots(row.PersonId, () =>
            {
                membership.Account.ExpireDue(step.Command.AtMs, $"validity, {row.Program}");
                membership.Account.Reverse(row.Entry, row.EntryId, step.Command.AtMs, $"undone: {reversal.Reason}");
                return true;
            });
            reversed.Add(row.EntryId);
            if (!touched.Contains(membership)) touched.Add(membership);
        }
        foreach (var membership in touched) Changed(step, membership, "loyalty.entry_reversed.v1");
    }

    // Of a screen or a caller of the API: what sources report happened already.
    private bool Waits(Step step, PointsAdjusted adjusted) =>
        step.Command.Source == DirectCommands.Source && Math.Abs((decimal)adjusted.Points) > programs.Live(adjusted.Program)!.Ledger.FourEyesAbove;

    private void Request(Step step, PointsAdjusted adjusted)
    {
        var row = new RequestRow(batch.NewId("adjustment_request"), step.Person.PersonId, step.Person.ViaKey, programs.Live(adjusted.Program)!.Name, adjusted.Points, adjusted.Reason,
            adjusted.ExpiresAtMs, ShortfallRow.Awaiting, step.Command.AtMs, step.Command.Key, null, null);
        requests[row.Id] = row;
        changedRequests.Add(row.Id);
        step.Announce("loyalty.adjustment_requested.v1", "", row.Id);
    }

    private Refusal? CheckAdjustment(Step step, AdjustmentDecided decided)
    {
        if (requests.GetValueOrDefault(decided.RequestId) is not { } row || row.PersonId != step.Person.PersonId)
            return PointsRefusals.Because("request_unknown", $"There is no request {decided.RequestId} for the person.");
        if (row.State != ShortfallRow.Awaiting) return PointsRefusals.Because("request_decided", $"Request {row.Id} was {row.State} already.");
        if (row.IsAskedBy(decided.Actor)) return PointsRefusals.Because("same_person", "Who asked cannot decide: a second person does.");
        if (!decided.IsApproved) return null;
        return NeedsProgram(row.Program) ?? NeedsMembership(step, row.Program) ?? (row.Points < 0 ? NeedsBalance(step, row.Program, -row.Points) : null);
    }

    private void Decide(Step step, AdjustmentDecided decided)
    {
        var row = requests[decided.RequestId];
        requests[row.Id] = row with { State = decided.IsApproved ? ShortfallRow.Approved : ShortfallRow.Rejected, DecidedAtMs = step.Command.AtMs, DecidedBy = step.Command.Key };
        changedRequests.Add(row.Id);
        step.Announce("loyalty.adjustment_decided.v1", "", row.Id);
        if (decided.IsApproved)
            Adjust(step, new PointsAdjusted(row.Program, row.Points, string.Create(CultureInfo.InvariantCulture, $"{row.Reason} (request {row.Id})"), row.ExpiresAtMs), row.Via);
    }

    /// <summary>Rows of the movements go where their persons go.</summary>
    private void FollowMovements(Func<long, long, long> personOf)
    {
        foreach (var row in requests.Values.ToList()) requests[row.Id] = row with { PersonId = personOf(row.PersonId, row.Via) };
        for (var i = 0; i < givenAway.Count; i++) givenAway[i] = givenAway[i] with { PersonId = personOf(givenAway[i].PersonId, givenAway[i].Via) };
        for (var i = 0; i < movements.Count; i++) movements[i] = movements[i] with { PersonId = personOf(movements[i].PersonId, movements[i].Entry.Via) };
    }

    private async ValueTask SaveMovements(BooksTransaction books)
    {
        if (changedRequests.Count > 0) await books.Upsert(RequestRow.Table, [.. changedRequests.Order().Select(id => requests[id])]);
    }
}
