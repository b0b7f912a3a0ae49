using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Danke.Engines.Matching.Fields;

namespace Danke.Engines.Matching;

/// <summary>Guesses what the columns of a file say: by their names when those are telling and the values bear them out, else by the values.</summary>
public static class ColumnGuess
{
    /// <summary>As many rows as decide; evenly spread over the file.</summary>
    private const int LooksAt = 5_000;

    private const string CommonSurnames = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛岳欧司上诸張劉陳楊黃趙吳孫馬鄭羅謝韓許鄧馮蔣葉呂蘇盧鐘陸鄒關";

    private static readonly FrozenSet<string> GivenNames = FrozenSet.ToFrozenSet(
    [
        "james", "robert", "john", "michael", "david", "william", "richard", "joseph", "thomas", "charles", "daniel", "matthew", "anthony", "mark", "paul", "george", "harry", "jack", "oliver", "noah",
        "mary", "patricia", "jennifer", "linda", "elizabeth", "barbara", "susan", "jessica", "sarah", "karen", "lisa", "nancy", "emma", "olivia", "sophie", "emily", "grace", "amelia", "ella", "chloe",
        "joshua", "samuel", "benjamin", "jacob", "ryan", "luke", "adam", "lucas", "isaac", "thomas", "hannah", "lucy", "anna", "alice", "ruby", "isabella", "mia", "lily", "jake", "nicholas", "lachlan",
    ]);

    public static ImmutableArray<MatchColumn> Of(IReadOnlyList<string> names, IReadOnlyList<string[]> rows)
    {
        var step = Math.Max(1, rows.Count / LooksAt);
        var columns = names.Select((name, c) => new MatchColumn(name, RoleOf(name, new Sample(rows, c, step)))).ToArray();
        NameTheNames(columns, rows, step);
        return [.. columns];
    }

    private static ColumnRole RoleOf(string name, Sample values)
    {
        if (values.Filled == 0) return ColumnRole.Ignored;
        var byName = ByName(name, out var isSure);
        if (byName == ColumnRole.RecordType && !Fits(ColumnRole.RecordType, values)) return ColumnRole.Ignored;
        if (byName is { } told && Fits(told, values)) return isSure || told == ColumnRole.Ignored || !values.AllDifferent ? Kept(told, values) : ColumnRole.RecordKey;
        return values.AllDifferent && !values.Mostly(IsEmail) && !values.Mostly(IsMobile) && !values.Mostly(IsChineseName) ? ColumnRole.RecordKey : ByValues(values);
    }

    // A number that nobody has twice in the file is no evidence, whatever it is called; slips of it would only link a key to the next.
    private static ColumnRole Kept(ColumnRole role, Sample values) =>
        role is ColumnRole.Identifier or ColumnRole.Text && values.AllDifferent ? ColumnRole.RecordKey : role;

    private static bool Fits(ColumnRole role, Sample values) => role switch
    {
        ColumnRole.Email => values.Share(IsEmail) > 0.4,
        ColumnRole.Phone => values.Share(v => v.Count(char.IsAsciiDigit) >= 6) > 0.5,
        ColumnRole.BirthDate => values.Share(v => DateKind.Parse(v, DateOrder.MonthFirst) is not null) > 0.4,
        ColumnRole.Gender => values.Distinct <= 12,
        ColumnRole.RecordType => values.Share(RecordTypeKind.IsTold) > 0.9,
        ColumnRole.GivenName or ColumnRole.Surname or ColumnRole.FullName => values.Share(v => v.Any(char.IsLetter)) > 0.5,
        _ => true,
    };

    // What the words of a column's name say. Sure: the values need not repeat.
    private static ColumnRole? ByName(string column, out bool isSure)
    {
        isSure = true;
        var name = Words(column);
        bool Says(params string[] words) => words.Any(word => word[0] > 0x7f ? name.Contains(word) : (" " + name + " ").Contains(" " + word + " "));
        bool Holds(params string[] parts) => parts.Any(part => name.Contains(part));

        var isNumber = Says("passport", "license", "licence", "ssn", "soc", "sec", "social", "national", "tax", "lei", "nhs", "medicare", "身份证", "证件", "护照", "卡号", "会员号", "会员编号", "vip") || Says("card") && Says("no", "number", "id");
        if (Says("record type", "entity type", "party type", "subject type", "customer type", "client type", "客户类型", "主体类型")) return ColumnRole.RecordType;
        if (Says("type", "status", "created", "updated", "modified", "amount", "price", "points", "score", "remark", "note", "notes", "role", "domain", "source", "类型", "状态", "备注", "金额", "积分", "来源", "渠道", "等级")) return ColumnRole.Ignored;
        if (isNumber && Says("date", "expiry")) return ColumnRole.Ignored;
        if (isNumber && Says("country", "state", "issuer")) return ColumnRole.Issuer;
        if (Holds("email", "邮箱", "邮件") || Says("mail", "e mail")) return ColumnRole.Email;
        if (Holds("phone", "mobile", "手机", "电话", "联系方式") || Says("tel", "telephone", "cell", "fax", "msisdn")) return ColumnRole.Phone;
        if (Holds("birth", "生日", "出生") || Says("dob", "bday")) return ColumnRole.BirthDate;
        if (Says("date", "time", "日期", "时间", "day")) return ColumnRole.Ignored;
        if (Says("gender", "sex", "性别")) return ColumnRole.Gender;
        if (Holds("postcode", "postal", "zipcode", "邮编", "邮政编码") || Says("zip", "post code", "plz")) return ColumnRole.Postcode;
        if (Says("org", "organisation", "organization", "company", "firm", "business", "公司", "单位", "企业")) return ColumnRole.Organisation;
        if (Says("middle")) return ColumnRole.Ignored;
        if (Holds("forename", "givenname", "firstname", "given name") || Says("first", "given", "fname", "prenom", "vorname") || name is "名") return ColumnRole.GivenName;
        if (Holds("surname", "lastname", "familyname") || Says("last", "family", "lname", "nachname") || name is "姓" or "姓氏") return ColumnRole.Surname;
        if (isNumber) return ColumnRole.Identifier;
        if (Holds("address", "street", "地址", "街道", "门牌") || Says("addr", "house", "line1", "line2", "unit", "flat", "road") && !Says("city", "state", "country")) return ColumnRole.Address;
        if (Holds("suburb", "locality", "城市", "区县") || Says("city", "town", "district", "ort", "市", "区", "县")) return ColumnRole.City;
        if (Holds("province", "省份") || Says("state", "region", "county", "country", "省")) return ColumnRole.Region;
        if (Holds("姓名", "收货人", "收件人", "联系人", "客户名", "会员名", "顾客") || Says("name", "fullname", "customer name", "名字", "names")) return ColumnRole.FullName;
        isSure = false;
        if (Says("key", "index", "row", "序号", "编号")) return ColumnRole.Ignored;
        if (Says("id", "no", "number", "nr", "code", "uid", "号码", "card")) return ColumnRole.Identifier;
        return null;
    }

    // given_name, GivenName, FEATURES.NAME_FIRST#2: words with blanks between.
    internal static string Words(string column)
    {
        var text = new System.Text.StringBuilder();
        var name = column.Split('#')[0];
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && char.IsLower(name[i - 1])) text.Append(' ');
            text.Append(char.IsLetterOrDigit(name[i]) ? char.ToLowerInvariant(name[i]) : ' ');
        }
        return string.Join(' ', text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Length > 1 ? word.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') : word).Where(word => word.Length > 0));
    }

    private static ColumnRole ByValues(Sample values)
    {
        if (values.Mostly(IsEmail)) return ColumnRole.Email;
        if (values.Mostly(IsMobile)) return ColumnRole.Phone;
        if (values.Share(IsDate) > 0.7) return values.BirthYears() ? ColumnRole.BirthDate : ColumnRole.Ignored;
        if (values.Distinct <= 8 && values.Share(v => GenderWords.Contains(Texts.Fold(v))) > 0.9) return ColumnRole.Gender;
        if (values.Mostly(IsChineseName)) return ColumnRole.FullName;
        if (values.Mostly(v => v.Any(Texts.IsHan) && v.Length >= 6 && v.IndexOfAny(['省', '市', '区', '县', '路', '街', '号', '镇', '村', '道', '室']) >= 0)) return ColumnRole.Address;
        if (values.Mostly(v => v.Length is >= 2 and <= 8 && v.All(Texts.IsHan) && v[^1] is '市' or '区' or '县')) return ColumnRole.City;
        if (values.Mostly(v => v.All(char.IsAsciiDigit) && v.Length is >= 3 and <= 6) && values.Distinct < values.Filled * 0.8 && values.Distinct > 20 && values.SameLength > 0.8) return ColumnRole.Postcode;
        if (values.Share(v => v.Any(char.IsLetter) && v.Any(char.IsAsciiDigit) && v.Trim().Contains(' ')) > 0.4) return ColumnRole.Address;
        if (values.Share(v => v.Length >= 5 && v.Any(char.IsAsciiDigit) && v.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) > 0.8 && values.Distinct > values.Filled * 0.2) return ColumnRole.Identifier;
        if (values.Share(v => v.All(c => char.IsAsciiDigit(c) || c is '.' or '-' or ',' or ' ')) > 0.9) return ColumnRole.Ignored;
        return ColumnRole.Text;
    }

    // Columns of words without a telling name may be given names and surnames: by the given names that are in everybody's mouth.
    private static void NameTheNames(MatchColumn[] columns, IReadOnlyList<string[]> rows, int step)
    {
        if (columns.Any(c => c.Role is ColumnRole.GivenName or ColumnRole.Surname or ColumnRole.FullName)) return;
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Role != ColumnRole.Text) continue;
            var values = new Sample(rows, i, step);
            if (values.Share(v => GivenNames.Contains(Texts.Fold(v).Split(' ')[0])) < 0.04 || values.Distinct < Math.Min(20, values.Filled * 0.02)) continue;
            if (values.Share(v => v.Trim().Contains(' ')) > 0.6)
            {
                columns[i] = columns[i] with { Role = ColumnRole.FullName };
                return;
            }
            columns[i] = columns[i] with { Role = ColumnRole.GivenName };
            var beside = new[] { i + 1, i - 1 }.Where(j => j >= 0 && j < columns.Length && columns[j].Role == ColumnRole.Text)
                .Where(j => new Sample(rows, j, step) is { } other && other.Distinct > 20 && other.Share(v => v.All(c => char.IsLetter(c) || c is ' ' or '-' or '\'')) > 0.9).ToArray();
            if (beside.Length > 0) columns[beside[0]] = columns[beside[0]] with { Role = ColumnRole.Surname };
            return;
        }
    }

    private static readonly FrozenSet<string> GenderWords = FrozenSet.ToFrozenSet(["m", "f", "male", "female", "男", "女", "u", "unknown", "先生", "女士"]);

    private static bool IsEmail(string value) => value.IndexOf('@') is > 0 and var at && value.IndexOf('.', at) > 0;

    private static bool IsMobile(string value)
    {
        var digits = value.Count(char.IsAsciiDigit);
        if (digits is < 7 or > 15 || value.Any(c => !char.IsAsciiDigit(c) && c is not (' ' or '-' or '+' or '(' or ')' or '.' or '/'))) return false;
        return digits == 11 && value.TrimStart('+', ' ')[0] == '1' || digits == 13 && value.Contains("86") || value.Any(c => c is '+' or '(') || value.Contains('-') && digits >= 9 && !IsDate(value);
    }

    private static bool IsDate(string value) =>
        value.Length is >= 6 and <= 24 && DateKind.Parse(value, DateOrder.MonthFirst) is { Year: >= 1850 and <= 2100 } date && (date.Month <= 12 || date.Day <= 12) && date.Month <= 31 && date.Day <= 31;

    private static bool IsChineseName(string value)
    {
        var text = value.Trim();
        return text.Length is >= 2 and <= 4 && text.All(Texts.IsHan) && CommonSurnames.Contains(text[0]) && text[^1] is not ('市' or '省' or '区' or '县');
    }

    /// <summary>Values of a column that say something, at most as many as are looked at.</summary>
    private sealed class Sample
    {
        private readonly List<string> values = [];

        public Sample(IReadOnlyList<string[]> rows, int column, int step)
        {
            var seen = new HashSet<string>();
            var all = 0;
            for (var i = 0; i < rows.Count; i++)
            {
                if (column >= rows[i].Length || rows[i][column].Trim() is not { Length: > 0 } value) continue;
                all++;
                // Two records with one value may lie far apart: all of them are looked at for that.
                seen.Add(value);
                if (i % step == 0) values.Add(value);
            }
            Filled = all;
            Distinct = seen.Count;
            AllDifferent = all >= 10 && seen.Count == all && all >= rows.Count * 0.95;
        }

        public int Filled { get; }
        public int Distinct { get; }
        public bool AllDifferent { get; }
        public double SameLength => values.Count == 0 ? 0 : values.GroupBy(v => v.Length).Max(g => g.Count()) / (double)values.Count;

        public double Share(Func<string, bool> test) => values.Count == 0 ? 0 : values.Count(test) / (double)values.Count;

        public bool Mostly(Func<string, bool> test) => Share(test) > 0.6;

        /// <summary>People are born over decades; a file's own dates are of its last years.</summary>
        public bool BirthYears()
        {
            var years = values.Select(v => DateKind.Parse(v, DateOrder.MonthFirst)?.Year ?? 0).Where(y => y > 1850).Order().ToArray();
            return years.Length > 0 && years[years.Length * 9 / 10] - years[years.Length / 10] >= 12;
        }
    }
}
