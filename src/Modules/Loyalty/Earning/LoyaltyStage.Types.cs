using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Engines.Ledger;
using Danke.Loyalty.Points;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>Points of one type become points of another, at the program's rate.</summary>
/// <param name="Points">So many of the one.</param>
internal sealed record PointsConverted(string Program, string From, string To, long Points) : CommandBody
{
    public override string Type => "points.converted";
}

/// <summary>
/// Further types of points. Each is a ledger of its own beside the membership, opened by its first movement: a row of balances, in the state
/// <see cref="MembershipRow.Holding"/>. Who is a member, since when and of which tier is asked of the membership alone.
/// </summary>
internal sealed partial class LoyaltyStage
{
    // What is a ledger of a program is nothing to join or to hold a tier of.
    private Refusal? NeedsOwnProgram(string name) =>
        PointTypes.IsOfFurtherType(name) ? new Refusal("program_unknown", $"'{name}' is a type of points: name the program.", Final: true) : NeedsProgram(name);

    private string? ZoneOf(string ledger) => (programs.Live(ledger) ?? programs.Live(PointTypes.ProgramOf(ledger)))?.Zone;

    private Membership? MemberOf(long person, string ledger) => loaded.Find(person, PointTypes.ProgramOf(ledger)) is { Row.IsActive: true } member ? member : null;

    /// <summary>Where a member's points of the ledger are; null before there were any.</summary>
    private Membership? LedgerOf(Membership member, LoyaltyProgram ledger) => ledger.IsOfFurtherType ? loaded.Find(member.Row.PersonId, ledger.Name) : member;

    private Membership OpenLedger(Step step, long person, LoyaltyProgram ledger) => OpenLedger(step, loaded.Find(person, PointTypes.ProgramOf(ledger.Name))!, ledger);

    private Membership OpenLedger(Step step, Membership member, LoyaltyProgram ledger) => LedgerOf(member, ledger) ?? loaded.Add(new MembershipRow
    {
        PersonId = member.Row.PersonId,
        Program = ledger.Name,
        ViaKey = member.Row.ViaKey,
        Card = NewCard(ledger.Name),
        State = MembershipRow.Holding,
        Tier = "",
        TierSinceMs = step.Command.AtMs,
        JoinedAtMs = step.Command.AtMs,
        JoinedChannel = step.Command.Channel,
    });

    // Every row has a card; a ledger's is nothing that could be on one.
    private string NewCard(string ledger) =>
        PointTypes.IsOfFurtherType(ledger) ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ledger}#{batch.NewId("card")}") : NewCard();

    /// <summary>What an order gives of a further type: under the version, and for the tier, that its award of the program has.</summary>
    private void AwardFurther(Step step, OrderState order, LoyaltyProgram ledger, Membership member, string tier, bool isSale)
    {
        var before = loaded.Award(order.OrderId, ledger.Name);
        if (!ledger.Earn.IsOfOrders || before is null && !isSale) return;
        var holder = OpenLedger(step, member, ledger);
        Award(step, order, EarningOf(step, order, ledger, isSale), ledger, member, holder, tier, before, batch.NewId("lot"));
        Changed(step, holder, "loyalty.points_moved.v1");
    }

    // In order of precedence: program_unknown, point_type_unknown, not_a_member, conversion_unknown, exchange_not_even, insufficient_balance.
    private Refusal? CheckConversion(Step step, PointsConverted conversion)
    {
        var (from, to) = LedgersOf(conversion);
        if ((NeedsOwnProgram(conversion.Program) ?? NeedsProgram(from) ?? NeedsProgram(to) ?? NeedsMembership(step, conversion.Program)) is { } no) return no;
        if (RuleOf(conversion) is not { } rule) return PointsRefusals.Because("conversion_unknown", $"The program makes no '{conversion.To}' of '{conversion.From}'.");
        return rule.Of(conversion.Points) is null
            ? PointsRefusals.Because("exchange_not_even", $"{rule.Points} of '{rule.From}' are {rule.Gives} of '{rule.To}': {conversion.Points} do not come out even.")
            : NeedsBalance(step, from, conversion.Points);
    }

    private (string From, string To) LedgersOf(PointsConverted conversion)
    {
        var program = conversion.Program.Length == 0 ? ProgramBook.DefaultName : conversion.Program;
        return (PointTypes.LedgerOf(program, conversion.From), PointTypes.LedgerOf(program, conversion.To));
    }

    private Conversion? RuleOf(PointsConverted conversion) =>
        programs.Live(conversion.Program)!.Conversions.FirstOrDefault(c => (c.From, c.To) == (conversion.From, conversion.To));

    private void Convert(Step step, PointsConverted conversion)
    {
        var (person, at, rule) = (step.Person.PersonId, step.Command.AtMs, RuleOf(conversion)!);
        var (from, to) = (programs.Live(LedgersOf(conversion).From)!, programs.Live(LedgersOf(conversion).To)!);
        var (giver, taker) = (OpenLedger(step, person, from), OpenLedger(step, person, to));
        giver.Account.ExpireDue(at, $"validity, {from.Name} v{from.Version}");
        if (step.Merges.Count + step.Moves.Count > 0) RequireBalance(step, giver, conversion.Points);
        WithLots(person, () =>
        {
            giver.Account.Convert(taker.Account, rule, conversion.Points, step.Person.ViaKey, Expiry.Of(to.Validity, to.Zone, at), NewLot(), at,
                $"converted to {rule.To}, {from.Name} v{from.Version}", $"converted from {rule.From}, {to.Name} v{to.Version}");
            return true;
        });
        Changed(step, giver, "loyalty.points_converted.v1");
        Changed(step, taker, "loyalty.points_converted.v1");
    }
}
