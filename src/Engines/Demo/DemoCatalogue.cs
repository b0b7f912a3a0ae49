using System.Collections.Immutable;
using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>One article of the demo brand.</summary>
/// <param name="Sku">E.g. <c>MM-014</c>; unique.</param>
/// <param name="PriceMinor">List price in fen.</param>
public sealed record DemoArticle(string Sku, string Name, string Category, long PriceMinor);

/// <summary>
/// What the demo brand sells: 300 articles of skin and body care in 12 categories. The catalogue is the same whatever the seed.
/// Demand follows Zipf's law twice: among the categories (<see cref="CategoryExponent"/>, in the order of
/// <see cref="Categories"/>) and among the articles of a category.
/// </summary>
public sealed class DemoCatalogue
{
    public const double CategoryExponent = 0.8;
    private const double ArticleExponent = 0.9;
    private const int ArticlesPerCategory = 25;

    private static readonly string[] Series = ["雨苔", "白露", "山茶", "青柑", "雪松", "桂月", "云芽", "海盐"];

    private static readonly Shelf[] Shelves =
    [
        new("MM", "面膜", ["补水面膜", "舒缓面膜", "透亮面膜", "清洁泥膜", "睡眠面膜"], ["1片", "5片", "10片"], 1290, 16900),
        new("JM", "洁面", ["氨基酸洁面乳", "洁面慕斯", "卸妆油", "卸妆膏", "洁颜粉"], ["60ml", "120ml", "200ml"], 2900, 16800),
        new("SS", "爽肤水", ["保湿水", "舒缓水", "精粹水", "化妆水", "喷雾"], ["50ml", "150ml", "250ml"], 3900, 23900),
        new("JH", "精华", ["修护精华", "保湿精华", "透亮精华", "紧致精华", "精华油"], ["10ml", "30ml", "50ml"], 5900, 46900),
        new("MS", "面霜", ["保湿霜", "修护霜", "轻盈乳", "夜间霜", "紧致霜"], ["15g", "30g", "50g"], 4900, 39900),
        new("FS", "防晒", ["防晒乳", "防晒喷雾", "防晒棒", "隔离霜", "晒后凝胶"], ["30ml", "50ml", "90ml"], 3900, 19900),
        new("ST", "身体护理", ["身体乳", "沐浴油", "身体磨砂", "护手霜", "护足霜"], ["50g", "150g", "300g"], 1900, 15900),
        new("TF", "头发护理", ["洗发露", "护发素", "发膜", "护发精油", "头皮精华"], ["50ml", "200ml", "500ml"], 2900, 17900),
        new("YB", "眼部护理", ["眼霜", "眼膜", "眼部精华", "睫毛精华", "眼部卸妆液"], ["5g", "15g", "20g"], 3900, 32900),
        new("CZ", "唇妆", ["润唇膏", "唇釉", "口红", "唇膜", "唇部磨砂"], ["单支", "双支", "三支"], 1900, 18900),
        new("XF", "香氛", ["淡香水", "固体香膏", "香薰蜡烛", "扩香石", "枕边喷雾"], ["10ml", "30ml", "100ml"], 4900, 49900),
        new("LH", "礼盒", ["旅行套装", "护肤套装", "节日礼盒", "身体护理礼盒", "香氛礼盒"], ["三件", "五件", "七件"], 9900, 89900),
    ];

    private readonly ImmutableArray<ImmutableArray<DemoArticle>> shelves;
    private readonly WeightedTable categoryDemand = WeightedTable.Zipf(Shelves.Length, CategoryExponent);
    private readonly WeightedTable articleDemand = WeightedTable.Zipf(ArticlesPerCategory, ArticleExponent);

    public static DemoCatalogue Instance { get; } = new();

    private DemoCatalogue()
    {
        shelves = [.. Shelves.Select((shelf, i) => shelf.Fill(RandomStream.Of(1, (ulong)i)))];
        Articles = [.. shelves.SelectMany(s => s)];
        Categories = [.. Shelves.Select(s => s.Name)];
    }

    public ImmutableArray<DemoArticle> Articles { get; }

    /// <summary>Most demanded first.</summary>
    public ImmutableArray<string> Categories { get; }

    /// <summary>An article as demand would have it, near a price: the nearest of a few, so that baskets reach their value.</summary>
    public DemoArticle Pick(RandomStream random, long nearMinor)
    {
        var shelf = PickShelf(random, nearMinor);
        var best = shelf[articleDemand.Pick(random)];
        for (var candidate = 1; candidate < 4; candidate++)
        {
            var other = shelf[articleDemand.Pick(random)];
            if (Math.Abs(other.PriceMinor - nearMinor) < Math.Abs(best.PriceMinor - nearMinor)) best = other;
        }
        return best;
    }

    // Nobody buys a gift box with the last ten yuan; look again, but not so often that it would bend Zipf's law.
    private ImmutableArray<DemoArticle> PickShelf(RandomStream random, long nearMinor)
    {
        var shelf = categoryDemand.Pick(random);
        for (var look = 0; look < 2 && Shelves[shelf].LowestMinor > 2 * nearMinor; look++) shelf = categoryDemand.Pick(random);
        return shelves[shelf];
    }

    private sealed record Shelf(string Code, string Name, string[] Goods, string[] Sizes, long LowestMinor, long HighestMinor)
    {
        public ImmutableArray<DemoArticle> Fill(RandomStream random) =>
            [.. Enumerable.Range(0, ArticlesPerCategory).Select(i => Article(i, random))];

        // Series and goods together are different for every i below 40, so no two articles have one name.
        private DemoArticle Article(int i, RandomStream random)
        {
            var series = i % Series.Length;
            var size = (int)random.NextBelow(Sizes.Length);
            var goods = Goods[(i / Series.Length + series) % Goods.Length];
            return new DemoArticle($"{Code}-{i + 1:000}", $"{Series[series]}{goods} {Sizes[size]}", Name, Price(size, random));
        }

        // Bigger sizes cost more; prices end in 9 yuan, as prices do, except the cheapest ones.
        private long Price(int size, RandomStream random)
        {
            var share = (size + random.NextUnit()) / Sizes.Length;
            var minor = (long)(LowestMinor * PortableMath.Pow((double)HighestMinor / LowestMinor, share));
            return minor < 2000 ? minor / 100 * 100 + 90 : minor / 1000 * 1000 + 900;
        }
    }
}
