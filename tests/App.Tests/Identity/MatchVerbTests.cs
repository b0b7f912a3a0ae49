using System.Text.Json;
using Danke.App.Cli;
using Danke.App.Tests.Reports;
using Danke.Engines.Matching;

namespace Danke.App.Tests.Identity;

/// <summary>Public files whose truth is known. The bounds leave a margin under what was measured (docs/benchmarks.md).</summary>
public sealed class MatchVerbTests
{
    [Fact]
    public void Febrl_3_is_told_apart() => Matched("identity/febrl3.csv", "entity").Pairs.F1.ShouldBeGreaterThan(0.99);

    [Fact]
    public void Febrl_3_is_told_apart_without_the_number_of_social_security() =>
        Matched("identity/febrl3.csv", "entity", "soc_sec_id").Pairs.F1.ShouldBeGreaterThan(0.98);

    [Fact]
    public void The_thousand_corrupted_records_are_mostly_put_together() => Matched("identity/fake_1000.csv", "cluster").Pairs.F1.ShouldBeGreaterThan(0.9);

    [Fact]
    public void Nested_records_of_three_files_are_matched_as_one()
    {
        string Path(string name) => SharedData.Need("identity/senzing-truth-sets/" + name);
        var table = MatchFile.Read([Path("customers.jsonl"), Path("reference.jsonl"), Path("watchlist.jsonl")]);
        var key = MatchFile.Read([Path("actual_truthset_key.csv")]);
        string Id(MatchTable of, string[] row) => row[of.Columns.IndexOf("DATA_SOURCE")] + row[of.Columns.IndexOf("RECORD_ID")];
        var truth = key.Rows.ToDictionary(row => Id(key, row), row => row[key.Columns.IndexOf("CLUSTER_ID")]);

        var found = Matcher.Run(table, MatchOptions.Default);

        table.Rows.Count.ShouldBe(159);
        table.Columns.ShouldContain("NAME_LAST");
        Accuracy.Of(found.Clusters, [.. table.Rows.Select(row => truth[Id(table, row)])]).Pairs.F1.ShouldBeGreaterThan(0.85);
    }

    [Fact]
    public void The_verb_reports_clusters_weights_and_how_well_it_went()
    {
        using var folder = new Folder();
        var (file, to, model) = (folder["members.csv"], folder["out.csv"], folder["model.json"]);
        Run("generate", "customers", "--count", "600", "--seed", "4", "--out", file).Exit.ShouldBe(0);

        var (exit, output, _) = Run("identity", "match", file, "--truth", "person", "--ignore", "store", "--columns", "name=full_name", "--out", to, "--model", model, "--json");

        exit.ShouldBe(0);
        var report = JsonDocument.Parse(output).RootElement;
        report.GetProperty("records").GetInt32().ShouldBe(600);
        report.GetProperty("fields").EnumerateArray().Select(f => f.GetProperty("name").GetString()).ShouldContain("phone");
        report.GetProperty("accuracy").GetProperty("pairs").GetProperty("f1").GetDouble().ShouldBeGreaterThan(0.9);
        var lines = File.ReadAllLines(to);
        lines.Length.ShouldBe(601);
        lines[0].ShouldStartWith("cluster,record,store,name");
        MatchModel.FromJson(File.ReadAllText(model)).Schema.Fields.ShouldNotBeEmpty();
    }

    [Fact]
    public void What_a_spreadsheet_would_run_is_written_as_text()
    {
        using var folder = new Folder();
        File.WriteAllText(folder["in.csv"], "name,phone,remark\n王小明,+86 13800138001,=1+1\n王小明,+86 13800138001,-5\n李雷,13900139000,\"@a, \"\"b\"\"\"\n");

        Run("identity", "match", folder["in.csv"], "--out", folder["out.csv"]).Exit.ShouldBe(0);

        var lines = File.ReadAllLines(folder["out.csv"]);
        lines[1].ShouldEndWith(",\"'+86 13800138001\",\"'=1+1\"");
        lines[2].ShouldEndWith(",-5");
        lines[3].ShouldEndWith("\"'@a, \"\"b\"\"\"");
    }

    [Fact]
    public void A_row_that_cannot_be_read_is_left_out_and_told()
    {
        using var folder = new Folder();
        File.WriteAllText(folder["in.csv"], "name,phone\n王小明,13800138001\n王小明,1380,0138001\n王小明,13800138001\n");

        var (exit, output, errors) = Run("identity", "match", folder["in.csv"], "--json");

        exit.ShouldBe(0);
        JsonDocument.Parse(output).RootElement.GetProperty("records").GetInt32().ShouldBe(2);
        errors.ShouldContain("1 rows cannot be read and are left out; row 2");
    }

    [Theory]
    [InlineData("no file")]
    [InlineData("is no role", "--columns", "name=king")]
    [InlineData("no column", "--truth", "person")]
    [InlineData("no column", "--ignore", "shop")]
    [InlineData("between 0 and 1", "--link", "2")]
    public void What_cannot_be_done_is_said(string says, params string[] more)
    {
        using var folder = new Folder();
        File.WriteAllText(folder["in.csv"], "name,phone\n王小明,13800138001\n");

        var (exit, _, errors) = Run(["identity", "match", more.Length == 0 ? folder["other.csv"] : folder["in.csv"], .. more]);

        exit.ShouldBe(2);
        errors.ShouldContain(says);
    }

    private static Accuracy Matched(string path, string truth, params string[] ignored)
    {
        var table = MatchFile.Read([SharedData.Need(path)]);
        var roles = MatchOptions.Default.Roles.AddRange(ignored.Append(truth).Select(column => KeyValuePair.Create(column, ColumnRole.Ignored)));
        var found = Matcher.Run(table, new MatchOptions { Roles = roles });
        found.Model.Schema.Columns.Where(c => c.Name is "rec_id" or "unique_id").ShouldAllBe(c => c.Role == ColumnRole.RecordKey);
        var place = table.Columns.IndexOf(truth);
        return Accuracy.Of(found.Clusters, [.. table.Rows.Select(row => row[place])]);
    }

    private static (int Exit, string Output, string Errors) Run(params string[] args)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "danke"), args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    private sealed class Folder : IDisposable
    {
        private readonly string path = Directory.CreateTempSubdirectory("danke-match").FullName;

        public string this[string name] => Path.Combine(path, name);

        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
