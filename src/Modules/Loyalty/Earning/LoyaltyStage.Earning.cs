using System.Collections.Immutable;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>Programs with rules: what each gives for an order or interaction, within the caps.</summary>
internal sealed partial class LoyaltyStage
{
    private LoadedGains gains = new();

    // Programs whose rate is all that earns read nothing here.
    private async ValueTask LoadGains(Batch batch, BooksTransaction books)
    {
        gains = await LoadedGains.Load(batch, books, programs);
        if (!programs.HasRules) return;
        await batch.Purchases!.LoadReturns();
        if (programs.AsksOrderCount) await batch.Purchases.LoadCounts();
        if (programs.AsksBirthMonth) await batch.BirthMonths!.Load();
        await batch.Reserve("gain", batch.Steps.Count * (programs.MostRules + 1) * (programs.MostFurther + 1));
    }

    /// <summary>The buyer as the order's rules see them: as they were when it was first seen.</summary>
    private Buyer BuyerOf(OrderState order, MembershipRow member, string tier, LoyaltyProgram program) => new(tier, member.JoinedAtMs,
        ProgramBook.AsksBirthMonthOf(program) ? batch.BirthMonths!.Of(order.PersonId) : 0,
        ProgramBook.AsksOrderCountOf(program) ? batch.Purchases!.PaidOrders(order.PersonId) : 0);

    private RuleAward ByRules(Step step, OrderState order, LoyaltyProgram program, Buyer buyer, bool isSale, long version)
    {
        var rows = gains.Of(order.OrderId, program.Name);
        var purchase = PurchaseOf(order, isSale);
        var day = CapCalendar.Day(purchase.AtMs, program.Zone);
        var before = rows.ConvertAll(r => r.Given);
        var without = rows.ToList();
        var given = Capping.Apply(program, Earnings.Of(program, purchase, buyer), before, rule => gains.Used(order.PersonId, program.Name, rule, day, without));
        foreach (var one in given)
        {
            var was = without.Find(r => r.Given.Rule == one.Rule);
            if (was is null ? one is { Raw: 0, Points: 0 } : was.Given == one && was.Day == day) continue;
            gains.Put(was, new GainRow(was?.Id ?? batch.NewId("gain"), order.PersonId, order.ViaKey, program.Name, order.OrderId, day, one, was?.CommandKey ?? step.Command.Key));
        }
        return new RuleAward(given.Sum(g => g.Points), EarnNote.Write(before, given, program, version));
    }

    private Purchase PurchaseOf(OrderState order, bool isSale) => new()
    {
        Channel = order.Channel,
        Shop = order.Shop,
        Store = order.Store ?? "",
        Currency = order.Currency,
        AtMs = order.PaidAtMs ?? order.OrderedAtMs,
        Lines = LinesOf(order),
        ShippingMinor = order.ShippingMinor,
        DiscountMinor = order.DiscountMinor,
        TotalMinor = order.TotalMinor,
        RefundedMinor = order.RefundedMinor,
        Returned = ReturnedOf(order),
        Earns = isSale && order is not { ClosedAtMs: not null, CompletedAtMs: null },
    };

    private ImmutableArray<PurchaseLine> LinesOf(OrderState order) =>
        [.. batch.Purchases!.Lines(order).Select(l => new PurchaseLine(l.Line, l.Sku, l.Category ?? "", l.Quantity, l.AmountMinor))];

    private ImmutableArray<ReturnedLine> ReturnedOf(OrderState order) =>
        [.. batch.Purchases!.Returned(order.OrderId).Select(l => new ReturnedLine(l.Line ?? "", l.Sku ?? "", l.Quantity, l.AmountMinor))];

    /// <summary>An interaction earns in every program that its person is a member of and that has a rule for it. The Door lets each event in once.</summary>
    private void Earn(Step step, InteractionHappened interaction)
    {
        if (!programs.HasRules || step.Person.PersonId == 0) return;
        var (person, at) = (step.Person.PersonId, step.Command.AtMs);
        foreach (var member in loaded.Of(person))
        {
            if (!member.Row.IsActive || at < member.Row.JoinedAtMs || programs.InForce(member.Row.Program, at) is not { } program) continue;
            Earn(step, interaction, program, member);
            foreach (var ledger in programs.FurtherOf(program)) Earn(step, interaction, ledger, member);
        }
    }

    private void Earn(Step step, InteractionHappened interaction, LoyaltyProgram program, Membership member)
    {
        if (program.Earn.IsRateAlone) return;
        var (person, at) = (step.Person.PersonId, step.Command.AtMs);
        var buyer = new Buyer(member.Row.Tier, member.Row.JoinedAtMs, ProgramBook.AsksBirthMonthOf(program) ? batch.BirthMonths!.Of(person) : 0, 0);
        var deed = new Deed(step.Command.Channel, step.Command.Shop, interaction.Kind, at, interaction.Properties);
        var day = CapCalendar.Day(at, program.Zone);
        var given = Capping.Apply(program, Earnings.Of(program, deed, buyer), [], rule => gains.Used(person, program.Name, rule, day, []));
        if (given.IsEmpty) return;
        var membership = OpenLedger(step, member, program);
        foreach (var one in given)
            gains.Put(null, new GainRow(batch.NewId("gain"), person, step.Person.ViaKey, program.Name, 0, day, one, step.Command.Key));
        if (given.Sum(g => g.Points) is var points and > 0)
            WithLots(person, () =>
            {
                membership.Account.Give(batch.NewId("lot"), step.Person.ViaKey, points, Expiry.Of(program.Validity, program.Zone, at), at,
                    EarnNote.Write([], given, program, program.Version), EntryKind.Activate);
                return true;
            });
        Changed(step, membership, "loyalty.points_moved.v1");
    }
}
