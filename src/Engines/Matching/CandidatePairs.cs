using System.Collections.Immutable;
using Danke.Engines.Matching.Fields;

namespace Danke.Engines.Matching;

/// <summary>The pairs worth comparing: all of a small file, of a large one those that agree by at least one blocking rule.</summary>
internal sealed class CandidatePairs
{
    /// <summary>With so few records every pair is looked at: three million.</summary>
    public const int SmallFile = 2_500;

    /// <summary>A block of more records is divided by a further part, or left.</summary>
    private const int MostInBlock = 120;

    /// <summary>Pairs a record that one rule, and all rules together, may bring: memory and time stay in proportion to the file.</summary>
    private const int MostByRule = 12, MostInAll = 48;

    public required int[] A { get; init; }
    public required int[] B { get; init; }

    /// <summary>For each pair a bit a field: the pair was found by a rule that does not look at the field.</summary>
    public required uint[] Free { get; init; }
    public required ImmutableArray<BlockingRule> Rules { get; init; }
    public required ImmutableHashSet<ulong> CommonKeys { get; init; }
    public required ImmutableArray<RuleYield> Yields { get; init; }
    public int Count => A.Length;

    public static CandidatePairs Of(MatchSchema schema, MatchRecord[] records)
    {
        var rules = Thinkable(schema);
        var refinements = BlockingKeys.Refinements(schema);
        var parts = rules.SelectMany(r => r.Parts).Concat(refinements).Distinct().AsParallel().Select(source => PartColumn.Of(source, records)).ToDictionary(c => c.Source);
        var measured = rules.AsParallel().AsOrdered().Select((rule, i) => Blocks.Of(rule, i, records.Length, parts, refinements, MostInBlock)).ToArray();
        var kept = Chosen(measured, records.Length);
        return records.Length <= SmallFile ? All(records.Length, kept) : Found(kept);
    }

    private static List<Blocks> Chosen(Blocks[] measured, int records)
    {
        var kept = new List<Blocks>();
        var pairs = 0L;
        // Rules whose blocks are smallest first: what they bring is the likeliest.
        foreach (var blocks in measured.Where(b => b.Pairs > 0 && b.Pairs <= (long)MostByRule * Math.Max(records, 1000)).OrderBy(b => b.Pairs).ThenBy(b => b.Number))
        {
            if (pairs + blocks.Pairs > (long)MostInAll * Math.Max(records, 1000)) break;
            pairs += blocks.Pairs;
            kept.Add(blocks);
        }
        return [.. kept.OrderBy(b => b.Number)];
    }

    private static CandidatePairs All(int records, List<Blocks> rules)
    {
        var count = checked(records * (records - 1) / 2);
        var (a, b, free) = (new int[count], new int[count], new uint[count]);
        Array.Fill(free, uint.MaxValue);
        var at = 0;
        for (var i = 0; i < records; i++)
            for (var j = i + 1; j < records; j++) (a[at], b[at++]) = (i, j);
        return Made(a, b, free, rules);
    }

    private static CandidatePairs Found(List<Blocks> rules)
    {
        // At most as many: at the end of a large block there are fewer neighbours.
        var total = checked((int)rules.Sum(r => r.Pairs));
        var (keys, by) = (new ulong[total], new byte[total]);
        var at = 0;
        for (var r = 0; r < rules.Count; r++)
            foreach (var (i, j) in rules[r].EachPair()) (keys[at], by[at++]) = ((ulong)Math.Min(i, j) << 32 | (uint)Math.Max(i, j), (byte)r);
        total = at;
        Array.Sort(keys, by, 0, total);

        var distinct = 0;
        for (var i = 0; i < total; i++) if (i == 0 || keys[i] != keys[i - 1]) distinct++;
        var (a, b, free) = (new int[distinct], new int[distinct], new uint[distinct]);
        var untouched = rules.Select(r => ~r.Rule.Touches).ToArray();
        var to = -1;
        for (var i = 0; i < total; i++)
        {
            if (i == 0 || keys[i] != keys[i - 1]) (a[++to], b[to]) = ((int)(keys[i] >> 32), (int)(keys[i] & 0xffffffff));
            free[to] |= untouched[by[i]];
        }
        return Made(a, b, free, rules);
    }

    private static CandidatePairs Made(int[] a, int[] b, uint[] free, List<Blocks> rules) => new()
    {
        A = a,
        B = b,
        Free = free,
        Rules = [.. rules.Select(r => r.Rule)],
        CommonKeys = [.. rules.SelectMany((r, number) => r.CommonKeys)],
        Yields = [.. rules.Select(r => new RuleYield(r.Rule, r.Pairs))],
    };

    /// <summary>What could bring the records of one person together, for the fields there are.</summary>
    private static ImmutableArray<BlockingRule> Thinkable(MatchSchema schema)
    {
        var rules = ImmutableArray.CreateBuilder<BlockingRule>();
        KeySource[] Sources(ColumnRole role, KeyPart part) => [.. schema.Fields.Select((f, i) => (f, i)).Where(p => p.f.Role == role).Select(p => new KeySource(part, p.i))];
        void Add(params KeySource[][] parts)
        {
            IEnumerable<ImmutableArray<KeySource>> made = [[]];
            foreach (var part in parts) made = [.. made.SelectMany(m => part.Select(m.Add))];
            rules.AddRange(made.Select(m => new BlockingRule(m)));
        }

        var given = Sources(ColumnRole.GivenName, KeyPart.GivenName);
        var givenStart = Sources(ColumnRole.GivenName, KeyPart.GivenStart);
        var both = Sources(ColumnRole.GivenName, KeyPart.BothNames);
        var surname = Sources(ColumnRole.Surname, KeyPart.Surname);
        var surnameStart = Sources(ColumnRole.Surname, KeyPart.SurnameStart);
        KeySource[] Date(KeyPart part) => Sources(ColumnRole.BirthDate, part);
        var phoneEnd = Sources(ColumnRole.Phone, KeyPart.PhoneEnd);
        var postcode = Sources(ColumnRole.Postcode, KeyPart.Code);
        var city = Sources(ColumnRole.City, KeyPart.Word);
        var numbers = Sources(ColumnRole.Address, KeyPart.AddressNumber);
        var words = Sources(ColumnRole.Address, KeyPart.AddressWords);

        Add(Sources(ColumnRole.Phone, KeyPart.Phone));
        Add(Sources(ColumnRole.Email, KeyPart.Email));
        Add(Sources(ColumnRole.Email, KeyPart.EmailName));
        Add(Sources(ColumnRole.Identifier, KeyPart.Code));
        Add(both);
        Add(Date(KeyPart.Date));
        Add(Date(KeyPart.Date), givenStart);
        Add(Date(KeyPart.Date), surnameStart);
        Add(given, Date(KeyPart.YearMonth));
        Add(given, Date(KeyPart.MonthDay));
        Add(surname, Date(KeyPart.YearMonth));
        Add(surname, Date(KeyPart.MonthDay));
        Add(surnameStart, givenStart, Date(KeyPart.Year));
        Add(given, phoneEnd);
        Add(surname, phoneEnd);
        Add(phoneEnd, Date(KeyPart.Year));
        Add(numbers);
        Add(words);
        Add(given, postcode);
        Add(surname, postcode);
        Add(given, city);
        Add(surname, city);
        Add(Date(KeyPart.Date), postcode);
        Add(Date(KeyPart.Date), city);
        Add(postcode, Date(KeyPart.MonthDay));
        Add(postcode, Date(KeyPart.YearMonth));
        Add(surnameStart, givenStart, city);
        Add(Sources(ColumnRole.Organisation, KeyPart.AddressWords));
        var texts = Sources(ColumnRole.Text, KeyPart.Word);
        Add(given, texts);
        Add(texts, Date(KeyPart.Date));
        for (var i = 0; i < texts.Length; i++)
            for (var j = i + 1; j < texts.Length; j++) Add([texts[i]], [texts[j]]);
        return rules.ToImmutable();
    }
}

/// <summary>A blocking rule and how many pairs it brought.</summary>
public sealed record RuleYield(BlockingRule Rule, long Pairs);

/// <summary>The values of one part of keys in all records, one after the other.</summary>
internal sealed class PartColumn
{
    private readonly int[] starts;
    private readonly ulong[] values;

    private PartColumn(KeySource source, int[] starts, ulong[] values) => (Source, this.starts, this.values) = (source, starts, values);

    public KeySource Source { get; }

    public ReadOnlySpan<ulong> At(int record) => values.AsSpan(starts[record]..starts[record + 1]);

    public static PartColumn Of(KeySource source, MatchRecord[] records)
    {
        var starts = new int[records.Length + 1];
        var values = new List<ulong>(records.Length);
        for (var i = 0; i < records.Length; i++)
        {
            values.AddRange(BlockingKeys.Values(source, records[i]));
            starts[i + 1] = values.Count;
        }
        return new PartColumn(source, starts, [.. values]);
    }
}

/// <summary>The records by the keys of one rule.</summary>
internal sealed class Blocks
{
    /// <summary>In a block that stays too large each record is compared with so many after it: those most like it, for records are sorted by contents.</summary>
    private const int Neighbours = 4;

    private readonly int most;
    private readonly ulong[] keys;
    private readonly int[] members;

    private Blocks(BlockingRule rule, int number, int most, ulong[] keys, int[] members, HashSet<ulong> common)
    {
        (Rule, Number, this.most, this.keys, this.members, CommonKeys) = (rule, number, most, keys, members, common);
        foreach (var (start, end) in Runs()) Pairs += PairsOf(end - start);
    }

    public BlockingRule Rule { get; }
    public int Number { get; }
    public HashSet<ulong> CommonKeys { get; }

    /// <summary>How many pairs the rule brings; a pair with several keys in common counts for each.</summary>
    public long Pairs { get; }

    public static Blocks Of(BlockingRule rule, int number, int records, Dictionary<KeySource, PartColumn> parts, ImmutableArray<KeySource> refinements, int most)
    {
        var common = new HashSet<ulong>();
        // Each turn finds the keys that are too common; the next makes them finer.
        for (var turn = 0; ; turn++)
        {
            var (keys, members) = Keys(rule, records, parts, refinements, common);
            var blocks = new Blocks(rule, number, most, keys, members, common);
            var found = blocks.Runs().Where(run => run.End - run.Start > most).Select(run => keys[run.Start]).ToArray();
            if (turn > refinements.Length || found.All(common.Contains)) return blocks;
            common.UnionWith(found);
        }
    }

    private static (ulong[] Keys, int[] Members) Keys(BlockingRule rule, int records, Dictionary<KeySource, PartColumn> parts, ImmutableArray<KeySource> refinements, HashSet<ulong> common)
    {
        var keys = new List<ulong>(records);
        var members = new List<int>(records);
        for (var i = 0; i < records; i++)
        {
            var record = i;
            BlockingKeys.Of(rule, source => parts[source].At(record), refinements, common.Contains, keepsLast: true, keys);
            while (members.Count < keys.Count) members.Add(i);
        }
        var (sorted, by) = (keys.ToArray(), members.ToArray());
        Array.Sort(sorted, by);
        return (sorted, by);
    }

    private long PairsOf(long size) => size <= most ? size * (size - 1) / 2 : size * Neighbours;

    public IEnumerable<(int I, int J)> EachPair()
    {
        foreach (var (start, end) in Runs())
        {
            var isLarge = end - start > most;
            if (isLarge) Array.Sort(members, start, end - start);
            for (var i = start; i < end; i++)
                for (var j = i + 1; j < (isLarge ? Math.Min(end, i + 1 + Neighbours) : end); j++) yield return (members[i], members[j]);
        }
    }

    private IEnumerable<(int Start, int End)> Runs()
    {
        for (int start = 0, end; start < keys.Length; start = end)
        {
            end = start + 1;
            while (end < keys.Length && keys[end] == keys[start]) end++;
            if (end - start > 1) yield return (start, end);
        }
    }
}
