using System.Collections.Immutable;
using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>Where a customer lives; <see cref="Stores"/> are the brand's own in that city.</summary>
public sealed record DemoPlace(string Province, string City, int Weight, ImmutableArray<string> Stores);

/// <summary>Cities by how many of the brand's customers live there, with the brand's twelve stores.</summary>
public static class DemoPlaces
{
    public static ImmutableArray<DemoPlace> All { get; } =
    [
        Of("上海市", "上海市", 92, "SH001", "SH002", "SH003"), Of("北京市", "北京市", 74, "BJ001", "BJ002"),
        Of("浙江省", "杭州市", 62, "HZ001", "HZ002"), Of("广东省", "广州市", 52, "GZ001"), Of("广东省", "深圳市", 58, "SZ001"),
        Of("四川省", "成都市", 55, "CD001"), Of("江苏省", "南京市", 38, "NJ001"), Of("湖北省", "武汉市", 36, "WH001"),
        Of("江苏省", "苏州市", 34), Of("重庆市", "重庆市", 34), Of("陕西省", "西安市", 28), Of("湖南省", "长沙市", 27),
        Of("浙江省", "宁波市", 22), Of("浙江省", "温州市", 14), Of("浙江省", "金华市", 11), Of("江苏省", "无锡市", 18),
        Of("江苏省", "常州市", 11), Of("江苏省", "南通市", 10), Of("江苏省", "徐州市", 9), Of("广东省", "佛山市", 17),
        Of("广东省", "东莞市", 17), Of("广东省", "惠州市", 7), Of("广东省", "中山市", 7), Of("山东省", "青岛市", 19),
        Of("山东省", "济南市", 17), Of("山东省", "烟台市", 8), Of("山东省", "潍坊市", 7), Of("河南省", "郑州市", 22),
        Of("河南省", "洛阳市", 8), Of("河南省", "南阳市", 5), Of("福建省", "福州市", 14), Of("福建省", "厦门市", 14),
        Of("福建省", "泉州市", 10), Of("安徽省", "合肥市", 18), Of("安徽省", "芜湖市", 6), Of("江西省", "南昌市", 12),
        Of("江西省", "赣州市", 5), Of("湖北省", "宜昌市", 6), Of("湖北省", "襄阳市", 5), Of("湖南省", "株洲市", 5),
        Of("湖南省", "衡阳市", 4), Of("四川省", "绵阳市", 7), Of("四川省", "乐山市", 3), Of("陕西省", "宝鸡市", 3),
        Of("天津市", "天津市", 18), Of("河北省", "石家庄市", 12), Of("河北省", "唐山市", 7), Of("河北省", "保定市", 6),
        Of("辽宁省", "沈阳市", 13), Of("辽宁省", "大连市", 12), Of("吉林省", "长春市", 9), Of("黑龙江省", "哈尔滨市", 10),
        Of("黑龙江省", "大庆市", 3), Of("山西省", "太原市", 9), Of("山西省", "大同市", 3), Of("云南省", "昆明市", 13),
        Of("云南省", "大理白族自治州", 3), Of("贵州省", "贵阳市", 9), Of("贵州省", "遵义市", 5), Of("广西壮族自治区", "南宁市", 10),
        Of("广西壮族自治区", "桂林市", 5), Of("海南省", "海口市", 5), Of("海南省", "三亚市", 3), Of("内蒙古自治区", "呼和浩特市", 4),
        Of("内蒙古自治区", "包头市", 3), Of("甘肃省", "兰州市", 6), Of("宁夏回族自治区", "银川市", 3), Of("青海省", "西宁市", 2),
        Of("新疆维吾尔自治区", "乌鲁木齐市", 6), Of("西藏自治区", "拉萨市", 1),
    ];

    private static readonly WeightedTable Table = new(All.Select(p => (long)p.Weight));

    public static DemoPlace Pick(RandomStream random) => All[Table.Pick(random)];

    private static DemoPlace Of(string province, string city, int weight, params string[] stores) => new(province, city, weight, [.. stores]);
}
