namespace Danke.Engines.Matching;

/// <summary>Two records and what is thought of them.</summary>
/// <param name="A">Place of the first record.</param>
/// <param name="B">Place of the second.</param>
/// <param name="Bits">Weight of all evidence; 0 is as likely as not.</param>
public readonly record struct ScoredPair(int A, int B, double Bits);

/// <summary>What a pair says in a cluster.</summary>
/// <param name="Contradicts">The two were born on different days.</param>
internal readonly record struct PairSay(double Bits, bool Contradicts);

/// <summary>
/// Puts records together so that clusters hold: the surest links first, and two groups become one only when all pairs between them, taken together,
/// speak for it. A chain of records each like the next and the first unlike the last stays in parts. (Average linkage over weights of evidence.)
/// </summary>
internal static class Clustering
{
    /// <summary>No single pair outweighs many others: a phone shared by a family, a birthday mistyped.</summary>
    private const double MostSay = 12;

    /// <summary>Of larger groups so many records stand for all.</summary>
    private const int Speakers = 40;

    /// <param name="links">Pairs over the threshold.</param>
    /// <param name="score">The weight of any pair, also of those that no blocking rule brought.</param>
    /// <returns>For each record its cluster: the place of the cluster's first record.</returns>
    public static int[] Of(int records, IEnumerable<ScoredPair> links, Func<int, int, double> score) =>
        Of(records, links, (i, j) => new PairSay(score(i, j), false), 0);

    /// <param name="links">Pairs over the threshold.</param>
    /// <param name="say">What any pair says, also of those that no blocking rule brought.</param>
    /// <param name="sure">The threshold: what pairs that contradict one another must come to by themselves.</param>
    /// <returns>For each record its cluster: the place of the cluster's first record.</returns>
    public static int[] Of(int records, IEnumerable<ScoredPair> links, Func<int, int, PairSay> say, double sure)
    {
        var cluster = Enumerable.Range(0, records).ToArray();
        var members = new List<int>?[records];
        foreach (var link in links.OrderByDescending(l => l.Bits).ThenBy(l => l.A).ThenBy(l => l.B))
        {
            var (a, b) = (cluster[link.A], cluster[link.B]);
            if (a == b) continue;
            var (x, y) = (members[a] ??= [a], members[b] ??= [b]);
            if (!MayJoin(x, y, say, sure)) continue;
            var (kept, gone) = a < b ? (a, b) : (b, a);
            foreach (var record in members[gone]!) cluster[record] = kept;
            members[kept]!.AddRange(members[gone]!);
            members[gone] = null;
        }
        return cluster;
    }

    // Who says nothing of a birthday is no witness that two of different birthdays are one person: where records contradict one another it is
    // they who must be sure, whoever stands between them.
    private static bool MayJoin(List<int> x, List<int> y, Func<int, int, PairSay> say, double sure)
    {
        double all = 0, contradicting = 0;
        int count = 0, contradictions = 0;
        foreach (var i in Spread(x))
            foreach (var j in Spread(y))
            {
                var pair = say(i, j);
                if (pair.Bits <= Weighing.Never / 2) return false;
                var bits = Math.Clamp(pair.Bits, -MostSay, MostSay);
                all += bits;
                count++;
                if (!pair.Contradicts) continue;
                contradicting += bits;
                contradictions++;
            }
        return all > 0 && (contradictions == 0 || contradicting >= sure * contradictions);
    }

    private static IEnumerable<int> Spread(List<int> members)
    {
        var step = Math.Max(1, members.Count / Speakers);
        for (var i = 0; i < members.Count; i += step) yield return members[i];
    }
}
