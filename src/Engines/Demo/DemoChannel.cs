using System.Collections.Immutable;

namespace Danke.Engines.Demo;

/// <summary>One of the six places where the demo brand sells.</summary>
/// <param name="Code">The channel of its events: tmall, jd, douyin, youzan, wechat, store.</param>
/// <param name="Source">Who reports its events.</param>
/// <param name="Shop">The shop within the channel; empty for stores, where it is the store's code.</param>
/// <param name="Namespace">What the channel knows a person by.</param>
/// <param name="Weight">How many of a hundred customers come by it first.</param>
/// <param name="TellsPhone">The share of its customers whose phone number it passes on to the brand; more of those who join there.</param>
/// <param name="OrderPrefix">Begins its order numbers.</param>
/// <param name="Payments">Its payment methods, the commonest first.</param>
public sealed record DemoChannel(
    string Code, string Source, string Shop, string Namespace, int Weight, double TellsPhone, string OrderPrefix, ImmutableArray<string> Payments)
{
    public static readonly DemoChannel Tmall = new("tmall", "tmall-flagship", "flagship", "tmall_ouid", 34, 0.7, "TM", ["alipay"]);
    public static readonly DemoChannel Wechat = new("wechat", "wechat-mini", "mini", "wechat_openid", 18, 0.9, "WX", ["wechat_pay"]);
    public static readonly DemoChannel Douyin = new("douyin", "douyin-shop", "official", "douyin_open_id", 15, 0.65, "DY", ["douyin_pay", "alipay"]);
    public static readonly DemoChannel Store = new("store", "pos", "", "pos_id", 16, 1, "ST", ["wechat_pay", "alipay", "card", "cash"]);
    public static readonly DemoChannel Jd = new("jd", "jd-pop", "pop", "jd_pin", 10, 0.6, "JD", ["jd_pay", "wechat_pay"]);
    public static readonly DemoChannel Youzan = new("youzan", "youzan-mall", "mall", "youzan_yz_open_id", 7, 0.95, "YZ", ["wechat_pay", "alipay"]);

    public static readonly ImmutableArray<DemoChannel> All = [Tmall, Wechat, Douyin, Store, Jd, Youzan];

    public bool IsStore => this == Store;

    /// <summary>The brand's own pages: it sees what is looked at before it is bought.</summary>
    public bool ShowsViews => this == Wechat || this == Youzan;
}
