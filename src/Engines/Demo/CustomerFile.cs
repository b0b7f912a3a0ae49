using System.Collections.Immutable;
using System.Globalization;
using Danke.Engines.Matching.Fields;
using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>
/// The member files of a brand's stores, put together: one to four records a person, each written by somebody else on another day, with what goes
/// wrong then. Nobody's key is in it but <c>person</c>, the truth. The persons are the demo brand's (see <see cref="Persona"/>).
/// </summary>
public static class CustomerFile
{
    public static readonly ImmutableArray<string> Columns =
        ["record", "store", "name", "mobile", "gender", "birthday", "province", "city", "address", "email", "registered_on", "person"];

    private static readonly WeightedTable RecordsOfPerson = new([52, 30, 13, 5]);

    private static readonly string[] Districts = ["城东区", "城西区", "江北区", "江南区", "新城区", "高新区", "开发区", "鼓楼区", "西湖区", "南山区", "天河区", "武侯区", "雁塔区", "朝阳区", "海港区", "龙华区", "白云区", "青山区", "长安区", "市中区"];
    private static readonly string[] RoadNames = ["人民", "解放", "中山", "建设", "和平", "新华", "文化", "胜利", "滨江", "湖滨", "科技", "学府", "长江", "黄河", "泰山", "珠江", "迎宾", "凤凰", "金鸡湖", "花园", "幸福", "前进", "友谊", "光明", "工业", "团结", "青年", "朝阳", "复兴", "延安", "北京", "南京", "天山", "玉兰", "桂花", "梧桐", "银杏", "莲花", "锦绣", "世纪"];
    private static readonly string[] RoadEndings = ["路", "街", "大道", "东路", "西路", "南路", "北路", "一路", "二路", "巷"];
    private static readonly string[] Estates = ["阳光花园", "世纪城", "碧水湾", "锦绣家园", "金色家园", "万和城", "绿地新城", "御景园", "枫林小区", "翠湖名苑", "东方花城", "紫荆苑", "和谐家园", "丽景湾", "书香门第", "春江花月", "滨河小区", "香榭里", "半岛豪庭", "名门世家"];

    // Characters people mix up in names because they sound the same.
    private const string SoundAlikes = "张章,李黎,王汪,陈程,杨扬,黄皇,吴伍,徐许,孙荪,朱诸,胡湖,林琳,何贺,高皋,郑正,罗洛,谢解,唐塘,韩涵,曹操,萧肖,冯逢,曾增,蔡菜,彭朋,袁元,余于,苏酥,叶页,吕旅,魏卫,蒋奖,田甜,杜渡,沈审,姜江,傅付,钟忠,戴代,任仁,陆路,姚尧,方芳,金今,邱秋,夏厦,谭谈,雨语,欣新,思丝,佳嘉,梦孟,雅亚,子紫,诗师,晓小,婷庭,静净,美每,怡宜,慧惠,玉育,艺义,心昕,文雯,丽莉,云芸,月悦,清青,兰岚,素苏,锦瑾,宇语,志智,俊骏,明铭,建健,国果,伟玮,涛滔,鹏朋,强墙,斌彬,磊垒,军君,华桦,阳洋,博伯,鑫欣,峰锋,凯楷,勇永,龙隆,东冬,波博,平萍,亮谅,毅义,恒衡,远原,翔祥,航杭,哲喆,琪琦,妍研,洁杰,颖影,娜那,敏闵,丹单,倩茜,瑶谣,雪学,莹盈,媛缘,薇微,晴情,宁凝,霞侠,燕艳,红虹,玲铃,梅眉,菲飞,蓉荣,璇旋,轩宣,浩昊,飞非,辉晖";
    private static readonly Dictionary<char, char> SoundsLike = SoundAlikes.Split(',').DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1]);

    private const ulong PurposePerson = 41, PurposeRecord = 42, PurposeOrder = 43;

    /// <summary>The rows in the order of <see cref="Columns"/>, mixed.</summary>
    public static IEnumerable<string[]> Rows(int count, ulong seed)
    {
        // Which record of which person stands where.
        var places = new (int Person, int Record)[count];
        for (int at = 0, person = 0; at < count; person++)
        {
            var records = RecordsOfPerson.Pick(RandomStream.Of(seed, PurposePerson, (ulong)person)) + 1;
            for (var r = 0; r < records && at < count; r++) places[at++] = (person, r);
        }
        var random = RandomStream.Of(seed, PurposeOrder);
        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)random.NextBelow(i + 1);
            (places[i], places[j]) = (places[j], places[i]);
        }
        var plan = new DemoPlan { Seed = seed, Members = count, Months = 24 };
        for (var i = 0; i < count; i++) yield return RecordOf(plan, places[i].Person, places[i].Record, i + 1);
    }

    private static string[] RecordOf(DemoPlan plan, int number, int record, int row)
    {
        var person = new Persona(plan, number, isMember: true);
        var random = RandomStream.Of(plan.Seed, PurposeRecord, (ulong)number, (ulong)record);
        var moved = random.Chance(0.08);
        var home = RandomStream.Of(plan.Seed, PurposePerson, (ulong)(moved ? number : person.Household), moved ? 7UL : 5UL);
        var place = moved && home.Chance(0.4) ? DemoPlaces.Pick(home) : person.Place;
        var address = Home.Of(home);
        return
        [
            $"R{SplitMix64.Hash(plan.Seed, (ulong)row) % 1_000_000_000_000:000000000000}",
            $"S{random.NextBelow(60) + 1:000}",
            Name(person, random),
            Mobile(person, plan.Seed, random),
            Gender(person, random),
            Birthday(person.Birthday, random),
            random.Chance(0.25) ? "" : random.Chance(0.3) ? Short(place.Province) : place.Province,
            random.Chance(0.15) ? "" : random.Chance(0.3) ? Short(place.City) : place.City,
            Address(address, place, random),
            Email(person, random),
            $"{2012 + random.NextBelow(12)}-{1 + random.NextBelow(12):00}-{1 + random.NextBelow(28):00}",
            $"{number + 1}",
        ];
    }

    private static string Name(Persona person, RandomStream random)
    {
        var name = person.Name;
        if (random.Chance(0.02)) return name[..1] + (person.IsWoman ? "女士" : "先生");
        if (random.Chance(0.05)) name = Misheard(name, random);
        if (random.Chance(0.01) && name.Length > 2) name = name.Remove((int)random.NextBetween(1, name.Length - 1), 1);
        if (random.Chance(0.01)) name = name[1..] + name[..1];
        if (random.Chance(0.02)) name = $"{name[..1]} {name[1..]}";
        return name;
    }

    private static string Misheard(string name, RandomStream random)
    {
        var start = (int)random.NextBelow(name.Length);
        for (var i = 0; i < name.Length; i++)
            if ((start + i) % name.Length is var at && SoundsLike.TryGetValue(name[at], out var other)) return name[..at] + other + name[(at + 1)..];
        return name;
    }

    private static string Mobile(Persona person, ulong seed, RandomStream random)
    {
        if (random.Chance(0.08)) return "";
        // A number of before, the same whenever it is given.
        var phone = random.Chance(0.07) ? $"127{SplitMix64.Hash(SplitMix64.Hash(seed, 44), (ulong)person.Number) % 100_000_000:00000000}" : person.Phone;
        if (random.Chance(0.025)) phone = Slip(phone, 3, random);
        return random.NextBelow(20) switch
        {
            0 => $"+86 {phone}",
            1 => $"{phone[..3]}-{phone[3..7]}-{phone[7..]}",
            2 => $"{phone[..3]} {phone[3..7]} {phone[7..]}",
            _ => phone,
        };
    }

    private static string Gender(Persona person, RandomStream random) =>
        random.Chance(0.2) ? "" : person.IsWoman != random.Chance(0.01) ? "女" : "男";

    private static string Birthday(string birthday, RandomStream random)
    {
        if (random.Chance(0.28)) return "";
        // What the till fills in when nobody asks.
        if (random.Chance(0.015)) return "1990-01-01";
        var (year, month, day) = (birthday[..4], birthday[5..7], birthday[8..]);
        if (random.Chance(0.02)) (month, day) = (day, month);
        if (random.Chance(0.02)) day = Slip(day, 0, random);
        if (random.Chance(0.01)) year = $"{int.Parse(year, CultureInfo.InvariantCulture) + (random.Chance(0.5) ? 1 : -1)}";
        return random.NextBelow(12) switch
        {
            0 => $"{year}/{month}/{day}",
            1 => $"{year}年{month}月{day}日",
            2 => $"{year}{month}{day}",
            _ => $"{year}-{month}-{day}",
        };
    }

    private static string Address(Home home, DemoPlace place, RandomStream random)
    {
        if (random.Chance(0.35)) return "";
        var head = random.NextBelow(4) switch { 0 => place.Province + place.City, 1 => place.City, 2 => Short(place.City), _ => "" };
        var district = random.Chance(0.25) ? "" : home.District;
        var number = random.Chance(0.03) ? Slip(home.Number, 0, random) : home.Number;
        var door = random.NextBelow(4) switch
        {
            0 => $"{home.Building}栋{home.Room}室",
            1 => $"{home.Building}号楼{home.Room}",
            2 => $"{home.Building}-{home.Room}",
            _ => "",
        };
        return $"{head}{district}{home.Road}{number}号{(random.Chance(0.6) ? home.Estate : "")}{door}";
    }

    private static string Email(Persona person, RandomStream random)
    {
        if (!person.HasEmail || random.Chance(0.3)) return "";
        return random.Chance(0.03) ? Slip(person.Email, 0, random) : person.Email;
    }

    /// <summary>One key wrong, or two in the wrong order, from a place on.</summary>
    private static string Slip(string text, int from, RandomStream random)
    {
        var letters = text.ToCharArray();
        var at = (int)random.NextBetween(from, letters.Length - 1);
        if (at + 1 < letters.Length && random.Chance(0.4)) (letters[at], letters[at + 1]) = (letters[at + 1], letters[at]);
        else if (char.IsAsciiDigit(letters[at])) letters[at] = (char)('0' + (letters[at] - '0' + 1 + random.NextBelow(9)) % 10);
        else if (char.IsAsciiLetter(letters[at])) letters[at] = (char)('a' + random.NextBelow(26));
        return new string(letters);
    }

    private static string Short(string place) => place.Length > 2 && place[^1] is '省' or '市' ? place[..^1] : place;

    private sealed record Home(string District, string Road, string Number, string Estate, string Building, string Room)
    {
        public static Home Of(RandomStream random) => new(
            Pick(Districts, random), Pick(RoadNames, random) + Pick(RoadEndings, random), $"{1 + random.NextBelow(600)}", Pick(Estates, random), $"{1 + random.NextBelow(30)}",
            $"{1 + random.NextBelow(28)}0{1 + random.NextBelow(4)}");
    }

    private static string Pick(string[] from, RandomStream random) => from[random.NextBelow(from.Length)];
}
