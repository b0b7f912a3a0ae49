using System.Text.Json.Nodes;
using Danke.Contracts.Events;
using Danke.Contracts.Persons;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Expiring;
using Danke.Platform.Books;
using Danke.Platform.Scenarios;

namespace Danke.Loyalty.Scenarios;

/// <summary>What scenarios say of memberships, points and tiers.</summary>
internal static class LoyaltyWords
{
    public static ScenarioWords All { get; } = new()
    {
        Steps =
        [
            EventWord.Of("joined", "member.joined", "joined", "The person enrols."),
            EventWord.Of("left", "member.left", "left", "The person ends the membership."),
            EventWord.Of("adjusted", "points.adjusted", "points", "Points given (positive) or taken (negative) by hand.",
                new JsonObject { ["last_day"] = Shape.Day("The last day on which given points may be spent.") }, (data, names) =>
                {
                    data["reason"] ??= "scenario";
                    if (data["last_day"] is not { } day) return;
                    data.Remove("last_day");
                    data["expires_at"] = Rfc3339.Write(names.EndOf(day));
                }),
            EventWord.Of("redeemed", "points.redeemed", "redemption", "Points spent; with order: they pay for it, and its refunds bring them back."),
            EventWord.Of("reserved", "points.reserved", "reservation", "Points kept until they are confirmed, released or lapse; id: what to call it."),
            EventWord.Of("confirmed", "points.confirmed", "settlement", "Reserved points are spent."),
            EventWord.Of("released", "points.released", "settlement", "Reserved points are given back."),
            EventWord.Of("returned", "points.returned", "settlement", "Spent points come back."),
            new("rolled_back", Shape.Fields(("who", Shape.Who()), ("redemption", Shape.Text("The id of the step that redeemed or reserved."))).Needs("who", "redemption").Says("A till undoes its own redemption or reservation."),
                async (stage, happening) =>
                {
                    var redeemed = (await stage.Books.Read("select command_key from redemptions where command_key like @id", r => r.GetString(0), [("id", $"%/{happening.Given["redemption"]!.GetValue<string>()}")])).FirstOrDefault() ?? "";
                    return [await happening.ByOperator(stage, new RedemptionRolledBack(redeemed, redeemed, 1, 0))];
                }),
            TierWords.Granted,
            TransferWords.Transferred,
            PointTypeWords.Converted,
            BenefitWords.Used,
            BenefitWords.Undone,
            .. PoolWords.Steps,
        ],
        Expectations =
        [
            new("members", Shape.Map(Member().OrNothing()).Says("Memberships in the program default; null: none."), (stage, expected) => Members(stage, PersonCriteria.DefaultProgram, expected)),
            new("members_of", Shape.Map(Shape.Map(Member().OrNothing())).Says("Memberships by program."), async (stage, expected) =>
            {
                var actual = new JsonObject();
                foreach (var (program, members) in expected.AsObject()) actual[program] = await Members(stage, program, members!);
                return actual;
            }),
            PointTypeWords.PointsOf,
            ReminderWords.Reminded,
            BenefitWords.Benefits,
            PoolWords.Pools,
        ],
        Clocks =
        [
            new("points begin", async stage => (await stage.Books.Read("select min(activates_at_ms) from lots where activates_at_ms is not null and state = 'pending'", r => r.LongOrNull(0)))[0],
                stage => stage.Get<ActivationClock>().Sweep(CancellationToken.None)),
            new("tiers are reviewed", async stage => (await stage.Books.Read("select min(tier_review_at_ms) from memberships where state <> 'merged'", r => r.LongOrNull(0)))[0],
                stage => stage.Get<TierClock>().Sweep(CancellationToken.None)),
            new("points expire", async stage => (await stage.Books.Read("select min(next_expiry_ms) from memberships", r => r.LongOrNull(0)))[0],
                stage => stage.Get<ExpiryClock>().Sweep(CancellationToken.None)),
            new("gifts are given", stage => stage.Get<BenefitClock>().NextMs(CancellationToken.None), stage => stage.Get<BenefitClock>().Sweep(CancellationToken.None)),
            new("members are reminded", stage => stage.Get<ReminderClock>().NextMs(CancellationToken.None),
                stage => stage.Get<ReminderClock>().Sweep(CancellationToken.None)),
            new("reservations lapse", async stage => (await stage.Books.Read("select min(ends_at_ms) from redemptions where state = 'reserved'", r => r.LongOrNull(0)))[0],
                stage => stage.Get<ReservationClock>().Sweep(CancellationToken.None)),
        ],
    };

    internal static JsonObject Member() => Shape.Fields(
        ("state", Shape.OneOf("active", "left", "unclaimed")), ("tier", Shape.Text()), ("tier_since", Shape.Time()), ("growth", Shape.Whole()),
        ("pending", Shape.Whole("Points that may not be spent yet.")), ("spendable", Shape.Whole("The balance; negative: a debt.")),
        ("earned", Shape.Whole("Ever made spendable, less what refunds took back.")), ("spent", Shape.Whole("Reserved points among them.")), ("reserved", Shape.Whole("Points kept for a reservation.")), ("expired", Shape.Whole()),
        ("written_off", Shape.Whole("Times that points could not be taken back and the program bears them.")), ("card", Shape.Text()), ("joined", Shape.Time()),
        ("tiers", Shape.List(Shape.Text()).Says("Every tier moved to, in order.")), ("moves", Shape.List(Shape.Text()).Says("Every move as 'when tier': 2026-03-10 gold.")),
        ("lots", Shape.Map(Lot()).Says("By the name of the step that made them (as), or by the order's number.")));

    private static JsonObject Lot() => Shape.Either(Shape.Whole("Points left."), Shape.Fields(
        ("left", Shape.Whole()), ("amount", Shape.Whole()), ("state", Shape.OneOf("pending", "active", "spent", "expired", "cancelled")),
        ("active_since", Shape.Time().OrNothing()), ("last_day", Shape.Day().OrNothing()))).OrNothing();

    internal static Task<JsonNode?> Members(ScenarioStage stage, string program, JsonNode expected) => stage.OfEach(expected, async (person, what) =>
    {
        var rows = await stage.Books.Read(MembershipRow.Select + " where person_id = @person and program = @program", MembershipRow.Read, [("person", person), ("program", program)]);
        if (rows is not [var row]) return null;
        return new JsonObject
        {
            ["state"] = row.State,
            ["tier"] = row.Tier,
            ["tier_since"] = Rfc3339.Write(row.TierSinceMs),
            ["growth"] = row.Growth,
            ["pending"] = row.Pending,
            ["spendable"] = row.Spendable,
            ["earned"] = row.Earned,
            ["spent"] = row.Spent,
            ["reserved"] = (await stage.Books.Read("select cast(coalesce(sum(points - returned), 0) as bigint) from redemptions where person_id = @person and program = @program and state = 'reserved'",
                r => r.GetInt64(0), [("person", person), ("program", program)]))[0],
            ["expired"] = row.Expired,
            ["written_off"] = (await stage.Books.Read("select count(*) from points_entries where person_id = @person and program = @program and kind = 'write_off'",
                r => r.GetInt64(0), [("person", person), ("program", program)]))[0],
            ["card"] = row.Card,
            ["joined"] = Rfc3339.Write(row.JoinedAtMs),
            ["tiers"] = new JsonArray([.. (await stage.Books.Read("select to_tier from tier_moves where person_id = @person and program = @program order by tier_move_id",
                r => r.GetString(0), [("person", person), ("program", program)])).Select(t => (JsonNode)t)]),
            ["moves"] = new JsonArray([.. (await stage.Books.Read("select at_ms, to_tier from tier_moves where person_id = @person and program = @program order by at_ms, tier_move_id",
                r => $"{stage.Names.Local(r.GetInt64(0))} {r.GetString(1)}", [("person", person), ("program", program)])).Select(t => (JsonNode)t)]),
            ["lots"] = what?["lots"] is { } lots ? await Lots(stage, program, lots.AsObject()) : null,
        };
    });

    private static async Task<JsonObject> Lots(ScenarioStage stage, string program, JsonObject expected)
    {
        var actual = new JsonObject();
        foreach (var (name, what) in expected)
        {
            var rows = await stage.Books.Read(LotRow.Select + """
                 where program = @program and lot_id in (select lot_id from points_entries where command_key in ({keys:text}) and kind not in ('redraw', 'restore', 'release', 'reverse') and (pending > 0 or spendable > 0)) order by lot_id limit 1
                """, LotRow.Read, [("keys", stage.CommandsOf(name)), ("program", program)]);
            actual[name] = rows is not [var row] ? null : what is JsonValue ? row.Lot.Remaining : new JsonObject
            {
                ["left"] = row.Lot.Remaining,
                ["amount"] = row.Lot.Amount,
                ["state"] = LedgerWords.Of(row.Lot.State),
                ["active_since"] = row.Lot.ActiveAtMs is { } active ? Rfc3339.Write(active) : null,
                ["last_day"] = row.Lot.ExpiresAtMs is { } end ? stage.Names.LastDay(end) : null,
            };
        }
        return actual;
    }
}
