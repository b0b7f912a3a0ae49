using System.Collections.Immutable;
using System.Globalization;
using Danke.Engines.Audiences;
using Danke.Engines.Ledger;
using Danke.Platform.Insight;

namespace Danke.Audiences;

/// <summary>
/// What Insight knows of one person, as facts that the evaluator takes: for saying why somebody is in an audience or is not.
/// Bounded: the newest <see cref="MostRows"/> of everything.
/// </summary>
internal sealed class PersonFacts(InsightClient insight)
{
    public const int MostRows = 5_000;

    private static readonly ImmutableDictionary<string, string> NoTexts = ImmutableDictionary<string, string>.Empty;
    private static readonly ImmutableDictionary<string, long> NoNumbers = ImmutableDictionary<string, long>.Empty;

    /// <summary>Null when Insight has no such active person.</summary>
    public async Task<Facts?> Of(long personId, Asked asked, CancellationToken cancel)
    {
        (string, object?)[] person = [("person", personId)];
        Task<List<T>> Rows<T>(string sql, Func<InsightRow, T> map) => insight.Query(sql, map, person, cancel: cancel);

        var profile = (await Rows("""
            select toString(gender) as gender, birthday, toString(province) as province, toString(city) as city, toString(first_channel) as first_channel,
              toUnixTimestamp64Milli(first_seen_at) as first_seen, toUnixTimestamp64Milli(last_seen_at) as last_seen, channels, reachable,
              household_id, household_size
            from persons final where person_id = {person:UInt64} and person_id != 0
            """, Profile)).FirstOrDefault();
        if (profile is null) return null;
        var membership = (await insight.Query("""
            select toString(tier) as tier, growth, points_spendable, toUnixTimestamp64Milli(joined_at) as joined
            from memberships final
            where person_id = {person:UInt64} and card_state = 'active' and program = {program:String} and toUnixTimestamp64Milli(joined_at) <= {at:Int64}
            """, r => (Tier: r.Text("tier"), Growth: r.Long("growth"), Points: r.Long("points_spendable"), Joined: r.Long("joined")),
            [.. person, ("program", asked.Program), ("at", asked.AtMs)], cancel: cancel)).Select(m => ((string Tier, long Growth, long Points, long Joined)?)m).FirstOrDefault();
        var ofTypes = membership is null ? [] : await insight.Query("""
            select toString(program) as ledger, sum(spendable) as spendable from points_entries final
            where person_id = {person:UInt64} and startsWith(toString(program), {types:String}) group by ledger
            """, r => KeyValuePair.Create(Catalogue.PointsOfType.Name + PointTypes.TypeOf(r.Text("ledger")), r.Long("spendable")), [.. person, ("types", PointTypes.FurtherOf(asked.Program))], cancel: cancel);
        var orders = await Orders(Rows);
        var facts = profile with
        {
            Collections = ImmutableDictionary<string, ImmutableArray<Facts>>.Empty
                .Add("orders", [.. orders.Where(o => o.Text("status") != "announced")])
                .Add("purchases", [.. orders.Where(o => o.Flag("is_sale") && o.Number("amount_minor") > 0 && o.Text("status") != "refunded")])
                .Add("refunds", [.. await Rows($$"""
                    select refund_id, toString(channel) as channel, toString(currency) as currency, toUnixTimestamp64Milli(refunded_at) as at, amount_minor
                    from refunds final where person_id = {person:UInt64} order by refunded_at desc, refund_id limit {{MostRows}}
                    """, Refund)])
                .Add("interactions", [.. await Rows($$"""
                    select interaction_id, toString(channel) as channel, toString(kind) as kind, toUnixTimestamp64Milli(at) as happened,
                      mapKeys(properties) as names, mapValues(properties) as values
                    from interactions final where person_id = {person:UInt64} order by at desc, interaction_id limit {{MostRows}}
                    """, Interaction)]),
        };
        return membership is not { } m ? facts : facts with
        {
            Flags = ["is_member"],
            TextValues = facts.TextValues.SetItem("tier", m.Tier),
            NumberValues = facts.NumberValues.SetItem("points", m.Points).SetItem(Catalogue.PointsOfType.Name + PointTypes.First, m.Points).SetItem("growth", m.Growth).AddRange(ofTypes),
            InstantValues = facts.InstantValues.SetItem("joined", m.Joined),
        };
    }

    private static Facts Profile(InsightRow r) => new()
    {
        TextValues = NoTexts.Add("gender", r.Text("gender")).Add("province", r.Text("province")).Add("city", r.Text("city")).Add("first_channel", r.Text("first_channel")),
        TextsValues = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("channels", [.. r.Texts("channels")]).Add("reachable", [.. r.Texts("reachable")]),
        NumberValues = NoNumbers.Add("birth_month", MonthOf(r.Text("birthday"))).Add("household.id", r.Long("household_id")).Add("household.size", r.Long("household_size")),
        InstantValues = NoNumbers.Add("first_seen", r.Long("first_seen")).Add("last_seen", r.Long("last_seen")),
    };

    // 1990-05-17 or --05-17
    private static long MonthOf(string birthday) =>
        birthday.Length >= 5 && byte.TryParse(birthday.AsSpan(birthday.Length - 5, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var month) ? month : 0;

    private static async Task<IReadOnlyList<Facts>> Orders(Func<string, Func<InsightRow, (long Id, Facts Facts)>, Task<List<(long Id, Facts Facts)>>> rows)
    {
        var lines = (await rows($$"""
            select order_id, sku, toString(category) as category, quantity
            from order_lines final where person_id = {person:UInt64} order by ordered_at desc, order_id, line_no limit {{MostRows * 10}}
            """, r => (r.Long("order_id"), new Facts
        {
            TextValues = NoTexts.Add("sku", r.Text("sku")).Add("category", r.Text("category")),
            NumberValues = NoNumbers.Add("quantity", r.Long("quantity")),
        }))).ToLookup(l => l.Id, l => l.Facts);
        var orders = await rows($$"""
            select order_id, toString(channel) as channel, toString(shop) as shop, toString(store) as store, toString(status) as status, toString(currency) as currency,
              toUnixTimestamp64Milli(ordered_at) as at, sales_minor, is_sale
            from orders final where person_id = {person:UInt64} order by ordered_at desc, order_id limit {{MostRows}}
            """, r => (r.Long("order_id"), new Facts
        {
            Key = Key(r.Long("order_id")),
            AtMs = r.Long("at"),
            TextValues = NoTexts.Add("channel", r.Text("channel")).Add("shop", r.Text("shop")).Add("store", r.Text("store")).Add("status", r.Text("status")).Add("currency", r.Text("currency")),
            NumberValues = NoNumbers.Add("amount_minor", r.Long("sales_minor")),
            Flags = r.Long("is_sale") == 1 ? ["is_sale"] : [],
        }));
        return [.. orders.Select(o => o.Facts with { Collections = ImmutableDictionary<string, ImmutableArray<Facts>>.Empty.Add("lines", [.. lines[o.Id]]) })];
    }

    private static Facts Refund(InsightRow r) => new()
    {
        Key = Key(r.Long("refund_id")),
        AtMs = r.Long("at"),
        TextValues = NoTexts.Add("channel", r.Text("channel")).Add("currency", r.Text("currency")),
        NumberValues = NoNumbers.Add("amount_minor", r.Long("amount_minor")),
    };

    private static Facts Interaction(InsightRow r) => new()
    {
        Key = Key(r.Long("interaction_id")),
        AtMs = r.Long("happened"),
        TextValues = NoTexts.Add("channel", r.Text("channel")).Add("kind", r.Text("kind"))
            .AddRange(r.Texts("names").Zip(r.Texts("values")).Select(p => KeyValuePair.Create("properties." + p.First, p.Second))),
    };

    private static string Key(long id) => id.ToString(CultureInfo.InvariantCulture);
}
