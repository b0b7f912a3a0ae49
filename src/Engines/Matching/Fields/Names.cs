using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Danke.Engines.Matching.Fields;

/// <summary>A given name or a surname.</summary>
internal sealed class NamePart
{
    public NamePart(string text, bool isSurname)
    {
        Text = text;
        IsHan = text.Any(Texts.IsHan);
        Script = IsHan ? Script.Han : Romanisation.ScriptOf(text);
        Sound = Texts.Letters(IsHan ? isSurname ? Pinyin.OfSurname(text) : Pinyin.Of(text) : Romanisation.Of(text));
        IsLatin = Sound.All(char.IsAsciiLetterOrDigit);
        Blurred = IsHan ? Pinyin.Blurred(Sound) : Sound;
        First = IsHan || text.IndexOf(' ') is not (> 0 and var blank) ? Sound : Texts.Letters(Romanisation.Of(text[..blank]));
        Consonants = IsHan ? "" : ConsonantsOf(First);
        Term = new Term(text);
    }

    public string Text { get; }

    /// <summary>What is heard of a Latin name besides its vowels: Kaylee and Keeley are kl, Zara and Sarah sr.</summary>
    public string Consonants { get; }
    public string Sound { get; }
    public string Blurred { get; }

    /// <summary>The first of several words.</summary>
    public string First { get; }
    public bool IsHan { get; }
    public Script Script { get; }

    /// <summary>Whether <see cref="Sound"/> is in Latin letters.</summary>
    public bool IsLatin { get; }
    public Term Term { get; }

    private static string ConsonantsOf(string name)
    {
        var text = new System.Text.StringBuilder();
        foreach (var c in name.Replace("ph", "f").Replace("ck", "k"))
        {
            var letter = c switch { 'z' => 's', 'c' or 'q' => 'k', 'j' => 'g', 'v' => 'f', 'a' or 'e' or 'i' or 'o' or 'u' or 'y' or 'h' or 'w' or ' ' => '\0', _ => c };
            if (letter != '\0' && (text.Length == 0 || text[^1] != letter)) text.Append(letter);
        }
        return text.ToString();
    }
}

/// <summary>A person's name.</summary>
internal sealed class NameValue(NamePart? given, NamePart? surname, string suffix, string shown) : FieldValue
{
    public NamePart? Given { get; } = given;
    public NamePart? Surname { get; } = surname;

    /// <summary>jr, sr, 1, 2, 3, or nothing: father and son.</summary>
    public string Suffix { get; } = suffix;
    public override string Shown { get; } = shown;
}

/// <summary>Takes names apart: surname first in Chinese, last in Latin letters or before a comma.</summary>
internal static class NameReading
{
    private static readonly FrozenSet<string> TwoCharacterSurnames = FrozenSet.ToFrozenSet(
    [
        "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "司徒", "东方", "東方", "皇甫", "尉迟", "尉遲", "公孙", "公孫", "慕容", "令狐", "长孙", "長孫", "宇文", "司空",
        "夏侯", "端木", "百里", "呼延", "南宫", "南宮", "东郭", "轩辕", "軒轅", "公羊", "澹台", "公冶", "宗政", "濮阳", "濮陽", "淳于", "单于", "申屠", "公西", "钟离", "鍾離",
        "独孤", "獨孤", "第五", "万俟", "拓跋", "西门", "西門", "闻人", "赫连", "赫連", "张廖", "范姜", "太史", "仲孙", "即墨", "达奚", "褚师", "左丘", "东门",
    ]);

    private static readonly FrozenDictionary<string, string> Suffixes = new Dictionary<string, string>
    {
        ["jr"] = "jr",
        ["junior"] = "jr",
        ["sr"] = "sr",
        ["senior"] = "sr",
        ["i"] = "1",
        ["ii"] = "2",
        ["iii"] = "3",
        ["iv"] = "4",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Titles = FrozenSet.ToFrozenSet(["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "mx", "先生", "女士", "小姐", "太太"]);

    public static NameValue? Of(string given, string surname, string full, Pool pool)
    {
        (given, surname, full) = (Clean(given), Clean(surname), Clean(full));
        var suffix = "";
        if (given.Length == 0 && surname.Length == 0)
        {
            if (full.Length == 0) return null;
            (given, surname) = Split(full, ref suffix);
        }
        (given, surname) = (WithoutSuffix(given, ref suffix), WithoutSuffix(surname, ref suffix));
        if (given.Length == 0 && surname.Length == 0) return null;
        return new NameValue(PartOf(given, false, pool), PartOf(surname, true, pool), suffix, $"{given} {surname}".Trim());
    }

    private static NamePart? PartOf(string text, bool isSurname, Pool pool) => text.Length == 0 || !text.Any(char.IsLetter) ? null : pool.NameOf(text, isSurname);

    private static string Clean(string raw)
    {
        var text = Texts.Fold(raw).Replace(".", " ").Replace("\"", "").Replace("·", " ").Replace("?", "").Trim();
        return text.Length > 0 && text.Any(Texts.IsHan) ? text.Replace("先生", "").Replace("女士", "").Replace("小姐", "") : text;
    }

    private static (string Given, string Surname) Split(string full, ref string suffix)
    {
        if (full.Any(Texts.IsHan)) return SplitHan(full);
        if (full.IndexOf(',') is > 0 and var comma) return (full[(comma + 1)..].Trim(), full[..comma].Trim());
        if (Romanisation.ScriptOf(full) == Script.Hangul) return SplitHangul(full);
        var words = WithoutSuffix(full, ref suffix).Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => !Titles.Contains(w)).ToArray();
        return words.Length switch
        {
            0 => ("", ""),
            1 => (words[0], ""),
            3 when IsPatronymic(words[2]) => ($"{words[1]} {words[2]}", words[0]),
            _ => (string.Join(' ', words[..^1]), words[^1]),
        };
    }

    // A name of another people of China is written with a point between its parts: the first is what the person is called by.
    private static (string Given, string Surname) SplitHan(string full)
    {
        if (full.IndexOf(' ') is > 0 and var blank && full.Length > 4) return (full[..blank], full[(blank + 1)..]);
        var text = full.Replace(" ", "");
        var length = text.Length >= 3 && TwoCharacterSurnames.Contains(text[..2]) ? 2 : 1;
        return text.Length <= length ? ("", text) : (text[length..], text[..length]);
    }

    private static (string Given, string Surname) SplitHangul(string full)
    {
        if (full.IndexOf(' ') is > 0 and var blank) return (full[(blank + 1)..], full[..blank]);
        return full.Length == 1 ? ("", full) : (full[1..], full[..1]);
    }

    // Иванов Иван Петрович: where the father's name comes last the surname came first.
    private static bool IsPatronymic(string word) =>
        Romanisation.Of(word) is var name && (name.EndsWith("ovich") || name.EndsWith("evich") || name.EndsWith("ovna") || name.EndsWith("evna") || name.EndsWith("ichna"));

    private static string WithoutSuffix(string name, ref string suffix)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || !Suffixes.TryGetValue(words[^1].TrimEnd(','), out var found)) return name;
        suffix = found;
        return string.Join(' ', words[..^1]).TrimEnd(',');
    }
}

/// <summary>One half of a person's name, compared with the other half at hand: the two are written the wrong way round now and then.</summary>
internal sealed class NameKind(bool surname) : FieldKind
{
    public const int Same = 0, Close = 1, Similar = 2, Swapped = 3, Faint = 4, Different = 5;

    public static readonly NameKind Given = new(false);
    public static readonly NameKind Surname = new(true);

    public override ImmutableArray<Level> Levels { get; } = surname
        ? LevelsOf(("same", 0.76, 0.01), ("close", 0.10, 0.004), ("similar", 0.05, 0.02), ("swapped", 0.02, 0.002), ("faint", 0.01, 0.02), ("different", 0.06, 0.944))
        : LevelsOf(("same", 0.72, 0.01), ("close", 0.10, 0.006), ("similar", 0.09, 0.02), ("swapped", 0.02, 0.002), ("faint", 0.005, 0.02), ("different", 0.065, 0.942));

    public override FieldValue? Read(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, DateOrder order, Pool pool) => ReadName(cells, roles, pool);

    private static NameValue? ReadName(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, Pool pool)
    {
        string given = "", surname = "", full = "";
        for (var i = 0; i < cells.Length; i++)
        {
            if (roles[i] == ColumnRole.GivenName) given = given.Length == 0 ? cells[i] : $"{given} {cells[i]}";
            else if (roles[i] == ColumnRole.Surname) surname = surname.Length == 0 ? cells[i] : $"{surname} {cells[i]}";
            else full = full.Length == 0 ? cells[i] : full;
        }
        return NameReading.Of(given, surname, full, pool);
    }

    public override double ExpectedShare(int slot) => 0.005;

    public override void Terms(FieldValue value, Action<int, Term> visit)
    {
        for (var v = (NameValue?)value; v is not null; v = (NameValue?)v.Next)
            if (PartOf(v) is { } part) visit(0, part.Term);
    }

    private NamePart? PartOf(NameValue name) => surname ? name.Surname : name.Given;

    protected override Agreement CompareOne(FieldValue a, FieldValue b)
    {
        var (x, y) = ((NameValue)a, (NameValue)b);
        var (one, other) = (PartOf(x), PartOf(y));
        if (one is null || other is null) return AcrossOnly(x, y);
        var level = LevelOf(one, other, surname);
        if (level == Same && !surname && x.Suffix != y.Suffix && x.Suffix.Length > 0 && y.Suffix.Length > 0) return new Agreement(Different);
        // One slip of a pen is told once, by the given name; what agrees counts for both.
        if (level is Different or Faint or Similar && AreSwapped(x, y)) return new Agreement(surname ? Same : Swapped, CommonestOf(x, y));
        if (level is Different or Faint && surname && (IsMaidenName(one, y) || IsMaidenName(other, x))) return new Agreement(Similar);
        return level == Same ? new Agreement(Same, one.Term) : new Agreement(level);
    }

    // A surname in the given name's place is rare there and none the less common.
    private static Term Commoner(NamePart a, NamePart b) => a.Term.Rarity < b.Term.Rarity ? a.Term : b.Term;

    // Which of the two is the wrong way round nobody says: the answer must not hang on which is named first.
    private static Term CommonestOf(NameValue x, NameValue y) =>
        new[] { x.Given!.Term, x.Surname!.Term, y.Given!.Term, y.Surname!.Term }.MinBy(t => (t.Rarity, !t.IsStock))!;

    private static bool AreSwapped(NameValue x, NameValue y)
    {
        if (x.Given is null || x.Surname is null || y.Given is null || y.Surname is null) return false;
        if (x.Given.IsHan && y.Given.IsHan) return GivenFirst(x) == SurnameFirst(y) || SurnameFirst(x) == GivenFirst(y);
        return LevelOf(x.Given, y.Surname, false) is Same or Close && LevelOf(x.Surname, y.Given, true) is Same or Close;
    }

    // 彭永轩 written as 永轩彭 is taken apart as 永 and 轩彭: only the whole shows it.
    private static string GivenFirst(NameValue name) => name.Given!.Text + name.Surname!.Text;

    private static string SurnameFirst(NameValue name) => name.Surname!.Text + name.Given!.Text;

    // Susan Meyer became Susan Meyer Thomas: the last of several given names is the other's surname.
    private static bool IsMaidenName(NamePart surname, NameValue other) =>
        other.Given is { IsHan: false } given && given.Text.Length > surname.Text.Length && given.Text.EndsWith(surname.Text, StringComparison.Ordinal) && given.Text[^(surname.Text.Length + 1)] == ' ';

    // A surname that stands alone in the given name's place still tells.
    private Agreement AcrossOnly(NameValue x, NameValue y)
    {
        if (!surname || (x.Given is not null && x.Surname is not null) == (y.Given is not null && y.Surname is not null)) return Agreement.Nothing;
        var alone = x.Given is null || x.Surname is null ? x : y;
        var both = alone == x ? y : x;
        if ((alone.Given ?? alone.Surname) is not { } part) return Agreement.Nothing;
        var across = alone.Given is null ? both.Given! : both.Surname!;
        var straight = alone.Given is null ? both.Surname! : both.Given!;
        return LevelOf(part, straight, surname) > Similar && LevelOf(part, across, surname) is Same or Close ? new Agreement(Swapped, Commoner(part, across)) : Agreement.Nothing;
    }

    /// <summary>How alike two names are, -1 when they are in scripts that cannot be compared.</summary>
    public static int LevelOf(NamePart a, NamePart b, bool surname)
    {
        if (a.Text == b.Text) return Same;
        if (a.IsHan && b.IsHan) return HanLevel(a, b, surname);
        if (a.IsLatin != b.IsLatin) return -1;
        return a.Script == b.Script || (a.Script, b.Script) is (Script.Han, Script.Latin) or (Script.Latin, Script.Han) ? LetterLevel(a, b) : AcrossScripts(a, b);
    }

    /// <summary>
    /// A name is written in other letters by whoever hears it: its consonants must agree, and more of them for more. The sound of a character of
    /// Chinese is another in every language that uses it.
    /// </summary>
    private static int AcrossScripts(NamePart a, NamePart b)
    {
        if (a.Sound == b.Sound || Math.Min(a.Sound.Length, b.Sound.Length) >= 4 && Similarity.Edits(a.Sound, b.Sound, 1) <= 1) return Close;
        var (x, y) = (Romanisation.Consonants(a.Sound), Romanisation.Consonants(b.Sound));
        if (x == y) return x.Length switch { >= 3 => Close, 2 => Similar, _ => -1 };
        var (first, other) = (Romanisation.Consonants(a.First), Romanisation.Consonants(b.First));
        if (first.Length >= 3 && first == other) return Close;
        if (Math.Min(x.Length, y.Length) >= 3 && Similarity.Edits(x, y, 1) <= 1) return Similar;
        return a.IsHan || b.IsHan || Similarity.JaroWinkler(x, y) > 0.5 || Similarity.JaroWinkler(first, other) > 0.5 ? -1 : Different;
    }

    private static int HanLevel(NamePart a, NamePart b, bool surname)
    {
        if (a.Sound == b.Sound) return Close;
        if (a.Blurred == b.Blurred) return Similar;
        if (surname && a.Text.Length == 1 && b.Text.Length == 1) return Different;
        var shared = Math.Min(a.Text.Count(b.Text.Contains), b.Text.Count(a.Text.Contains));
        return shared * 2 >= Math.Max(a.Text.Length, b.Text.Length) ? Similar : Different;
    }

    private static int LetterLevel(NamePart a, NamePart b)
    {
        var (x, y) = (a.Sound, b.Sound);
        if (x == y) return Close;
        var shorter = Math.Min(x.Length, y.Length);
        if (shorter == 0) return -1;
        if (shorter == 1) return Nicknames.MaySignWith(x.Length == 1 ? b.First : a.First, x.Length == 1 ? x[0] : y[0]) ? Similar : Different;
        var edits = shorter >= 4 ? Similarity.Edits(x, y, 2) : Similarity.Edits(x, y, 1);
        if (edits <= 1 && shorter >= 3) return Close;
        if (a.First == b.First && a.First.Length > 1) return Close;
        if (Nicknames.AreSame(a.First, b.First)) return Similar;
        if (shorter >= 3 && (x.StartsWith(y) || y.StartsWith(x) || EndsWithWord(a.Text, b.Text))) return Similar;
        if (edits <= 2 && shorter >= 6) return Close;
        var likeness = Similarity.JaroWinkler(x, y);
        if (likeness > 0.6 && a.Consonants.Length >= 2 && a.Consonants == b.Consonants) return Similar;
        if (likeness > 0.93) return Close;
        // Alike for all their beginning, and yet further apart than slips go: Marlene and Marlies are two names.
        return likeness <= 0.82 ? Different : edits <= (shorter >= 4 ? 2 : 1) ? Similar : Faint;
    }

    // "medina sentosa" and "sentosa".
    private static bool EndsWithWord(string a, string b) => a.Length > b.Length ? a.EndsWith(' ' + b) : b.EndsWith(' ' + a);
}
