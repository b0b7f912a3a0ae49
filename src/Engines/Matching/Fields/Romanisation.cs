using System.Collections.Frozen;
using System.Text;

namespace Danke.Engines.Matching.Fields;

/// <summary>What a text is written in, as far as its letters can be told in Latin ones.</summary>
internal enum Script
{
    /// <summary>Several, or one whose letters are not known here.</summary>
    Unknown, Latin, Han, Cyrillic, Greek, Arabic, Hebrew, Hangul, Devanagari, Khmer,
}

/// <summary>
/// Texts of other scripts in Latin letters, as passports write them more or less, and what is left of them when everybody writes them otherwise:
/// Аляксандр, Александр and Alexander have their consonants in common.
/// </summary>
internal static class Romanisation
{
    private const int FirstSyllable = 0xAC00, LastSyllable = 0xD7A3, Medials = 21, Finals = 28;

    private const string Cyrillic =
        "а a|б b|в v|г g|д d|е e|ё yo|ж zh|з z|и i|й y|к k|л l|м m|н n|о o|п p|р r|с s|т t|у u|ф f|х kh|ц ts|ч ch|ш sh|щ shch|ъ|ы y|ь|э e|ю yu|я ya"
        + "|і i|ї yi|є ye|ґ g|ў v|ђ dj|ј y|љ l|њ n|ћ c|џ dz|ѓ g|ќ k|ѕ dz|ә a|ғ g|қ k|ң n|ө o|ұ u|ү u|һ h";

    private const string Greek =
        "μπ b|ντ nt|γκ g|γγ ng|ου u|ού u|αι e|αί e|ει i|εί i|οι i|οί i|αυ av|αύ av|ευ ev|εύ ev|τζ tz|α a|β v|γ g|δ d|ε e|ζ z|η i|θ th|ι i|κ k|λ l|μ m|ν n|ξ x|ο o|π p|ρ r|σ s|ς s|τ t|υ y|φ f|χ ch|ψ ps|ω o"
        + "|ά a|έ e|ή i|ί i|ό o|ύ y|ώ o|ϊ i|ϋ y|ΐ i|ΰ y";

    // Short vowels are not written.
    private const string Arabic =
        "ا a|أ a|إ i|آ a|ٱ a|ء|ب b|ت t|ث th|ج j|ح h|خ kh|د d|ذ dh|ر r|ز z|س s|ش sh|ص s|ض d|ط t|ظ z|ع a|غ gh|ف f|ق q|ك k|ل l|م m|ن n|ه h|و w|ي y|ى a|ة a|ئ y|ؤ w"
        + "|پ p|چ ch|ژ zh|گ g|ک k|ی y|ٹ t|ڈ d|ڑ r|ں n|ہ h|ھ h|ے e|ۀ a";

    private const string Hebrew =
        "א a|ב b|ג g|ד d|ה h|ו w|ז z|ח h|ט t|י y|כ k|ך k|ל l|מ m|ם m|נ n|ן n|ס s|ע a|פ p|ף f|צ ts|ץ ts|ק k|ר r|ש sh|ת t";

    // A consonant is spoken with the vowel that follows it; the one that is not written matters to nobody's consonants.
    private const string Devanagari =
        "अ a|आ a|इ i|ई i|उ u|ऊ u|ऋ ri|ए e|ऐ ai|ओ o|औ au|क k|ख kh|ग g|घ gh|ङ n|च ch|छ chh|ज j|झ jh|ञ n|ट t|ठ th|ड d|ढ dh|ण n|त t|थ th|द d|ध dh|न n|प p|फ ph|ब b|भ bh|म m"
        + "|य y|र r|ल l|ळ l|व v|श sh|ष sh|स s|ह h|ा a|ि i|ी i|ु u|ू u|ृ ri|े e|ै ai|ो o|ौ au|ं n|ँ n|ः h|्|़";

    private const string Khmer =
        "ក k|ខ kh|គ k|ឃ kh|ង ng|ច ch|ឆ chh|ជ ch|ឈ chh|ញ nh|ដ d|ឋ th|ឌ d|ឍ th|ណ n|ត t|ថ th|ទ t|ធ th|ន n|ប b|ផ ph|ព p|ភ ph|ម m|យ y|រ r|ល l|វ v|ស s|ហ h|ឡ l|អ a"
        + "|ឥ e|ឦ ei|ឧ u|ឩ u|ឪ ov|ឫ rue|ឬ rue|ឭ lue|ឮ lue|ឯ ae|ឰ ai|ឱ ao|ឲ ao|ឳ au|ា a|ិ e|ី i|ឹ oe|ឺ eu|ុ o|ូ u|ួ uo|ើ aeu|ឿ oea|ៀ ie|េ e|ែ ae|ៃ ai|ោ o|ៅ au|ំ m|ះ h|ៈ a|៉|៊|់|៌|៍|៎|៏|័|្";

    private static readonly string[] Initials = "g,kk,n,d,tt,r,m,b,pp,s,ss,,j,jj,ch,k,t,p,h".Split(',');
    private static readonly string[] Vowels = "a,ae,ya,yae,eo,e,yeo,ye,o,wa,wae,oe,yo,u,wo,we,wi,yu,eu,ui,i".Split(',');
    private static readonly string[] Endings = ",k,k,k,n,n,n,t,l,k,m,p,l,l,p,l,m,p,p,t,t,ng,t,t,k,t,p,t".Split(',');

    private static readonly FrozenDictionary<string, string> Letters = new[] { Cyrillic, Greek, Arabic, Hebrew, Devanagari, Khmer }
        .SelectMany(table => table.Split('|')).Select(row => row.Split(' ')).ToFrozenDictionary(row => row[0], row => row.Length > 1 ? row[1] : "");

    // What is spoken about alike, longest first.
    private static readonly (string Written, string Heard)[] Clusters =
    [
        ("shch", "s"), ("tsch", "s"), ("sch", "s"), ("dzh", "j"), ("chh", "s"), ("tch", "s"), ("sh", "s"), ("ch", "s"), ("zh", "s"), ("ts", "s"), ("tz", "s"), ("cz", "s"),
        ("dj", "j"), ("kh", "k"), ("gh", "k"), ("ck", "k"), ("ph", "f"), ("bh", "p"), ("th", "t"), ("dh", "t"), ("ng", "n"), ("x", "ks"),
    ];

    /// <summary>The script of all letters of a text.</summary>
    public static Script ScriptOf(string text)
    {
        var found = Script.Unknown;
        foreach (var c in text)
        {
            if (!char.IsLetter(c)) continue;
            var script = ScriptOf(c);
            if (script == Script.Unknown || found != Script.Unknown && script != found) return Script.Unknown;
            found = script;
        }
        return found;
    }

    private static Script ScriptOf(char c) => c switch
    {
        <= 'z' => Script.Latin,
        >= '\u0400' and <= '\u052f' => Script.Cyrillic,
        >= '\u0370' and <= '\u03ff' => Script.Greek,
        >= '\u0600' and <= '\u06ff' => Script.Arabic,
        >= '\u05d0' and <= '\u05ea' => Script.Hebrew,
        >= (char)FirstSyllable and <= (char)LastSyllable => Script.Hangul,
        >= '\u0900' and <= '\u097f' => Script.Devanagari,
        >= '\u1780' and <= '\u17ff' => Script.Khmer,
        _ => Texts.IsHan(c) ? Script.Han : Script.Unknown,
    };

    /// <summary>The text with the letters of known scripts as Latin ones; others stay as they are. Of a folded text.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u0370', '\u17ff') && !text.AsSpan().ContainsAnyInRange((char)FirstSyllable, (char)LastSyllable)) return text;
        var latin = new StringBuilder(text.Length * 2);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] < '\u0370' || Texts.IsHan(text[i])) latin.Append(text[i]);
            else if (text[i] is >= (char)FirstSyllable and <= (char)LastSyllable) latin.Append(Syllable(text[i]));
            else if (i + 1 < text.Length && Letters.TryGetValue(text.Substring(i, 2), out var two))
            {
                latin.Append(two);
                i++;
            }
            else if (Letters.TryGetValue(text[i].ToString(), out var one)) latin.Append(one);
            else if (text[i] is not (>= '\u064b' and <= '\u065f' or 'ـ')) latin.Append(text[i]);
        }
        return latin.ToString();
    }

    // A syllable is a number: its consonants and vowel are read off it.
    private static string Syllable(char syllable)
    {
        var number = syllable - FirstSyllable;
        return Initials[number / (Medials * Finals)] + Vowels[number / Finals % Medials] + Endings[number % Finals];
    }

    /// <summary>
    /// What most ways of writing a name in Latin letters have in common: its consonants, with or without voice; a vowel at the start counts as one.
    /// </summary>
    public static string Consonants(string latin)
    {
        var heard = new StringBuilder(latin.Length);
        for (var i = 0; i < latin.Length;)
        {
            var (written, sound) = Array.Find(Clusters, c => string.CompareOrdinal(latin, i, c.Written, 0, c.Written.Length) == 0);
            i += written?.Length ?? 1;
            foreach (var c in sound ?? Heard(latin[i - 1], isFirst: i == 1))
                if (heard.Length == 0 || heard[^1] != c) heard.Append(c);
        }
        return heard.ToString();
    }

    private static string Heard(char letter, bool isFirst) => letter switch
    {
        'p' or 'b' => "p",
        't' or 'd' => "t",
        'k' or 'g' or 'q' or 'c' => "k",
        'f' or 'v' => "f",
        's' or 'z' => "s",
        'l' or 'm' or 'n' or 'r' or 'j' => letter.ToString(),
        'a' or 'e' or 'i' or 'o' or 'u' or 'y' when isFirst => "a",
        _ => "",
    };
}
