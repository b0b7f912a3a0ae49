using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using Danke.Engines.Matching;
using Danke.Intake.Files;

namespace Danke.App.Cli;

/// <summary><c>danke identity match FILE</c>: the records of a file that are one person, without a server or data directory.</summary>
internal static class IdentityMatchVerb
{
    private static readonly Argument<string[]> Files = new("FILE") { Arity = ArgumentArity.OneOrMore, Description = "CSV, TSV, NDJSON or XLSX, gz or not; several are matched together, columns by name." };
    private static readonly Option<string?> Truth = new("--truth") { HelpName = "COLUMN", Description = "The column that says who is who. Not used to match, only to say how well it went." };
    private static readonly Option<string?> TruthFile = new("--truth-file") { HelpName = "FILE", Description = "Where the column of --truth is, when not in the file: joined by the columns both have." };
    private static readonly Option<string?> Ignore = new("--ignore") { HelpName = "COLUMNS", Description = "Columns to leave out, e.g. shop,created_at." };
    private static readonly Option<string?> Columns = new("--columns") { HelpName = "NAME=ROLE,…", Description = $"What columns say, where the guess is wrong: {string.Join(", ", Roles.Keys)}." };
    private static readonly Option<double> LinkFrom = new("--link") { HelpName = "P", DefaultValueFactory = _ => 0.95, Description = "From this probability on two records are one person." };
    private static readonly Option<double> ReviewFrom = new("--review") { HelpName = "P", DefaultValueFactory = _ => 0.5, Description = "From this probability on somebody should look." };
    private static readonly Option<ulong> Seed = new("--seed") { HelpName = "S", DefaultValueFactory = _ => 1, Description = "Of the random draws." };
    private static readonly Option<string?> Out = new("--out") { HelpName = "FILE", Description = "Write the rows with their cluster, as CSV." };
    private static readonly Option<string?> ModelOut = new("--model") { HelpName = "FILE", Description = "Write what was learnt, as JSON." };

    private static ImmutableSortedDictionary<string, ColumnRole> Roles => Enum.GetValues<ColumnRole>().ToImmutableSortedDictionary(NameOf, role => role);

    public static Command Create()
    {
        var verb = new Command("match", "Find the records of one person in a file without common keys: names, birthdays, phones and addresses with all their slips.")
        {
            Files, Truth, TruthFile, Ignore, Columns, LinkFrom, ReviewFrom, Seed, Out, ModelOut, CommonOptions.Json,
        };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult given)
    {
        try
        {
            return Match(given);
        }
        catch (FileException error)
        {
            return Printing.Fail(error.Message);
        }
    }

    private static int Match(ParseResult given)
    {
        var files = given.GetValue(Files)!;
        if (files.FirstOrDefault(f => !File.Exists(f)) is { } missing) return Printing.Fail($"there is no file {missing}.", 2);
        var table = MatchFile.Read(files, warning => Console.Error.WriteLine($"danke: {warning}"));
        if (RolesGiven(given, table, out var roles) is { } fault) return Printing.Fail(fault, 2);
        if (TruthOf(given, table, ref roles, out var truth) is { } wrong) return Printing.Fail(wrong, 2);
        var options = new MatchOptions { LinkFrom = given.GetValue(LinkFrom), ReviewFrom = given.GetValue(ReviewFrom), Seed = given.GetValue(Seed), Roles = roles };
        if (options is not { LinkFrom: > 0 and < 1, ReviewFrom: > 0 and < 1 }) return Printing.Fail("--link and --review are probabilities between 0 and 1.", 2);

        var result = Matcher.Run(table, options);
        if (result.Model.Schema.Fields.IsEmpty) return Printing.Fail("no column says anything about a person. Name what they say with --columns.", 2);
        if (given.GetValue(Out) is { } to) WriteClusters(to, table, result);
        if (given.GetValue(ModelOut) is { } model) File.WriteAllText(model, result.Model.ToJson());
        var report = MatchReport.Of(table, result, truth);
        if (given.GetValue(CommonOptions.Json)) Printing.Json(report);
        else report.Write(Console.Out);
        return 0;
    }

    private static string? RolesGiven(ParseResult given, MatchTable table, out ImmutableDictionary<string, ColumnRole> roles)
    {
        roles = ImmutableDictionary<string, ColumnRole>.Empty;
        foreach (var column in Listed(given.GetValue(Ignore)))
        {
            if (!table.Columns.Contains(column)) return NoColumn(column, table);
            roles = roles.SetItem(column, ColumnRole.Ignored);
        }
        foreach (var pair in Listed(given.GetValue(Columns)))
        {
            if (pair.LastIndexOf('=') is not (> 0 and var at)) return $"--columns takes NAME=ROLE, not '{pair}'.";
            var (column, role) = (pair[..at], pair[(at + 1)..]);
            if (!table.Columns.Contains(column)) return NoColumn(column, table);
            if (!Roles.TryGetValue(role, out var known)) return $"'{role}' is no role. There are {string.Join(", ", Roles.Keys)}.";
            roles = roles.SetItem(column, known);
        }
        return null;
    }

    private static string? TruthOf(ParseResult given, MatchTable table, ref ImmutableDictionary<string, ColumnRole> roles, out string?[]? truth)
    {
        truth = null;
        if (given.GetValue(Truth) is not { } column) return given.GetValue(TruthFile) is null ? null : "--truth-file needs --truth COLUMN.";
        if (given.GetValue(TruthFile) is { } file)
        {
            if (!File.Exists(file)) return $"there is no file {file}.";
            return Joined(table, MatchFile.Read([file]), column, out truth);
        }
        if (!table.Columns.Contains(column)) return NoColumn(column, table);
        roles = roles.SetItem(column, ColumnRole.Ignored);
        var place = table.Columns.IndexOf(column);
        truth = [.. table.Rows.Select(row => row[place].Length == 0 ? null : row[place])];
        return null;
    }

    private static string? Joined(MatchTable table, MatchTable key, string column, out string?[]? truth)
    {
        truth = null;
        if (!key.Columns.Contains(column)) return NoColumn(column, key);
        var shared = key.Columns.Where(c => c != column && table.Columns.Contains(c)).ToArray();
        if (shared.Length == 0) return "the file of --truth-file has no column in common with the records.";
        string KeyOf(MatchTable of, string[] row) => string.Join('\u001f', shared.Select(c => row[of.Columns.IndexOf(c)]));
        var place = key.Columns.IndexOf(column);
        var known = key.Rows.GroupBy(row => KeyOf(key, row)).ToDictionary(g => g.Key, g => g.First()[place]);
        truth = [.. table.Rows.Select(row => known.GetValueOrDefault(KeyOf(table, row)))];
        return null;
    }

    private static string NoColumn(string column, MatchTable table) => $"there is no column '{column}'. There are {string.Join(", ", table.Columns)}.";

    private static IEnumerable<string> Listed(string? text) => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void WriteClusters(string file, MatchTable table, MatchResult result)
    {
        // Whoever finds the file finds all of it.
        var unfinished = file + ".part";
        using (var to = new StreamWriter(unfinished, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)))
        {
            to.WriteLine(string.Join(',', table.Columns.Prepend("cluster").Select(Cell)));
            for (var i = 0; i < table.Rows.Count; i++) to.WriteLine(string.Join(',', table.Rows[i].Prepend((result.Clusters[i] + 1).ToString(CultureInfo.InvariantCulture)).Select(Cell)));
        }
        File.Move(unfinished, file, overwrite: true);
    }

    // A spreadsheet takes what begins like a formula for one, and would run it. Numbers with a sign are numbers.
    private static string Cell(string value)
    {
        var isFormula = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        if (isFormula) value = "'" + value;
        return isFormula || value.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{value.Replace("\"", "\"\"")}\"" : value;
    }

    internal static string NameOf(ColumnRole role) => string.Concat(role.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
