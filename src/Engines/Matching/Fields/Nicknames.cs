using System.Collections.Frozen;

namespace Danke.Engines.Matching.Fields;

/// <summary>Short forms of English given names that do not begin like the name itself.</summary>
internal static class Nicknames
{
    private const string Families = """
        robert bob bobby rob robbie robby bert
        william bill billy will liam
        richard dick rick ricky rich
        edward ed eddie ted ned teddy
        margaret peggy peggie meg maggie greta rita marge
        elizabeth liz beth betty eliza lizzie libby betsy lisa
        james jim jimmy jamie
        john jack johnny jon
        charles charlie chuck chaz
        henry harry hank
        michael mike mick mickey micky
        patricia pat patty tricia trish
        patrick pat paddy
        katherine catherine kate katie kathy cathy kitty kay kathryn
        alexander alex sandy sasha al xander
        alexandra alex sandra sasha lexi
        anthony tony
        andrew andy drew
        theodore ted theo
        thomas tom tommy
        daniel dan danny
        david dave davey
        joseph joe joey
        susan sue susie suzie
        rebecca becky becca
        deborah deb debbie
        dorothy dot dolly
        helen nell nellie ellen
        howard howie
        isabella bella izzy isabel
        jacob jake
        joshua josh
        lawrence larry laurie
        matthew matt
        nicholas nick nicky
        samuel sam sammy
        samantha sam sammy
        stephen steven steve
        sarah sally sadie
        victoria vicky tori
        walter walt wally
        frances fran frankie
        francis frank frankie
        frederick fred freddie
        gerald gerry jerry
        gregory greg
        jennifer jen jenny
        jessica jess jessie
        timothy tim
        raymond ray
        leonard leo len lenny
        jeffrey geoffrey jeff geoff
        anastasia anastassia nastassia stacy ana
        ann anne anna annie nancy
        mary marie maria molly polly mae
        morris maurice morrie moe
        mohamed muhammed mohammed muhammad mohammad mhd ahmed
        christopher chris kit
        christine christina chris tina
        benjamin ben benny
        eleanor ellie nora nell
        albert al bert bertie
        alfred al alfie fred
        harold hal harry
        ronald ron ronnie
        donald don donnie
        kenneth ken kenny
        philip phil
        barbara barb babs
        judith judy
        veronica ronnie
        virginia ginny
        """;

    private static readonly FrozenDictionary<string, int[]> FamiliesOf = Families.Split('\n')
        .SelectMany((row, family) => row.Trim().Split(' ').Select(name => (name, family)))
        .GroupBy(p => p.name, p => p.family).ToFrozenDictionary(g => g.Key, g => g.ToArray());

    /// <summary>Whether one person may be called both.</summary>
    public static bool AreSame(string a, string b) =>
        FamiliesOf.TryGetValue(a, out var one) && FamiliesOf.TryGetValue(b, out var other) && one.Any(other.Contains);

    /// <summary>Whether one who is called by the name may sign with the initial: a Robert with R or, as Bob, with B.</summary>
    public static bool MaySignWith(string name, char initial) =>
        name.Length > 0 && name[0] == initial || FamiliesOf.TryGetValue(name, out var families) && families.Any(f => Initials[f].Contains(initial));

    private static readonly string[] Initials = [.. Families.Split('\n').Select(row => string.Concat(row.Trim().Split(' ').Select(name => name[0])))];
}
