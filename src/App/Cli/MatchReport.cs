using System.Globalization;
using Danke.Engines.Matching;

namespace Danke.App.Cli;

/// <summary>What a matching came to, to be printed.</summary>
internal sealed record MatchReport(
    int Records, long PairsCompared, int Links, int Clusters, int ClustersOfSeveral, int RecordsLinked, int ReviewPairs, double PriorProbability, double KinProbability,
    IReadOnlyList<MatchReport.Column> Columns, IReadOnlyList<MatchReport.Field> Fields, IReadOnlyList<MatchReport.Overlap> Overlaps, IReadOnlyList<MatchReport.Rule> Blocking, Accuracy? Accuracy)
{
    internal sealed record Column(string Name, string Role);
    internal sealed record Field(string Name, string Role, IReadOnlyList<Level> Levels);
    internal sealed record Level(string Name, double M, double U, double Kin, double Bits);
    internal sealed record Overlap(string Field, string Given, double Bits);
    internal sealed record Rule(string By, long Pairs);

    public static MatchReport Of(MatchTable table, MatchResult result, string?[]? truth)
    {
        var schema = result.Model.Schema;
        var sizes = result.Clusters.GroupBy(c => c).Select(g => g.Count()).ToArray();
        return new MatchReport(
            table.Rows.Count, result.PairsCompared, result.Links.Length, sizes.Length, sizes.Count(s => s > 1), sizes.Where(s => s > 1).Sum(), result.Reviews.Length, result.Model.Prior, result.Model.KinPrior,
            [.. schema.Columns.Select(c => new Column(c.Name, IdentityMatchVerb.NameOf(c.Role)))],
            [.. schema.Fields.Select((f, i) => new Field(f.Name, IdentityMatchVerb.NameOf(f.Role), [.. result.Model.Weights[i].Levels.Select(l => new Level(l.Name, l.M, l.U, l.Kin, l.Weight))]))],
            [.. result.Model.Dependences.Where(d => !d.U.IsEmpty).Select(d => new Overlap(schema.Fields[d.Field].Name, schema.Fields[d.Given].Name, Bits.Of(result.Model.Weights[d.Field].Levels[0].M / d.U[0])))],
            [.. result.Yields.Select(y => new Rule(y.Rule.Describe(schema), y.Pairs))],
            truth is null ? null : Accuracy.Of(result.Clusters, truth));
    }

    public void Write(TextWriter to)
    {
        void Line(FormattableString text) => to.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        Line($"{Records:N0} records, {PairsCompared:N0} pairs compared, {Links:N0} links, {Clusters:N0} clusters ({ClustersOfSeveral:N0} of several, {RecordsLinked:N0} records in them), {ReviewPairs:N0} pairs to review");
        var left = string.Join(", ", Columns.Where(c => c.Role is "ignored" or "record_key").Select(c => c.Role == "record_key" ? c.Name + " (different in every record)" : c.Name));
        Line($"not compared: {(left.Length > 0 ? left : "none")}");
        to.WriteLine();
        Line($"{"field",-22} {"likeness",-20} {"m",8} {"u",10} {"bits",7}");
        foreach (var field in Fields)
            for (var i = 0; i < field.Levels.Count; i++)
                Line($"{(i == 0 ? field.Name : ""),-22} {field.Levels[i].Name.Replace('_', ' '),-20} {field.Levels[i].M,8:0.0000} {field.Levels[i].U,10:0.000000} {field.Levels[i].Bits,7:0.0}");
        foreach (var both in Overlaps) Line($"the same {both.Field} weighs {Math.Max(0, both.Bits):0.0} bits at most where {both.Given} agrees");
        if (Accuracy is not { } known) return;
        to.WriteLine();
        Line($"pairs     precision {known.Pairs.Precision:0.0000}  recall {known.Pairs.Recall:0.0000}  F1 {known.Pairs.F1:0.0000}  ({known.Pairs.Found:N0} found, {known.Pairs.True:N0} true)");
        Line($"clusters  precision {known.Clusters.Precision:0.0000}  recall {known.Clusters.Recall:0.0000}  F1 {known.Clusters.F1:0.0000}  ({known.Clusters.Found:N0} found, {known.Clusters.True:N0} true)");
    }
}
