using System.Collections.Immutable;
using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>
/// Chinese personal names by their rough frequency: the commonest hundred surnames with how many in ten thousand bear them,
/// and given names of one or two characters by gender. Any likeness to a living person is chance.
/// </summary>
public static class DemoNames
{
    private static readonly (string Surname, string Pinyin, int PerTenThousand)[] Surnames =
    [
        ("王", "wang", 725), ("李", "li", 719), ("张", "zhang", 683), ("刘", "liu", 538), ("陈", "chen", 453), ("杨", "yang", 308),
        ("黄", "huang", 223), ("赵", "zhao", 229), ("周", "zhou", 212), ("吴", "wu", 205), ("徐", "xu", 166), ("孙", "sun", 154),
        ("朱", "zhu", 126), ("马", "ma", 129), ("胡", "hu", 131), ("郭", "guo", 115), ("林", "lin", 118), ("何", "he", 117),
        ("高", "gao", 110), ("梁", "liang", 84), ("郑", "zheng", 94), ("罗", "luo", 86), ("宋", "song", 81), ("谢", "xie", 80),
        ("唐", "tang", 73), ("韩", "han", 76), ("曹", "cao", 61), ("许", "xu", 66), ("邓", "deng", 62), ("萧", "xiao", 56),
        ("冯", "feng", 59), ("曾", "zeng", 50), ("程", "cheng", 57), ("蔡", "cai", 53), ("彭", "peng", 51), ("潘", "pan", 48),
        ("袁", "yuan", 54), ("于", "yu", 56), ("董", "dong", 51), ("余", "yu", 48), ("苏", "su", 47), ("叶", "ye", 48),
        ("吕", "lv", 47), ("魏", "wei", 46), ("蒋", "jiang", 45), ("田", "tian", 45), ("杜", "du", 45), ("丁", "ding", 41),
        ("沈", "shen", 41), ("姜", "jiang", 39), ("范", "fan", 40), ("江", "jiang", 38), ("傅", "fu", 36), ("钟", "zhong", 37),
        ("卢", "lu", 38), ("汪", "wang", 37), ("戴", "dai", 35), ("崔", "cui", 37), ("任", "ren", 38), ("陆", "lu", 36),
        ("廖", "liao", 36), ("姚", "yao", 36), ("方", "fang", 36), ("金", "jin", 35), ("邱", "qiu", 34), ("夏", "xia", 34),
        ("谭", "tan", 33), ("韦", "wei", 32), ("贾", "jia", 33), ("邹", "zou", 31), ("石", "shi", 32), ("熊", "xiong", 29),
        ("孟", "meng", 29), ("秦", "qin", 28), ("阎", "yan", 27), ("薛", "xue", 27), ("侯", "hou", 26), ("雷", "lei", 26),
        ("白", "bai", 26), ("龙", "long", 25), ("段", "duan", 24), ("郝", "hao", 24), ("孔", "kong", 23), ("邵", "shao", 22),
        ("史", "shi", 22), ("毛", "mao", 21), ("常", "chang", 21), ("万", "wan", 21), ("顾", "gu", 20), ("赖", "lai", 20),
        ("武", "wu", 19), ("康", "kang", 18), ("贺", "he", 18), ("严", "yan", 18), ("尹", "yin", 17), ("钱", "qian", 17),
        ("施", "shi", 16), ("牛", "niu", 15), ("洪", "hong", 15), ("欧阳", "ouyang", 9),
    ];

    // Characters of given names, commoner ones first; drawn by a gentle Zipf.
    private const string FirstOfWomen = "雨欣思佳梦雅子诗晓婷静小美嘉怡慧玉紫艺心可若文丽云月春秋亦书语清兰素锦";
    private const string SecondOfWomen = "涵怡婷琪萱妍洁颖娜敏芳丹琳雯倩瑶雪彤莹媛薇蕾晴悦宁霞燕红玲梅菲岚蓉璇";
    private const string FirstOfMen = "子浩宇志俊文明建家天一嘉晓伟国思泽梓博少永振立海景世承正元弘启书亦";
    private const string SecondOfMen = "轩杰涛宇鹏飞辉强斌磊军华阳洋超博鑫峰凯健勇林龙东波平亮毅恒远翔航哲";
    private const string AloneOfWomen = "静敏芳丽娜婷莉燕艳霞玲丹洁倩颖慧雪晶琳欣";
    private const string AloneOfMen = "伟磊强军杰涛超鹏勇刚辉斌波凯亮峰浩宇飞健";

    private const double OneCharacter = 0.14;

    private static readonly WeightedTable SurnameTable = new(Surnames.Select(s => (long)s.PerTenThousand));
    private static readonly ImmutableDictionary<string, WeightedTable> CharacterTables =
        new[] { FirstOfWomen, SecondOfWomen, FirstOfMen, SecondOfMen, AloneOfWomen, AloneOfMen }
            .ToImmutableDictionary(characters => characters, characters => WeightedTable.Zipf(characters.Length, 0.5));

    public static (string Surname, string Pinyin) PickSurname(RandomStream random)
    {
        var (surname, pinyin, _) = Surnames[SurnameTable.Pick(random)];
        return (surname, pinyin);
    }

    public static string PickGivenName(RandomStream random, bool woman)
    {
        if (random.Chance(OneCharacter)) return Pick(random, woman ? AloneOfWomen : AloneOfMen).ToString();
        var first = Pick(random, woman ? FirstOfWomen : FirstOfMen);
        var second = Pick(random, woman ? SecondOfWomen : SecondOfMen);
        return string.Concat(new ReadOnlySpan<char>(in first), new ReadOnlySpan<char>(in second));
    }

    private static char Pick(RandomStream random, string characters) => characters[CharacterTables[characters].Pick(random)];
}
