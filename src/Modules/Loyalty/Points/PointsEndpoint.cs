using System.Runtime.CompilerServices;
using Danke.Contracts.Loyalty;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Loyalty.Tiers;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Exports;
using Danke.Platform.Json;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Points;

/// <summary><c>GET /v1/persons/{id}/points</c>: a member's balances, the lots they are made of, and the ledger.</summary>
internal static class PointsEndpoint
{
    /// <summary>Open lots first; of the closed ones, as many newest as fit.</summary>
    private const long MostLots = 200;

    /// <param name="PointType">Which of the program's points balances, lots and entries are of; points: its first type.</param>
    /// <param name="Types">The balances of every type.</param>
    /// <param name="Conversions">Which type may become which; empty for a program that is no longer live.</param>
    /// <param name="Entries">The ledger, newest first, page by page; <paramref name="Next"/> is its cursor.</param>
    public sealed record PointsView(
        long PersonId, string Program, string PointType, long? ProgramVersion, BalancesView Balances, TierView Tier, IReadOnlyList<TypeView> Types, IReadOnlyList<ConversionView> Conversions,
        IReadOnlyList<LotView> Lots, IReadOnlyList<EntryView> Entries, string? Next);

    /// <param name="Spendable">What the ledger holds; below zero is a debt.</param>
    /// <param name="Due">Of it, points whose validity has ended and that are about to be written off; they can no longer be spent.</param>
    /// <param name="NextExpiryPoints">How many end at <paramref name="NextExpiryAt"/>; null when nothing does.</param>
    public sealed record BalancesView(
        long Pending, long Spendable, long Due, long Earned, long Spent, long Expired, long Growth, DateTimeOffset? NextExpiryAt, long? NextExpiryPoints);

    public sealed record TypeView(string Name, string? Title, int Scale, long Pending, long Spendable, long Earned, long Spent, long Expired, DateTimeOffset? NextExpiryAt);

    /// <param name="Points">So many of <paramref name="From"/> become <paramref name="Gives"/> of <paramref name="To"/>.</param>
    public sealed record ConversionView(string From, string To, long Points, long Gives);

    /// <param name="Next">Null at the top, and for a program that is no longer live.</param>
    public sealed record TierView(string Name, string Title, long From, DateTimeOffset Since, long Growth, PersonNextTier? Next);

    public sealed record LotView(
        long LotId, string State, long Amount, long Remaining, long? OrderId, DateTimeOffset EarnedAt, DateTimeOffset? ActiveAt, DateTimeOffset? ExpiresAt);

    /// <param name="Order">The order's number.</param>
    /// <param name="Rule">The rule that said so, in the ledger's words.</param>
    /// <param name="Event">The event that brought it, as source/id.</param>
    /// <param name="Gave">What each rule of the program gave or took; empty where no rules decided.</param>
    public sealed record EntryView(
        long EntryId, string Kind, long Pending, long Spendable, long Growth, long? LotId, long? OrderId, string? Order, DateTimeOffset At, string Rule, long? ProgramVersion,
        string Reason, string Event, IReadOnlyList<GaveView> Gave);

    /// <param name="Rule">base: the program's rate.</param>
    public sealed record GaveView(string Rule, string Title, long Points);

    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/persons/{id:long}/points", Read).RequireScope(Scopes.LoyaltyRead).WithTags("Persons").WithSummary("A member's balances, tier, lots and ledger.").Produces<PointsView>();
        v1.MapGet("/persons/{id:long}/points/export.csv", Export).RequireScope(Scopes.LoyaltyRead).WithTags("Persons").WithSummary("A member's ledger as a file for a spreadsheet.")
            .ProducesCsv();
    }

    private static async Task<IResult> Read(
        long id, string? program, string? point_type, string? cursor, int? limit, BooksStore books, IPersonDirectory directory, LivePrograms programs, EntryLedger ledger, IEnumerable<IOrderLabels> orders,
        TierReading tiers, TimeProvider clock, CancellationToken cancel)
    {
        var after = Cursor.Read<long>(cursor, 2) ?? [long.MaxValue, long.MaxValue];
        if (await directory.Current(id, cancel) is not { } current) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        var (name, ledgerName) = (Ledgers.Of(program, null), Ledgers.Of(program, point_type));
        var rows = await OfProgram(books, current, name, cancel);
        if (rows.Find(r => r.Program == name) is not { } member) return NeverJoined(current, name);

        var live = await programs.Find(name, cancel);
        if (rows.Find(r => r.Program == ledgerName) is not { } membership)
        {
            if (live?.FindLedger(ledgerName) is null) return Problem.NotFound("point_type_unknown", $"The program '{name}' has no points of the type '{point_type}'.");
            membership = Empty(member, ledgerName);
        }
        var lots = await Lots(books, membership, cancel);
        var most = Cursor.Limit(limit);
        var page = Page<PointsEntry>.Of(await ledger.Before(current, after[0], after[1], most + 1, cancel, ledgerName), most, e => [e.AtMs, e.EntryId]);
        var labels = await orders.Labels(page.Items, cancel);
        var versions = await Versions(page.Items, programs, cancel);
        return Results.Ok(new PointsView(current, name, PointTypes.TypeOf(ledgerName), live?.Version, Balances(membership, lots, clock.GetUtcNow().ToUnixTimeMilliseconds()), Tier(member, live, await tiers.Of(member, live, cancel)), Types(member, rows, live),
            [.. (live?.Conversions ?? []).Select(c => new ConversionView(c.From, c.To, c.Points, c.Gives))],
            [.. lots.Select(View)], [.. page.Items.Select(e => View(e, labels.GetValueOrDefault(e.OrderId), versions))], page.Next));
    }

    private static MembershipRow Empty(MembershipRow member, string ledger) => new()
    {
        PersonId = member.PersonId,
        Program = ledger,
        ViaKey = 0,
        Card = "",
        State = MembershipRow.Holding,
        Tier = "",
        TierSinceMs = member.JoinedAtMs,
        JoinedAtMs = member.JoinedAtMs,
        JoinedChannel = member.JoinedChannel,
    };

    // The program's own order; then what the member still has of types that it no longer knows.
    private static List<TypeView> Types(MembershipRow member, List<MembershipRow> rows, LoyaltyProgram? live)
    {
        var known = live is null ? [new PointTypeView(PointTypes.First, null, 0)] : PointTypeView.Of(live);
        var gone = rows.Where(r => r.IsLedgerAlone && known.All(k => k.Name != PointTypes.TypeOf(r.Program))).Select(r => new PointTypeView(PointTypes.TypeOf(r.Program), null, 0));
        return [.. known.Concat(gone).Select(t => (Type: t, Ledger: PointTypes.LedgerOf(member.Program, t.Name)))
            .Select(t => (t.Type, Row: rows.Find(r => r.Program == t.Ledger) ?? Empty(member, t.Ledger)))
            .Select(t => new TypeView(t.Type.Name, t.Type.Title, t.Type.Scale, t.Row.Pending, t.Row.Spendable, t.Row.Earned, t.Row.Spent, t.Row.Expired, t.Row.NextExpiryMs.ToInstant()))];
    }

    private static async Task<Dictionary<(string, long), LoyaltyProgram>> Versions(IEnumerable<PointsEntry> entries, LivePrograms programs, CancellationToken cancel)
    {
        var versions = new Dictionary<(string, long), LoyaltyProgram>();
        foreach (var (name, version) in entries.Where(e => EarnNote.Read(e.Rule).Count > 0 && e.ProgramVersion is not null).Select(e => (e.Program, e.ProgramVersion!.Value)).Distinct())
            if (await programs.Version(name, version, cancel) is { } program) versions[(name, version)] = program;
        return versions;
    }

    private static async Task<IResult> Export(
        long id, string? program, string? point_type, string? lang, BooksStore books, IPersonDirectory directory, EntryLedger ledger, IEnumerable<IOrderLabels> orders, CsvExports exports, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        var name = Ledgers.Of(program, point_type);
        if (await Find(books, current, name, cancel) is null) return NeverJoined(current, name);
        return exports.Of(Table, $"person/{current}", new { program = name }, lang, Pages(current, name, ledger, orders, cancel));
    }

    private static readonly CsvTable<EntryView> Table = new("points",
    [
        new("entry_id", "流水编号", "Entry", e => e.EntryId),
        new("at", "时间", "At", e => e.At),
        new("kind", "类型", "Kind", e => e.Kind),
        new("pending", "待生效积分", "Pending", e => e.Pending),
        new("spendable", "可用积分", "Spendable", e => e.Spendable),
        new("growth", "成长值", "Growth", e => e.Growth),
        new("lot_id", "批次", "Lot", e => e.LotId),
        new("order", "订单号", "Order number", e => e.Order),
        new("rule", "规则", "Rule", e => e.Rule),
        new("program_version", "计划版本", "Program version", e => e.ProgramVersion),
        new("reason", "原因", "Reason", e => e.Reason),
        new("event", "来源事件", "Event", e => e.Event),
    ]);

    private static async IAsyncEnumerable<IReadOnlyList<EntryView>> Pages(
        long person, string program, EntryLedger ledger, IEnumerable<IOrderLabels> orders, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (at, entry) = (long.MaxValue, long.MaxValue);
        while (await ledger.Before(person, at, entry, CsvExports.RowsAtOnce, cancel, program) is [.., var last] entries)
        {
            var labels = await orders.Labels(entries, cancel);
            yield return [.. entries.Select(e => View(e, labels.GetValueOrDefault(e.OrderId)))];
            (at, entry) = (last.AtMs, last.EntryId);
        }
    }

    private static IResult NeverJoined(long person, string program) => Problem.NotFound("not_a_member", $"Person {person} never joined the program '{program}'.");

    internal static async Task<MembershipRow?> Find(BooksStore books, long personId, string program, CancellationToken cancel) =>
        (await books.Read(MembershipRow.Select + " where person_id = @person and program = @program and state <> 'merged'", MembershipRow.Read,
            [("person", personId), ("program", program)], cancel)).FirstOrDefault();

    /// <summary>The membership with the ledgers of further types, as far as there are any.</summary>
    private static async Task<List<MembershipRow>> OfProgram(BooksStore books, long personId, string program, CancellationToken cancel) =>
        [.. (await books.Read(MembershipRow.Select + " where person_id = @person and state <> 'merged' order by program", MembershipRow.Read, [("person", personId)], cancel))
            .Where(r => PointTypes.ProgramOf(r.Program) == program)];

    private static async Task<IReadOnlyList<Lot>> Lots(BooksStore books, MembershipRow membership, CancellationToken cancel) => [.. (await books.Read($"""
        {LotRow.Select} where person_id = @person and program = @program
        order by case state when 'active' then 0 when 'debt' then 0 when 'pending' then 1 else 2 end, lot_id desc limit @most
        """, LotRow.Read, [("person", membership.PersonId), ("program", membership.Program), ("most", MostLots)], cancel)).Select(l => l.Lot)];

    internal static BalancesView Balances(MembershipRow row, IReadOnlyList<Lot> lots, long nowMs)
    {
        var open = lots.Where(l => l is { State: LotState.Active, Remaining: > 0, ExpiresAtMs: not null }).ToList();
        var next = open.Where(l => l.ExpiresAtMs > nowMs).Select(l => l.ExpiresAtMs).Min();
        return new BalancesView(row.Pending, row.Spendable, open.Where(l => l.ExpiresAtMs <= nowMs).Sum(l => l.Remaining), row.Earned, row.Spent, row.Expired, row.Growth,
            next.ToInstant(), next is null ? null : open.Where(l => l.ExpiresAtMs == next).Sum(l => l.Remaining));
    }

    private static TierView Tier(MembershipRow row, LoyaltyProgram? program, Engines.Tiers.Standing? standing)
    {
        var view = Members.MembershipFacet.View(row, program, standing);
        return new TierView(row.Tier, view.TierTitle, program?.Tiers.FirstOrDefault(t => t.Name == row.Tier)?.From ?? 0, row.TierSinceMs.ToInstant(), row.Growth, view.NextTier);
    }

    private static LotView View(Lot lot) => new(
        lot.LotId, LedgerWords.Of(lot.State), lot.Amount, lot.Remaining, lot.OrderId == 0 ? null : lot.OrderId, lot.EarnedAtMs.ToInstant(), lot.ActiveAtMs.ToInstant(), lot.ExpiresAtMs.ToInstant());

    private static EntryView View(PointsEntry e, OrderLabel? order, Dictionary<(string, long), LoyaltyProgram>? versions = null) => new(
        e.EntryId, e.Kind, e.Pending, e.Spendable, e.Growth, e.LotId == 0 ? null : e.LotId, e.OrderId == 0 ? null : e.OrderId, order?.Number, e.AtMs.ToInstant(), e.Rule,
        e.ProgramVersion, EntryReason.Of(e, order?.Number), e.CommandKey,
        [.. EarnNote.Read(e.Rule).Select(g => new GaveView(g.Rule, QuotesEndpoint.TitleOf(versions?.GetValueOrDefault((e.Program, e.ProgramVersion ?? 0)), g.Rule), g.Points))]);
}
