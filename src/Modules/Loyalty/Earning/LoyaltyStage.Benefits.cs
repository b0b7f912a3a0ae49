using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Loyalty;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Engines.Benefits;
using Danke.Engines.Journeys;
using Danke.Engines.Ledger;
using Danke.Engines.Tiers;
using Danke.Loyalty.Benefits;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>Gives what entering a tier, a birthday or an anniversary brings, takes it back when what brought it is undone, and counts what members use.</summary>
internal sealed partial class LoyaltyStage
{
    private LoadedBenefits benefits = new();
    private int mostGifts;

    private async ValueTask LoadBenefits(BooksTransaction books)
    {
        benefits = await LoadedBenefits.Load(batch, books, programs);
        mostGifts = 0;
        var gives = batch.Steps.Count(s => s.Command.Body is GiveBenefit);
        var uses = batch.Steps.Count(s => s.Command.Body is BenefitUsed);
        var onEntry = programs.AllLive.Sum(p => p.Benefits.Count(b => b.Kind == BenefitKind.EntryGift));
        // A look at a tier may find many moves, and each may bring every gift.
        var most = gives + uses + batch.Steps.Count * onEntry * MostMoves;
        if (most == 0) return;
        if (gives > 0) await batch.BirthMonths!.Load();
        batch.MostNews += most - uses;
        await batch.Reserve("benefit_use", most);
        mostGifts = most - uses;
    }

    private static DateOnly DateOf(string zone, long atMs) => YearlyDays.Date(LocalDay.Of(zone, atMs)).ToDateOnly();

    // Only what is new in this version's own time is for the clock to give: who is looked at was a member then.
    private void GiveYearly(Step step, GiveBenefit give)
    {
        var at = step.Command.AtMs;
        if (programs.Live(give.Program) is not { } program || program.Benefits.FirstOrDefault(b => b.Name == give.Benefit) is not { IsTimed: true } benefit) return;
        if (loaded.Find(step.Person.PersonId, program.Name) is not { Row.IsActive: true } membership || membership.Row.JoinedAtMs > at) return;
        var date = YearlyDays.Date(give.Day + benefit.DaysBefore);
        var born = benefit.Kind == BenefitKind.Birthday ? batch.BirthMonths!.DayOf(membership.Row.PersonId) : JoiningDay(program, membership.Row, date.Year);
        if (born is null || !YearlyDays.On(date, benefit.LeapDay).Any(d => d.ToString() == born)) return;
        if (Give(step, membership, program, benefit, date.Year.ToString(CultureInfo.InvariantCulture), benefits.TierAt(membership.Row, at, moves), at)) Changed(step, membership, "loyalty.points_moved.v1");
    }

    // The year of joining has no anniversary.
    private static string? JoiningDay(LoyaltyProgram program, MembershipRow row, int year)
    {
        var joined = YearlyDays.Date(LocalDay.Of(program.Zone, row.JoinedAtMs));
        return joined.Year < year ? new MonthDay(joined.Month, joined.Day).ToString() : null;
    }

    /// <summary>A gift is given once for an occasion; what was taken back whole may be given again.</summary>
    private bool Give(Step step, Membership membership, LoyaltyProgram program, Benefit benefit, string occasion, string tier, long atMs)
    {
        var row = membership.Row;
        if (!benefit.IsThereOn(DateOf(program.Zone, atMs)) || benefit.GiftFor(tier) is not { } gift) return false;
        if (benefits.Of(row.PersonId, program.Name, benefit.Name).Any(b => b.StillCounts && (benefit.IsTimed ? b.Occasion == occasion : benefit.Once == GiftOnce.Ever || b.State == BenefitUseRow.Reversed))) return false;
        var lot = gift.Points > 0 ? NewLot() : 0;
        if (gift.Points > 0)
            WithLots(row.PersonId, () =>
            {
                membership.Account.Give(lot, row.ViaKey, gift.Points, Expiry.Of(benefit.Validity ?? program.Validity, program.Zone, atMs), atMs,
                    $"benefit {benefit.Name}, {program.Name} v{program.Version}", EntryKind.Activate);
                return true;
            });
        var given = new BenefitUseRow
        {
            Id = batch.NewId("benefit_use"),
            PersonId = row.PersonId,
            ViaKey = row.ViaKey,
            Program = program.Name,
            Benefit = benefit.Name,
            Kind = BenefitUseRow.Word(benefit.Kind),
            Occasion = occasion,
            Tier = tier,
            Times = 1,
            Points = gift.Points,
            LotId = lot,
            Voucher = gift.Voucher,
            AtMs = atMs,
            State = BenefitUseRow.Given,
            ProgramVersion = program.Version,
            CommandKey = step.Command.Key,
        };
        benefits.Put(given);
        step.News.Add(new MemberNews(JourneyTrigger.BenefitGiven, row.PersonId, row.ViaKey, program.Name, atMs, Benefit: benefit.Name));
        Tell(step, "loyalty.benefit_given.v1", given);
        return gift.Points > 0;
    }

    private static void Tell(Step step, string what, BenefitUseRow row) => step.Announce(what, "", row.Id, new JsonObject
    {
        ["person_id"] = row.PersonId,
        ["program"] = row.Program,
        ["benefit"] = row.Benefit,
        ["points"] = row.Points,
        ["voucher"] = row.Voucher,
    });

    /// <summary>The tier moved: up brings the gifts of the tier entered; down because something was given back takes those of the tiers that are lost.</summary>
    /// <remarks>Whoever moves the tier takes the entries over: this is in the middle of that.</remarks>
    private void MovedTier(Step step, Membership membership, LoyaltyProgram program, TierMoveRow move, bool isUndone)
    {
        if (program.Benefits.IsEmpty || !membership.Row.IsActive || move.IsGrace) return;
        if (program.PlaceOf(move.To) > program.PlaceOf(move.From))
        {
            foreach (var benefit in program.Benefits.Where(b => b.Kind == BenefitKind.EntryGift)) Give(step, membership, program, benefit, move.To, move.To, move.AtMs);
            return;
        }
        if (!isUndone) return;
        foreach (var gift in benefits.GiftsOf(membership.Row.PersonId, program.Name).Where(g => g.Kind == "entry_gift" && program.PlaceOf(g.Occasion) > program.PlaceOf(move.To)).GroupBy(g => g.Benefit))
            TakeBack(step, membership, program, gift.Last());
    }

    // As a refund takes back points: within the balance, or as a debt, as the program says.
    private void TakeBack(Step step, Membership membership, LoyaltyProgram program, BenefitUseRow gift)
    {
        var at = step.Command.AtMs;
        var missing = gift.Points == 0 ? 0 : WithLots(gift.PersonId, () =>
        {
            membership.Account.ExpireDue(at, $"validity, {program.Name} v{program.Version}");
            // A lot that is spent is not loaded: then others pay.
            var lot = membership.Account.LotWithRest(gift.LotId) ?? new Lot { LotId = gift.LotId, Via = gift.ViaKey, State = LotState.Spent, Amount = gift.Points, Remaining = 0, EarnedAtMs = gift.AtMs };
            return membership.Account.ClawBack(lot, gift.Points, program.RefundPolicy, NewLot(), at, $"benefit {gift.Benefit} is undone, {program.Name} v{program.Version}");
        });
        var undone = gift with { State = BenefitUseRow.Reversed, TakenBack = gift.Points - missing, ReversedAtMs = at, ReversedBy = step.Command.Key };
        benefits.Put(undone);
        step.News.Add(new MemberNews(JourneyTrigger.BenefitGiven, gift.PersonId, gift.ViaKey, program.Name, at, Benefit: gift.Benefit, UndoneOf: gift.CommandKey));
        Tell(step, "loyalty.benefit_reversed.v1", undone);
    }

    // In order of precedence: program_unknown, not_a_member, benefit_unknown, benefit_is_gift, benefit_not_in_force, benefit_of_other_tier, quota_exceeded.
    private Refusal? CheckUse(Step step, BenefitUsed use)
    {
        if ((NeedsProgram(use.Program) ?? NeedsMembership(step, use.Program)) is { } no) return no;
        var program = programs.Live(use.Program)!;
        if (program.Benefits.FirstOrDefault(b => b.Name == use.Benefit) is not { } benefit) return BenefitRefusals.Because("benefit_unknown", $"The program has no benefit '{use.Benefit}'.");
        if (benefit.IsGift) return BenefitRefusals.Because("benefit_is_gift", $"'{benefit.Name}' is given by itself.");
        if (!benefit.IsThereOn(DateOf(program.Zone, step.Command.AtMs))) return BenefitRefusals.Because("benefit_not_in_force", $"'{benefit.Name}' is not there on this day.");
        var membership = Candidate(step, use.Program)!;
        if (!benefit.IsFor(membership.Row.Tier)) return BenefitRefusals.Because("benefit_of_other_tier", $"'{benefit.Name}' is not of the tier {membership.Row.Tier}.");
        var used = QuotaOf(program, benefit, membership.Row, step.Person.Absorbs, step.Command.AtMs);
        return used.Left < use.Times ? BenefitRefusals.Because("quota_exceeded", $"{used.Used} of {benefit.Quota!.Times} are used, {used.Left} are left.") : null;
    }

    private QuotaUse QuotaOf(LoyaltyProgram program, Benefit benefit, MembershipRow row, IEnumerable<long> absorbed, long atMs) =>
        Quotas.At(benefit.Quota, program.Zone, row.TierSinceMs, [.. absorbed.Append(row.PersonId).Distinct().SelectMany(p => benefits.Of(p, program.Name, benefit.Name))
            .Where(u => u.State == BenefitUseRow.Used).Select(u => (u.AtMs, u.Times))], atMs);

    private void Use(Step step, BenefitUsed use)
    {
        var program = programs.Live(use.Program)!;
        var membership = loaded.Find(step.Person.PersonId, program.Name)!;
        var benefit = program.Benefits.First(b => b.Name == use.Benefit);
        var row = new BenefitUseRow
        {
            Id = batch.NewId("benefit_use"),
            PersonId = step.Person.PersonId,
            ViaKey = step.Person.ViaKey,
            Program = program.Name,
            Benefit = benefit.Name,
            Kind = BenefitUseRow.Word(benefit.Kind),
            Occasion = "",
            Tier = membership.Row.Tier,
            Times = use.Times,
            OrderKey = use.Order is { } number ? OrderName.Key(step.Command.Channel, step.Command.Shop, number) : null,
            Reason = use.Reason,
            AtMs = step.Command.AtMs,
            State = BenefitUseRow.Used,
            ProgramVersion = program.Version,
            CommandKey = step.Command.Key,
        };
        benefits.Put(row);
        Tell(step, "loyalty.benefit_used.v1", row);
        step.Outcome = BenefitUseView.Of(row, benefit, QuotaOf(program, benefit, membership.Row, [], step.Command.AtMs)).ToJson();
    }

    // In order of precedence: use_unknown, benefit_is_gift, use_reversed.
    private Refusal? CheckUseReversal(Step step, BenefitUseReversed reversal)
    {
        if (benefits.Find(reversal.UseId) is not { } row || row.PersonId != step.Person.PersonId && !step.Person.Absorbs.Contains(row.PersonId))
            return BenefitRefusals.Because("use_unknown", $"The member has no use {reversal.UseId}.");
        if (row.Occasion.Length > 0) return BenefitRefusals.Because("benefit_is_gift", $"'{row.Benefit}' was given by itself, and is taken back with what brought it.");
        return row.State == BenefitUseRow.Reversed ? BenefitRefusals.Because("use_reversed", $"Use {row.Id} was undone already.") : null;
    }

    private void Reverse(Step step, BenefitUseReversed reversal)
    {
        var row = benefits.Find(reversal.UseId)!;
        Undo(step, row);
        row = benefits.Find(row.Id)!;
        if (programs.Live(row.Program) is { } program && loaded.Find(row.PersonId, row.Program) is { } membership && program.Benefits.FirstOrDefault(b => b.Name == row.Benefit) is { } benefit)
            step.Outcome = BenefitUseView.Of(row, benefit, QuotaOf(program, benefit, membership.Row, [], step.Command.AtMs)).ToJson();
    }

    private void Undo(Step step, BenefitUseRow row)
    {
        var undone = row with { State = BenefitUseRow.Reversed, ReversedAtMs = step.Command.AtMs, ReversedBy = step.Command.Key };
        benefits.Put(undone);
        Tell(step, "loyalty.benefit_reversed.v1", undone);
    }

    // What was used with an order that is cancelled, or returned whole, was not used.
    private void ReturnUses(Step step, OrderState order)
    {
        var isUndone = order is { ClosedAtMs: not null, CompletedAtMs: null } || order is { HasContent: true, RefundedMinor: > 0 } && order.RefundedMinor >= order.TotalMinor;
        if (!isUndone || order.PersonId == 0) return;
        foreach (var row in benefits.OfOrder(order.PersonId, OrderName.Key(order.Channel, order.Shop, order.Number)))
            if (row.State == BenefitUseRow.Used) Undo(step, row);
    }
}
