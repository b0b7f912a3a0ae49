using System.Collections.Immutable;
using Danke.Engines.Audiences;
using FsCheck;
using FsCheck.Fluent;

namespace Danke.Engines.Tests.Audiences;

/// <summary>
/// Random conditions and random persons from a small world - few channels, few products, forty days - so that conditions hold about as often
/// as they do not.
/// </summary>
public static class ConditionGenerator
{
    public const long NowMs = 1_790_000_000_000;
    public static readonly Asked Asked = new(NowMs, "Asia/Shanghai", "CNY", "main");

    public static readonly string[] Channels = ["tmall", "jd", "store"];
    private static readonly string[] Cities = ["", "杭州市", "上海市", "\"quoted\" \\ 'city'"];
    private static readonly string[] Skus = ["A1", "B2", "C3"];
    private static readonly string[] Categories = ["护肤", "彩妆", ""];
    // The last but one is what the program's own are called, and of the last nobody has any.
    public static readonly string[] PointTypes = ["coins", "air-miles", "points", "none"];
    private static readonly string[] Kinds = ["page.view", "sign.in"];

    public static Gen<Condition> Conditions => Gen.Sized(size => Of(Catalogue.Person, Math.Clamp(size / 20, 1, 4)));

    private static Gen<Condition> Of(Scope scope, int depth)
    {
        var leaf = Leaf(scope, depth);
        if (depth == 0) return leaf;
        var group = from count in Gen.Elements(0, 2, 2, 2, 3, 4)
                    from parts in Of(scope, depth - 1).ArrayOf(count)
                    from all in Gen.Elements(true, false)
                    select all ? (Condition)new Condition.All([.. parts]) : new Condition.Any([.. parts]);
        return Gen.Frequency((4, leaf), (1, group), (1, Of(scope, depth - 1).Select(part => (Condition)new Condition.Not(part))));
    }

    private static Gen<Condition> Leaf(Scope scope, int depth)
    {
        var fields = scope.Fields.Select(Test).Append(scope.OpenFields is { } open ? Open(open) : Test(scope.Fields[0]));
        var measures = depth == 0 ? [] : scope.Collections.Select(collection => Measured(collection, depth - 1));
        return Gen.OneOf([.. fields, .. measures, .. measures]);
    }

    private static Gen<Condition> Open(Field open) =>
        Gen.OneOf((open == Catalogue.PointsOfType ? PointTypes : ["page"]).Select(name => Test(open with { Name = open.Name + name })));

    private static Gen<Condition> Test(Field field) => field.Type switch
    {
        FieldType.Text => from values in Gen.Elements(ValuesOf(field.Name)).ArrayOf(2) select (Condition)new Condition.TextIn(field.Name, [.. values.Distinct()]),
        FieldType.Texts => from values in Gen.Elements(ValuesOf(field.Name)).ArrayOf(2) select (Condition)new Condition.Contains(field.Name, [.. values.Distinct()]),
        FieldType.Number => from comparison in Compare from value in Gen.Choose(-1, 12) select (Condition)new Condition.NumberIs(field.Name, comparison, value),
        FieldType.Money => from comparison in Compare from value in Gen.Choose(-1, 400) select (Condition)new Condition.NumberIs(field.Name, comparison, value),
        FieldType.Flag => Gen.Constant((Condition)new Condition.FlagIs(field.Name)),
        FieldType.Instant => from window in Windows select (Condition)new Condition.InstantIn(field.Name, window),
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };

    private static Gen<Condition> Measured(Collection collection, int depth)
    {
        var summable = collection.Of.Fields.Where(f => f.Type is FieldType.Number or FieldType.Money).Select(f => f.Name).ToArray();
        Measure[] measures = [Measure.Count, .. summable.Length > 0 ? [Measure.Sum] : Array.Empty<Measure>(), .. collection.Timed ? [Measure.DaysSinceFirst, Measure.DaysSinceLast] : Array.Empty<Measure>()];
        return from measure in Gen.Elements(measures)
               from field in measure == Measure.Sum ? Gen.Elements(summable).Select(string? (f) => f) : Gen.Constant<string?>(null)
               from window in collection.Timed ? Gen.OneOf(Gen.Constant<Window?>(null), Windows.Select(Window? (w) => w)) : Gen.Constant<Window?>(null)
               from filter in Gen.OneOf(Gen.Constant<Condition?>(null), Of(collection.Of, depth).Select(Condition? (c) => c))
               from comparison in Compare
               from value in measure == Measure.Sum ? Gen.Choose(-10, 600) : measure == Measure.Count ? Gen.Choose(-1, 3) : Gen.Choose(-1, 40)
               select (Condition)new Condition.Measured(measure, collection.Name, field, window, filter, comparison, value);
    }

    private static Gen<Comparison> Compare => Gen.Elements(Enum.GetValues<Comparison>());

    private static Gen<Window> Windows => Gen.OneOf(
        Gen.Choose(1, 40).Select(days => (Window)new Window.LastDays(days)),
        from start in Gen.Choose(0, 40)
        from length in Gen.Choose(1, 20)
        from open in Gen.Choose(0, 2)
        let day = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(NowMs).UtcDateTime).AddDays(-start)
        select (Window)new Window.Between(open == 1 ? null : day, open == 2 ? null : day.AddDays(length)));

    private static string[] ValuesOf(string field) => field switch
    {
        "gender" => ["f", "m", ""],
        "province" => ["浙江省", "上海市", ""],
        "city" => Cities,
        "channel" or "first_channel" or "channels" => Channels,
        "reachable" => ["sms", "email"],
        "tier" => ["gold", "silver", ""],
        "shop" => ["flagship", ""],
        "store" => ["SH001", ""],
        "status" => ["paid", "completed", "refunded", "announced"],
        "currency" => ["CNY", "USD"],
        "sku" => Skus,
        "category" => Categories,
        "kind" => Kinds,
        "properties.page" => ["home", "cart", ""],
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "No values"),
    };

    private static Gen<long> Moments =>
        // Now, the edges of whole days and of the brand's days, and anything between; also what has not happened yet.
        Gen.OneOf(
            Gen.Choose(0, 41).Select(days => NowMs - days * Danke.Engines.Audiences.Asked.DayMs),
            Gen.Choose(0, 41).Select(days => NowMs - NowMs % Danke.Engines.Audiences.Asked.DayMs - days * Danke.Engines.Audiences.Asked.DayMs + 16 * 3_600_000),
            Gen.Choose(-3, 1_000).Select(hours => NowMs - hours * 3_600_000L),
            Gen.Constant(NowMs + 1));

    private static Gen<T[]> UpTo<T>(int count, Gen<T> of) => from n in Gen.Choose(0, count) from items in of.ArrayOf(n) select items;

    private static Gen<string> TextFor(string field) => Gen.Elements(ValuesOf(field));

    public static Gen<Facts> Persons =>
        from texts in Texts("gender", "province", "city", "first_channel")
        from channels in Gen.SubListOf(Channels)
        from reachable in Gen.SubListOf("sms", "email")
        from birthMonth in Gen.Choose(0, 12)
        from firstSeen in Moments
        from lastSeen in Moments
        from household in Gen.Elements(0L, 0L, 0L, 1L, 2L, 3L, 5L, 8L, 11L)
        from size in Gen.Choose(2, 8)
        from membership in Memberships
        from orders in UpTo(5, Orders)
        from refunds in UpTo(2, Refunds)
        from interactions in UpTo(4, Interactions)
        let all = orders.Select((order, i) => order with { Key = $"{i + 1}" }).ToImmutableArray()
        select membership with
        {
            TextValues = membership.TextValues.AddRange(texts),
            TextsValues = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("channels", [.. channels]).Add("reachable", [.. reachable]),
            NumberValues = membership.NumberValues.Add("birth_month", birthMonth).Add("household.id", household).Add("household.size", household == 0 ? 1 : size),
            InstantValues = membership.InstantValues.Add("first_seen", firstSeen).Add("last_seen", lastSeen),
            Collections = ImmutableDictionary<string, ImmutableArray<Facts>>.Empty
                .Add("orders", [.. all.Where(o => o.Text("status") != "announced")])
                .Add("purchases", [.. all.Where(o => o.Flag("is_sale") && o.Number("amount_minor") > 0 && o.Text("status") != "refunded")])
                .Add("every order", all)
                .Add("refunds", [.. refunds.Select((r, i) => r with { Key = $"{i + 1}" })])
                .Add("interactions", [.. interactions.Select((r, i) => r with { Key = $"{i + 1}" })]),
        };

    private static Gen<ImmutableDictionary<string, string>> Texts(params string[] fields) =>
        fields.Aggregate(Gen.Constant(ImmutableDictionary<string, string>.Empty), (all, field) => from known in all from value in TextFor(field) select known.Add(field, value));

    private static Gen<Facts> Memberships =>
        from member in Gen.Elements(true, true, false)
        from tier in Gen.Elements("gold", "silver")
        from joined in Gen.Choose(0, 1_000).Select(hours => NowMs - hours * 3_600_000L)
        from points in Gen.Choose(-5, 12)
        from growth in Gen.Choose(0, 12)
        from coins in Gen.Choose(-5, 12)
        from miles in Gen.Choose(0, 12)
        select !member ? new Facts() : new Facts
        {
            Flags = ["is_member"],
            TextValues = ImmutableDictionary<string, string>.Empty.Add("tier", tier),
            InstantValues = ImmutableDictionary<string, long>.Empty.Add("joined", joined),
            NumberValues = ImmutableDictionary<string, long>.Empty.Add("points", points).Add("points.points", points).Add("growth", growth).Add("points.coins", coins).Add("points.air-miles", miles),
        };

    private static Gen<Facts> Orders =>
        from texts in Texts("channel", "shop", "store", "status", "currency")
        from at in Moments
        from amount in Gen.Choose(0, 300)
        from sale in Gen.Elements(true, true, true, false)
        from lines in UpTo(3, Lines)
        select new Facts
        {
            AtMs = at,
            TextValues = texts,
            NumberValues = ImmutableDictionary<string, long>.Empty.Add("amount_minor", amount),
            Flags = sale ? ["is_sale"] : [],
            Collections = ImmutableDictionary<string, ImmutableArray<Facts>>.Empty.Add("lines", [.. lines]),
        };

    private static Gen<Facts> Lines =>
        from texts in Texts("sku", "category")
        from quantity in Gen.Choose(0, 4)
        select new Facts { TextValues = texts, NumberValues = ImmutableDictionary<string, long>.Empty.Add("quantity", quantity) };

    private static Gen<Facts> Refunds =>
        from texts in Texts("channel", "currency")
        from at in Moments
        from amount in Gen.Choose(0, 300)
        select new Facts { AtMs = at, TextValues = texts, NumberValues = ImmutableDictionary<string, long>.Empty.Add("amount_minor", amount) };

    private static Gen<Facts> Interactions =>
        from texts in Texts("channel", "kind", "properties.page")
        from at in Moments
        select new Facts { AtMs = at, TextValues = texts };
}
