using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Intake.Files;
using Danke.Intake.Imports;
using Danke.Intake.Mappings;

namespace Danke.App.Tests.Intake;

public sealed class MappingTests
{
    private const string Good = """
        mapping: 1
        name: test
        source: s
        channel: site
        timezone: UTC
        events:
          - type: refund.succeeded
            id: id
            time: time
            data: { refund: id, currency: { const: CNY }, amount_minor: amount }
        """;

    [Theory]
    [InlineData("mapping: 1", "mapping: 2", "$.mapping")]
    [InlineData("source: s", "source: 'a b'", "$.source")]
    [InlineData("channel: site", "channel: Site", "$.channel")]
    [InlineData("timezone: UTC", "timezone: Mars/Olympus", "$.timezone")]
    [InlineData("timezone: UTC", "time_zone: UTC", "$.time_zone")]
    [InlineData("type: refund.succeeded", "type: refund.done", "$.events[0].type")]
    [InlineData("time: time", "when: { column: a }", "$.events[0].time")]
    [InlineData("time: time", "time: time\n    skip: perhaps", "$.events[0].skip")]
    [InlineData("time: time", "time: { column: a, const: b }", "$.events[0].time")]
    [InlineData("amount_minor: amount", "amount_minor: { column: a, scale: x }", "$.events[0].data.amount_minor.scale")]
    [InlineData("amount_minor: amount", "amount_minor: { column: a, skale: 2 }", "$.events[0].data.amount_minor.skale")]
    [InlineData("time: time", "time: time\n    when: { column: a, matches: '(?=x)' }", "$.events[0].when.matches")]
    [InlineData("time: time", "time: time\n    when: { column: a, less_than: x }", "$.events[0].when.less_than")]
    [InlineData("time: time", "time: time\n    identifiers: [{ namespace: Phone, value: p }]", "$.events[0].identifiers[0].namespace")]
    [InlineData("timezone: UTC", "timezone: UTC\ngroup: { by: id, window: 0 }", "$.group.window")]
    [InlineData("timezone: UTC", "timezone: UTC\nfile: { encoding: klingon }", "$.file.encoding")]
    [InlineData("mapping: 1", "mapping: [", "$")]
    [InlineData("events:", "events: []\nmore:", "$.events")]
    public void What_is_wrong_with_a_mapping_is_said_with_its_place(string good, string bad, string path)
    {
        MappingReader.Read(Good).Problems.ShouldBeEmpty();
        var (mapping, problems) = MappingReader.Read(Good.Replace(good, bad));
        mapping.ShouldBeNull();
        problems.ShouldContain(p => p.Path == path, string.Join("; ", problems));
    }

    [Fact]
    public void A_document_that_grows_without_bound_is_refused()
    {
        var bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range('b', 8).Select(c => $"{(char)c}: &{(char)c} [{string.Join(',', Enumerable.Repeat($"*{(char)(c - 1)}", 10))}]\n"));
        MappingReader.Read(bomb).Mapping.ShouldBeNull();
    }

    private static List<EventReading> Events(string mapping, string file)
    {
        var (read, problems) = MappingReader.Read(mapping);
        problems.ShouldBeEmpty();
        using var rows = new DelimitedReader(new StringReader(file), new Delimiting(','));
        var bound = MappingReader.Bind(read!, rows, "f00");
        var units = new Units(rows, bound.Group);
        var builder = new EventBuilder(bound);
        var parser = new EventJsonReader();
        var events = new List<EventReading>();
        while (units.Next() is { } unit)
        {
            var built = builder.Build(unit.Rows);
            built.Problem.ShouldBeNull();
            events.AddRange(built.Events.Select(e => parser.Read(e, 1_900_000_000_000)));
        }
        return events;
    }

    private static long AmountOf(string spec, string value, string more = "") =>
        Events(Good.Replace("amount_minor: amount", "amount_minor: " + spec).Replace("timezone: UTC", "timezone: UTC\n" + more), $"id,time,amount,times\n1,2026-01-01,{value},3\n")
            .Single().Command!.Body.ShouldBeOfType<RefundSucceeded>().AmountMinor;

    [Theory]
    [InlineData("amount", "12.345", 1235)]
    [InlineData("amount", "12.344999", 1234)]
    [InlineData("amount", "0.005", 1)]
    [InlineData("amount", "\"1,234,567.8\"", 123456780)]
    [InlineData("amount", "¥ 12", 1200)]
    [InlineData("amount", "4.4e-16", 0)]
    [InlineData("{ column: amount, scale: 0 }", "1990", 1990)]
    [InlineData("{ column: amount, negate: true }", "-5", 500)]
    [InlineData("{ column: amount, absolute: true }", "-5", 500)]
    [InlineData("{ column: amount, default: 7 }", "", 700)]
    [InlineData("{ multiply: [amount, times] }", "0.115", 35)]
    [InlineData("{ multiply: [amount, 0.5] }", "3", 150)]
    [InlineData("{ const: 2.5 }", "1", 250)]
    [InlineData("{ choose: [{ when: { column: times, is: 3 }, then: { column: times } }], default: 1 }", "1", 300)]
    public void Amounts_become_minor_units(string spec, string value, long expected) => AmountOf(spec, value).ShouldBe(expected);

    [Fact]
    public void A_decimal_comma_is_one_when_the_mapping_says_so() => AmountOf("amount", "\"1.234,56\"", "file: { decimal: ',' }").ShouldBe(123456);

    [Theory]
    [InlineData("UTC", "time", "2026-03-29 02:30:00", "2026-03-29T02:30:00Z")]
    [InlineData("Asia/Shanghai", "time", "2026/1/2 3:04", "2026-01-01T19:04:00Z")]
    [InlineData("Asia/Shanghai", "time", "2026年1月2日", "2026-01-01T16:00:00Z")]
    [InlineData("Europe/London", "time", "2026-07-01", "2026-06-30T23:00:00Z")]
    [InlineData("America/New_York", "time", "2026-03-08 02:30:00", "2026-03-08T07:30:00Z")] // skipped by the clocks
    [InlineData("America/New_York", "time", "2026-11-01 01:30:00", "2026-11-01T05:30:00Z")] // twice by the clocks
    [InlineData("Asia/Shanghai", "time", "2026-01-01T00:00:00+02:00", "2025-12-31T22:00:00Z")]
    [InlineData("UTC", "{ column: time, format: [d.M.yyyy, d/M/yyyy] }", "31/12/2025", "2025-12-31T00:00:00Z")]
    [InlineData("UTC", "{ column: time, format: unix_ms }", "1767225600000", "2026-01-01T00:00:00Z")]
    public void Times_are_read_in_the_files_zone(string zone, string spec, string value, string expected)
    {
        var reading = Events(Good.Replace("timezone: UTC", $"timezone: {zone}").Replace("time: time", "time: " + spec), $"id,time,amount\n1,{value},3\n").Single();
        reading.Command!.AtMs.ShouldBe(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Groups_come_out_the_same_however_the_file_is_read()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 5_000).Select(i => (Key: (i / 4 + random.Next(3)).ToString(), Row: i)).ToList();
        var file = "k,r\n" + string.Concat(rows.Select(r => $"{r.Key},{r.Row}\n"));
        List<string> Run()
        {
            using var reader = new DelimitedReader(new StringReader(file), new Delimiting(','));
            var units = new Units(reader, new GroupSpec([new ColumnRef("k") { Place = 0 }], 20));
            var seen = new List<string>();
            while (units.Next() is { } unit) seen.Add($"{unit.Problem?.Code} {string.Join(' ', unit.Rows.Select(r => r.Number))}");
            return seen;
        }
        var once = Run();
        once.ShouldBe(Run());
        once.SelectMany(u => u.Split(' ').Skip(1)).Select(long.Parse).Order().ShouldBe(Enumerable.Range(1, 5_000).Select(i => (long)i));
    }

    public static TheoryData<string> Samples => [.. Directory.GetFiles(SamplesFolder, "*.yaml").Select(f => Path.GetFileName(f)!)];

    private static string SamplesFolder => Path.Combine(Repository.Root, "samples", "mappings");

    [Theory, MemberData(nameof(Samples))]
    public void Every_sample_mapping_is_valid(string file)
    {
        var (mapping, problems) = MappingReader.Read(File.ReadAllText(Path.Combine(SamplesFolder, file)));
        problems.ShouldBeEmpty();
        mapping!.Name.ShouldBe(Path.GetFileNameWithoutExtension(file));
    }

    [Fact]
    public void The_published_schema_knows_the_words_of_the_language()
    {
        var schema = JsonDocument.Parse(MappingSchema.Json).RootElement;
        var words = schema.GetProperty("$defs").GetProperty("value_object").GetProperty("properties").EnumerateObject().Select(p => p.Name).ToList();
        foreach (var word in words)
        {
            var (_, problems) = MappingReader.Read(Good.Replace("time: time", $"time: {{ {word}: [] }}"));
            problems.ShouldNotContain(p => p.Path == $"$.events[0].time.{word}" && p.Detail.StartsWith("There is no such word"), word);
        }
        MappingReader.Read(Good.Replace("time: time", "time: { zzz: [] }")).Problems.ShouldContain(p => p.Detail.Contains(string.Join(", ", words.Take(5))));
    }

    [Theory]
    [InlineData("订单编号,买家实际支付金额,订单付款时间,联系手机,商家编码,标题,购买数量\nT1,99.00,2026-01-02 03:04:05,13800138000,A1,面霜,1\nT1,9.00,2026-01-02 03:04:05,13800138000,A2,棉签,1\n", 1)]
    [InlineData("order_id;created_at;email;sku;price;quantity\n7;2026-01-02;a@example.com;A1;5.00;2\n", 1)]
    [InlineData("卡号,姓名,手机号,性别,生日,入会时间,城市\nC1,王小明,13800138000,男,1990-05-17,2026-01-02 03:04:05,上海\n", 1)]
    [InlineData("device\taction\ttime\nd1\tclicked\t2026-01-02 03:04:05\nd2\tviewed\t2026-01-02 03:04:05\n", 2)]
    public void A_mapping_is_proposed_that_works_on_the_file(string file, int events)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, file);
        try
        {
            var (mapping, problems) = Proposal.For(path, "Orders 2026.csv.gz");
            problems.ShouldBeEmpty();
            mapping!.Name.ShouldBe("orders-2026");
            using var preparation = new Preparation(path, "f00", mapping, TimeProvider.System, 0, Danke.Contracts.Events.FutureTimes.Default);
            var made = 0;
            while (preparation.Next() is { } unit)
            {
                unit.Problem.ShouldBeNull();
                unit.Events.ShouldAllBe(e => e.Command != null);
                made += unit.Events.Count;
            }
            made.ShouldBe(events);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Every_refusal_is_explained()
    {
        var events = File.ReadAllText(Path.Combine(Repository.Root, "docs", "events", "refusals.md"));
        var imports = File.ReadAllText(Path.Combine(Repository.Root, "docs", "import.md"));
        EventRefusals.All.Where(c => !events.Contains($"| `{c}` |")).ShouldBeEmpty();
        ImportRefusals.All.Where(c => !imports.Contains($"| `{c}` |")).ShouldBeEmpty();
        System.Text.RegularExpressions.Regex.Matches(events, @"^\| `(\w+)` \|", System.Text.RegularExpressions.RegexOptions.Multiline).Select(m => m.Groups[1].Value)
            .Except(EventRefusals.All).Except(["idempotency_conflict", "internal_error"]).ShouldBeEmpty();
    }
}

/// <summary>Where the repository lies that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Danke.slnx"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository.");
        return folder;
    }
}
