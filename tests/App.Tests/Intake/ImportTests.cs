using System.Net;
using System.Text;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Books;

namespace Danke.App.Tests.Intake;

public sealed class ImportTests(DankeApps apps) : IClassFixture<DankeApps>
{
    private static string Mapping(string source, string more = "", string id = "{id}") => $$"""
        mapping: 1
        name: test
        source: {{source}}
        channel: site
        timezone: Asia/Shanghai
        {{more}}
        events:
          - type: order.paid
            id: { text: "{{id}}" }
            time: time
            identifiers: [{ namespace: customer, scope: { const: "{{source}}" }, value: { column: who, whole: true } }]
            data:
              order: { text: "{{source}}-{{id}}" }
              currency: { const: CNY }
            lines: { sku: sku, name: name, quantity: { const: 1 }, amount_minor: amount }
        """;

    private const string Header = "id,time,who,sku,name,amount\n";

    private static string Row(object id, string name = "x", string amount = "1.50") => $"{id},2026-01-02 03:04:05,17850.0,A1,{name},{amount}\n";

    private static Task<List<(string Number, string Lines, long Total, long PlacedAt)>> Orders(DankeApp app, string source) => app.Books.Read(
        "select number, lines, total_minor, paid_at_ms from orders where number like @source order by number", r => (r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3)), [("source", source + "-%")]);

    private static async Task<List<string?>> Names(DankeApp app, string source) => [.. (await Orders(app, source)).Select(o => JsonDocument.Parse(o.Lines).RootElement[0][2].GetString())];

    private static List<string> Codes(JsonElement import) => [.. import.GetProperty("problems").EnumerateArray().Select(p => $"{p.GetProperty("code").GetString()} {p.Number("count")}")];

    [Theory, OnBothBooks]
    public async Task A_file_becomes_orders_and_the_second_time_changes_nothing(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var file = Header + Row(1, "\"a, \"\"quoted\"\" name\"") + Row(2, "two\u00a0words", "\"1,234.565\"") + "\n" + Row(3);

        var first = await app.Client.Import(file, Mapping(source));
        first.ShouldAccountForEveryRow();
        (first.Number("rows_read"), first.Number("applied"), first.Number("rows_total")).ShouldBe((3, 3, 3));
        var orders = await Orders(app, source);
        orders.Select(o => o.Total).ShouldBe([150, 123457, 150]);
        // 03:04:05 in Shanghai
        orders[0].PlacedAt.ShouldBe(new DateTimeOffset(2026, 1, 1, 19, 4, 5, TimeSpan.Zero).ToUnixTimeMilliseconds());
        (await Names(app, source)).ShouldBe(["a, \"quoted\" name", "two\u00a0words", "x"]);
        (await app.Books.Read("select count(distinct person_id) from orders where number like @s", r => r.GetInt64(0), [("s", source + "-%")]))[0].ShouldBe(1);

        var second = await app.Client.Import(file, Mapping(source));
        second.Number("id").ShouldNotBe(first.Number("id"));
        (second.Number("applied"), second.Number("duplicate")).ShouldBe((0, 3));
        (await Orders(app, source)).ShouldBe(orders);
        (await app.Client.GetJson("v1/jobs?kind=import&limit=1")).GetProperty("items")[0].Number("job_id").ShouldBe(second.Number("job_id"));
    }

    [Theory, OnBothBooks]
    public async Task Every_kind_of_bad_row_is_a_dead_letter_with_its_row_and_the_rest_is_applied(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var file = Header + Row(1)                          // 1
            + "2,2026-01-02 03:04:05,1,A1\n"                // 2: fields missing
            + Row(3, amount: "a lot")                       // 3
            + Row(4, new string('x', 10 << 20))             // 4: ten megabytes
            + Row(5).Replace("2026-01-02 03:04:05", "2/1/2026 3:04")   // 5: what day is that?
            + Row(6, "a\0b")                                // 6
            + Row(7, amount: "-5")                          // 7
            + Row(8, amount: "\"1,5\"")                       // 8: fifteen, or one and a half
            + Row("")                                       // 9: no id
            + Row(10).Replace("2026-01", "0001-01")         // 10
            + Row(11);

        var import = await app.Client.Import(file, Mapping(source));

        import.ShouldAccountForEveryRow();
        (import.Number("rows_read"), import.Number("rows_dead"), import.Number("applied")).ShouldBe((11, 9, 2));
        Codes(import).Order().ShouldBe(["amount_negative 1", "column_count 1", "field_missing 1", "field_too_long 1", "text_invalid 1", "time_out_of_range 1", "value_invalid 3"]);
        var letters = (await app.Client.GetJson($"v1/dead-letters?import={import.Number("id")}&state=open")).GetProperty("items").EnumerateArray().ToList();
        letters.Select(l => l.Number("import_row")).Order().ShouldBe([2, 3, 4, 5, 6, 7, 8, 9, 10]);
        letters.ShouldAllBe(l => l.GetProperty("body").GetString()!.Length < 200_000 && l.GetProperty("detail").GetString()!.Length > 10);
    }

    [Theory, OnBothBooks]
    public async Task A_row_that_was_refused_is_mended_and_replayed_through_its_mapping(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var import = await app.Client.Import(Header + Row(1, amount: "a lot") + Row(2, amount: "-7"), Mapping(source));
        var letters = (await app.Client.GetJson($"v1/dead-letters?import={import.Number("id")}")).GetProperty("items").EnumerateArray().OrderBy(l => l.Number("import_row")).ToList();

        // The first as a row of its file, the second - already an event - as that.
        await app.Client.Put($"v1/dead-letters/{letters[0].Number("dead_letter_id")}", new { body = letters[0].GetProperty("body").GetString()!.Replace("a lot", "8.00") }).Json();
        await app.Client.Put($"v1/dead-letters/{letters[1].Number("dead_letter_id")}", new { body = letters[1].GetProperty("body").GetString()!.Replace("-700", "700") }).Json();
        var summary = await app.Client.Post("v1/dead-letters/replays", new { filter = new { import = import.Number("id") } }).Json();

        (summary.Number("applied"), summary.Number("rejected")).ShouldBe((2, 0));
        (await Orders(app, source)).Select(o => o.Total).ShouldBe([800, 700]);
        (await app.LettersOf(source)).ShouldAllBe(l => l.EndsWith("replayed", StringComparison.Ordinal));
    }

    [Theory, OnBothBooks]
    public async Task A_better_mapping_settles_the_letters_of_the_run_before(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var file = Header + Row(1).Replace("2026-01-02 03:04:05", "2/1/2026 3:04") + Row(2).Replace("2026-01-02 03:04:05", "3/1/2026 3:04") + Row(3, amount: "a lot").Replace("2026-01-02 03:04:05", "3/1/2026 3:04");
        (await app.Client.Import(file, Mapping(source))).Number("rows_dead").ShouldBe(3);

        var better = await app.Client.Import(file, Mapping(source).Replace("time: time", "time: { column: time, format: d/M/yyyy H:mm }"));

        (better.Number("applied"), better.Number("rows_dead")).ShouldBe((2, 1));
        (await app.LettersOf(source)).Order().ShouldBe(["value_invalid open", "value_invalid replayed", "value_invalid replayed"]);
    }

    [Theory, OnBothBooks]
    public async Task Gbk_is_found_out_by_what_it_says(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var text = Header + string.Concat(Enumerable.Range(1, 20).Select(i => Row(i, $"玫瑰保湿面霜 第{i}号(送小样)")));

        (await app.Client.Import(Encoding.GetEncoding("gb18030").GetBytes(text), Mapping(source))).ShouldAccountForEveryRow();
        (await Names(app, source)).ShouldContain("玫瑰保湿面霜 第7号(送小样)");
    }

    [Theory]
    [InlineData("utf-8", true), InlineData("utf-16", true), InlineData("utf-16BE", true), InlineData("utf-16", false), InlineData("windows-1252", false)]
    public async Task Other_encodings_are_found_too(string encoding, bool mark)
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var as_ = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. mark ? as_.GetPreamble() : [], .. as_.GetBytes(Header + Row(1, "crème fraîche") + Row(2, "Größe"))];

        (await app.Client.Import(bytes, Mapping(source))).ShouldAccountForEveryRow();
        (await Names(app, source)).ShouldBe(["crème fraîche", "Größe"]);
    }

    [Fact]
    public async Task When_nobody_can_know_the_encoding_it_is_asked_for_with_candidates()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        // Valid in both, and what people write in neither more than in the other.
        byte[] bytes = [.. Encoding.ASCII.GetBytes(Header + "1,2026-01-02 03:04:05,1,A1,"), 0xb0, 0xa1, 0xb4, 0xa5, .. Encoding.ASCII.GetBytes(",1\n")];

        var upload = await app.Client.Upload(bytes);
        upload.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("encoding_ambiguous");
        upload.GetProperty("candidates").EnumerateArray().Select(c => c.GetString()).ShouldContain("big5");
        var request = new { upload_id = upload.GetProperty("upload_id").GetString(), mapping = Mapping(source) };
        (await app.Client.Post("v1/imports", request).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("encoding_ambiguous");

        (await app.Client.Import(bytes, Mapping(source, "file: { encoding: big5 }"))).ShouldAccountForEveryRow();
        (await Names(app, source)).ShouldBe([Encoding.GetEncoding("big5").GetString([0xb0, 0xa1, 0xb4, 0xa5])]);
    }

    [Theory, OnBothBooks]
    public async Task A_file_of_unclear_encoding_is_imported_by_saying_it_in_the_preview(Dialect dialect)
    {
        var app = await apps.On(dialect);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var source = Sending.NewSource();
        byte[] bytes = [.. Encoding.ASCII.GetBytes("order_no,paid_at,description,amount\n" + source + "-T1,2026-01-02 03:04:05,"), 0xb0, 0xa1, 0xb4, 0xa5, .. Encoding.ASCII.GetBytes(",1\n")];
        var upload = (await app.Client.Upload(bytes, source + ".csv")).GetProperty("upload_id").GetString();

        (await app.Client.Post("v1/imports/preview", new { upload_id = upload }).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("encoding_ambiguous");
        (await app.Client.Post("v1/imports/preview", new { upload_id = upload, encoding = "klingon" }).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("encoding_unsupported");
        foreach (var encoding in (string[])["big5", "GBK"])
        {
            var preview = await app.Client.Post("v1/imports/preview", new { upload_id = upload, encoding }).Json();
            preview.GetProperty("rows")[0][2].GetString().ShouldBe(Encoding.GetEncoding(encoding).GetString([0xb0, 0xa1, 0xb4, 0xa5]));
            preview.GetProperty("mapping").GetProperty("file").GetProperty("encoding").GetString().ShouldBe(encoding == "GBK" ? "gb18030" : encoding);
        }
        // A mapping that says another one, what is asked for now counts.
        var proposed = (await app.Client.Post("v1/imports/preview", new { upload_id = upload, encoding = "gbk" }).Json()).GetProperty("mapping");
        var changed = (await app.Client.Post("v1/imports/preview", new { upload_id = upload, mapping = proposed, encoding = "big5" }).Json()).GetProperty("mapping");
        changed.GetProperty("file").GetProperty("encoding").GetString().ShouldBe("big5");

        var begun = await app.Client.Post("v1/imports", new { upload_id = upload, mapping = changed }).Json(HttpStatusCode.Accepted);
        var import = await app.Client.ImportEnded(begun.GetProperty("id").GetInt64());
        (import.Number("rows_in_events"), import.Number("applied")).ShouldBe((1, 1), import.ToString());
        (await Names(app, source)).ShouldBe([Encoding.GetEncoding("big5").GetString([0xb0, 0xa1, 0xb4, 0xa5])]);
    }

    [Fact]
    public async Task Bytes_of_another_encoding_refuse_their_row_only()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        byte[] bytes = [.. Encoding.UTF8.GetBytes(Header + Row(1)), .. Encoding.Latin1.GetBytes(Row(2, "é,").Replace("é,", "é")), .. Encoding.UTF8.GetBytes(Row(3, "é"))];
        var import = await app.Client.Import(bytes, Mapping(source, "file: { encoding: utf-8 }"));
        import.ShouldAccountForEveryRow();
        Codes(import).ShouldBe(["encoding_invalid 1"]);
    }

    [Fact]
    public async Task Columns_of_one_name_get_two_names_and_a_warning()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        var file = "id,time,who,sku,name,amount,amount\n1,2026-01-01,1,A1,x,1,2\n";

        var upload = await app.Client.Upload(Encoding.UTF8.GetBytes(file));
        upload.GetProperty("columns").EnumerateArray().Select(c => c.GetString()).ShouldBe(["id", "time", "who", "sku", "name", "amount", "amount_2"]);
        upload.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("header_duplicate");

        await app.Client.Import(file, Mapping(source).Replace("amount_minor: amount", "amount_minor: amount_2"));
        (await Orders(app, source)).Select(o => o.Total).ShouldBe([200]);
    }

    [Fact]
    public async Task A_formula_is_stored_as_the_text_it_is()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        string[] formulas = ["=cmd|'/C calc'!A0", "+1+1", "@SUM(A1:A9)", "-2+3", "=HYPERLINK(\"\"http://x\"\")"];
        (await app.Client.Import(Header + string.Concat(formulas.Select((f, i) => Row(i, $"\"{f}\""))), Mapping(source))).ShouldAccountForEveryRow();
        (await Names(app, source)).ShouldBe(formulas.Select(f => f.Replace("\"\"", "\"")));
    }

    [Theory]
    [InlineData("../../../etc/passwd", "passwd")]
    [InlineData("..\\..\\windows\\system32\\evil.csv", "evil.csv")]
    [InlineData("/etc/cron.d/evil", "evil")]
    [InlineData("a\u0001b.csv", "ab.csv")]
    [InlineData("<img src=x onerror=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv")]
    [InlineData("..", "..")]
    public async Task A_files_name_is_for_showing_and_never_a_path(string name, string shown)
    {
        var app = await apps.On(Dialect.Sqlite);
        var boundary = "b0undary";
        var body = $"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''{Uri.EscapeDataString(name)}\r\n\r\n{Header}{Row(Guid.NewGuid())}\r\n--{boundary}--\r\n";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");

        var upload = await app.Client.PostAsync("v1/uploads", content).Json(HttpStatusCode.Created);

        upload.GetProperty("name").GetString().ShouldBe(shown);
        File.Exists(Path.Combine(app.Data, "uploads", upload.GetProperty("upload_id").GetString()!)).ShouldBeTrue();
        Directory.GetFiles(Path.Combine(app.Data, "uploads")).Select(Path.GetFileName).ShouldAllBe(f => f!.Length == 32 && f.All(char.IsAsciiHexDigitLower));
    }

    [Theory, InlineData("../danke.key"), InlineData("..%2f..%2fdanke.key"), InlineData("")]
    public async Task An_upload_is_found_by_its_id_only(string id) =>
        (await (await apps.On(Dialect.Sqlite)).Client.Post("v1/imports/preview", new { upload_id = id }).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("upload_unknown");

    [Theory]
    [InlineData("no multipart at all", "multipart/form-data; boundary=x", 400)]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nbreaks off", "multipart/form-data; boundary=x", 400)]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nno file\r\n--x--\r\n", "multipart/form-data; boundary=x", 400)]
    [InlineData("a,b", "text/csv", 415)]
    [InlineData("", "multipart/form-data", 415)]
    public async Task A_broken_upload_is_refused(string body, string type, int status)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await (await apps.On(Dialect.Sqlite)).Client.PostAsync("v1/uploads", content);
        ((int)response.StatusCode).ShouldBe(status, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_workbook_is_read_like_a_table()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        var workbook = Workbook.Of(
            ["id", "time", "who", "sku", "name", "amount", null],
            [1, new DateTime(2026, 1, 2, 3, 4, 5), 17850, "A1", "面霜 & <b>", 19.9, null],
            [null, null, null, null, null, null, null],
            [2, "2026-01-02 03:04:05", 17850, "A1", "y", 0.1 + 0.2, null]);

        var import = await app.Client.Import(workbook, Mapping(source), name: "orders.xlsx");

        import.ShouldAccountForEveryRow();
        var orders = await Orders(app, source);
        orders.Select(o => o.Total).ShouldBe([1990, 30]);
        orders.Select(o => o.PlacedAt).Distinct().Count().ShouldBe(1);
        (await Names(app, source))[0].ShouldBe("面霜 & <b>");
        (await app.Client.Import(Sending.Gzip(workbook), Mapping(source), name: "orders.xlsx.gz")).Number("duplicate").ShouldBe(2);
    }

    [Fact]
    public async Task A_workbook_made_to_harm_is_refused()
    {
        var app = await apps.On(Dialect.Sqlite);
        var spaces = new string(' ', 40 << 20);
        string[] codes = ["spreadsheet_too_large", "spreadsheet_invalid"];
        foreach (var bomb in new[]
        {
            Workbook.Zip($"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{spaces}</sheetData></worksheet>"),
            Workbook.Zip("<worksheet/>", shared: $"<sst>{spaces}</sst>"),
            Workbook.Zip("<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row><c t=\"inlineStr\"><is><t>&c;</t></is></c></row></sheetData></worksheet>"),
            [0x50, 0x4b, 3, 4, 1, 2, 3, 4, 5],
        })
        {
            var upload = await app.Client.Upload(bomb, "bomb.xlsx");
            codes.ShouldContain(upload.GetProperty("problems")[0].GetProperty("code").GetString());
            codes.ShouldContain(await app.Client.Post("v1/imports/preview", new { upload_id = upload.GetProperty("upload_id").GetString() }).ProblemCode(HttpStatusCode.BadRequest));
        }
    }

    [Fact]
    public async Task A_packed_file_that_unpacks_without_end_fails_its_import()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        var lines = new byte[120 << 20];
        Array.Fill(lines, (byte)'\n');
        Encoding.UTF8.GetBytes(Header + Row(1)).CopyTo(lines, 0);

        var import = await app.Client.Import(Sending.Gzip(lines), Mapping(source));
        (import.GetProperty("state").GetString(), import.GetProperty("error").GetString()!.Length > 20).ShouldBe(("failed", true));

    }

    [Fact]
    public async Task A_damaged_or_cut_packed_file_fails_its_import_and_never_passes_for_a_whole_one()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        var whole = Sending.Gzip(Header + string.Concat(Enumerable.Range(0, 40_000).Select(i => Row(i, Guid.NewGuid().ToString()))));
        var damaged = whole.ToArray();
        for (var i = whole.Length / 2; i < whole.Length / 2 + 64; i++) damaged[i] ^= 0x5a;
        foreach (var bytes in new[] { whole[..(whole.Length / 2)], damaged })
        {
            var import = await app.Client.Import(bytes, Mapping(source));
            (import.GetProperty("state").GetString(), import.GetProperty("error").GetString()![..20]).ShouldBe(("failed", "The packed file is d"));
        }
    }

    [Theory, OnBothBooks]
    public async Task Rows_of_a_group_become_one_event_and_one_that_comes_too_late_is_said(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var file = Header + Row(1) + Row(1) + Row(2) + Row(1) + string.Concat(Enumerable.Range(10, 10).Select(i => Row(i))) + Row(1) + Row("");

        var import = await app.Client.Import(file, Mapping(source, "group: { by: id, window: 5 }"));

        import.ShouldAccountForEveryRow();
        (import.Number("rows_read"), import.Number("events"), import.Number("rows_dead")).ShouldBe((16, 12, 2));
        Codes(import).Order().ShouldBe(["group_key_empty 1", "group_reopened 1"]);
        (await Orders(app, source))[0].Total.ShouldBe(450);
    }

    [Theory, OnBothBooks]
    public async Task A_changed_row_under_an_old_id_is_declined_and_kept(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        await app.Client.Import(Header + Row(1) + Row(2), Mapping(source));
        var changed = await app.Client.Import(Header + Row(1) + Row(2, amount: "9"), Mapping(source));
        changed.ShouldAccountForEveryRow();
        (changed.Number("duplicate"), changed.Number("declined"), changed.Number("rows_dead")).ShouldBe((1, 1, 1));
        (await app.LettersOf(source)).ShouldBe(["idempotency_conflict open"]);
        (await Orders(app, source)).Select(o => o.Total).ShouldBe([150, 150]);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_says_what_would_be()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        var import = await app.Client.Import(Header + Row(1) + Row(2, amount: "-1"), Mapping(source), dryRun: true);
        import.ShouldAccountForEveryRow();
        (import.Number("events"), import.Number("applied"), import.Number("rejected")).ShouldBe((2, 0, 1));
        (await Orders(app, source)).ShouldBeEmpty();
        (await app.LettersOf(source)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rows_may_be_skipped_and_make_several_events()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        var mapping = $$"""
            mapping: 1
            name: several
            source: {{source}}
            channel: store
            timezone: UTC
            take: every
            events:
              - { when: { column: state, is: closed }, skip: true }
              - type: interaction.happened
                id: { text: "{n}/a" }
                time: day
                data: { kind: { const: a }, properties: { n: n } }
              - when: { all: [{ column: n, at_least: 2 }, { not: { column: n, is: [4, 5] } }] }
                type: interaction.happened
                id: { text: "{n}/b" }
                time: day
                data: { kind: { const: b } }
            """;
        var import = await app.Client.Import("n\tday\tstate\n1\t20260101\topen\n2\t20260101\topen\n3\t20260101\tclosed\n4\t20260101\t\n", mapping);
        import.ShouldAccountForEveryRow();
        (import.Number("rows_skipped"), import.Number("events"), import.Number("applied")).ShouldBe((1, 4, 4));
    }

    [Fact]
    public async Task Events_one_a_line_need_no_mapping()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        var file = $"{Sending.Event(source, "1")}\n\n{Sending.Event(source, "2", "{}")}\nbroken\n{Sending.Event(source, "3")}";
        var import = await app.Client.Import(Sending.Gzip(file), null);
        import.ShouldAccountForEveryRow();
        (import.Number("applied"), import.Number("rejected")).ShouldBe((2, 2));
        (await app.LettersOf(source)).ShouldBe(["field_missing open"]);
    }

    [Fact]
    public async Task Objects_one_a_line_are_rows_with_nested_names()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        var mapping = Mapping(source).Replace("value: { column: who, whole: true }", "value: buyer.id").Replace("name: name", "name: late.name").Replace("time: time", "time: { column: at, format: unix_s }").Replace("amount_minor: amount", "amount_minor: { column: amount, scale: 0 }");
        var file = """{"id":1,"at":1767322800,"buyer":{"id":"u1"},"sku":"A","amount":150}""" + "\n" + "[]\n" + "oops\n" + """{"id":"2","at":"1767322800","sku":"A","amount":2,"late":{"name":"n"},"more":[1]}""";
        var import = await app.Client.Import(file, mapping);
        import.ShouldAccountForEveryRow();
        (await Orders(app, source)).Select(o => o.Total).ShouldBe([150, 2]);
        (await Names(app, source)).ShouldBe([null, "n"]);
        Codes(import).ShouldBe(["row_invalid 2"]);
    }

    [Theory, OnBothBooks]
    public async Task An_import_that_is_cancelled_is_resumed_where_it_stopped(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var file = Header + string.Concat(Enumerable.Range(1, 30_000).Select(i => Row(i)));
        var upload = (await app.Client.Upload(Encoding.UTF8.GetBytes(file))).GetProperty("upload_id").GetString();
        var begun = await app.Client.Post("v1/imports", new { upload_id = upload, mapping = Mapping(source) }).Json(HttpStatusCode.Accepted);
        var id = begun.Number("id");
        // Who starts the same again gets the run that is not finished.
        (await app.Client.Post("v1/imports", new { upload_id = upload, mapping = Mapping(source) }).Json(HttpStatusCode.Accepted)).Number("id").ShouldBe(id);
        while (await app.Applied(source) == 0) await Task.Delay(5);

        await app.Client.Post($"v1/imports/{id}/cancel").Json();
        var stopped = await app.Client.ImportEnded(id);
        stopped.GetProperty("state").GetString().ShouldBe("cancelled");
        (await app.Client.Post($"v1/imports/{id}/cancel").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("import_state");

        (await app.Client.Post($"v1/imports/{id}/resume").Json()).Number("id").ShouldBe(id);
        var ended = await app.Client.ImportEnded(id);
        ended.ShouldAccountForEveryRow();
        (ended.Number("rows_read"), ended.Number("applied") + ended.Number("duplicate"), await app.Applied(source)).ShouldBe((30_000, 30_000, 30_000));
        (await app.Client.Post($"v1/imports/{id}/resume").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("import_state");
    }

    [Theory, OnBothBooks]
    public async Task Killed_half_way_it_goes_on_at_the_next_start_and_ends_the_same(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        await danke.Start();
        var groups = string.Concat(Enumerable.Range(1, 20_000).Select(i => Row(i) + Row(i == 7 ? "" : i, amount: i % 100 == 0 ? "oops" : "2.5")));
        var upload = (await danke.Client.Upload(Encoding.UTF8.GetBytes(Header + groups))).GetProperty("upload_id").GetString();
        var id = (await danke.Client.Post("v1/imports", new { upload_id = upload, mapping = Mapping("kill", "group: { by: id, window: 50 }") }).Json(HttpStatusCode.Accepted)).Number("id");
        for (var kills = 0; kills < 3; kills++)
        {
            var events = (await danke.Client.GetJson($"v1/imports/{id}")).Number("events");
            JsonElement now;
            do now = await danke.Client.GetJson($"v1/imports/{id}");
            while (now.GetProperty("state").GetString() is "waiting" or "running" && now.Number("events") == events);
            danke.Kill();
            await danke.Start();
        }

        var ended = await danke.Client.ImportEnded(id);

        ended.ShouldAccountForEveryRow();
        (ended.Number("rows_read"), ended.Number("rows_dead"), ended.Number("events")).ShouldBe((40_000, 401, 19_800));
        (ended.Number("applied") + ended.Number("duplicate")).ShouldBe(19_800);
        await using var books = BooksStore.FromSetting(danke.Settings.Books);
        (await books.Read("select count(*), sum(total_minor) from orders", r => (r.GetInt64(0), Convert.ToInt64(r.GetValue(1))))).ShouldBe([(19_800L, 19_799L * 400 + 150)]);
        (await books.Read("select code, count(*) from dead_letters where state = 'open' group by code order by code", r => (r.GetString(0), r.GetInt64(1)))).ShouldBe([("group_key_empty", 1), ("value_invalid", 200)]);
    }

    [Fact]
    public async Task The_verb_imports_through_the_server_and_without_one()
    {
        await using var danke = await DankeProcess.New(Dialect.Sqlite);
        var file = Path.Combine(danke.Settings.Data, "in.csv");
        var mapping = Path.Combine(danke.Settings.Data, "mapping.yaml");
        await File.WriteAllTextAsync(file, Header + Row(1) + Row(2, amount: "oops"));
        await File.WriteAllTextAsync(mapping, Mapping("verb"));

        var alone = await danke.Verb("import", file, "--mapping", mapping, "--json");
        alone.ExitCode.ShouldBe(0, alone.Errors);
        JsonDocument.Parse(alone.Output).RootElement.Number("applied").ShouldBe(1);

        await danke.Start();
        var through = await danke.Verb("import", file, "--mapping", mapping);
        through.Output.ShouldContain("value_invalid: 1, first in row 2");
        JsonDocument.Parse((await danke.Verb("import", file, "--mapping", mapping, "--json", "--dry-run")).Output).RootElement.Number("rows_read").ShouldBe(2);
        JsonDocument.Parse((await danke.Verb("import", file, "--propose")).Output).RootElement.GetProperty("mapping").GetInt64().ShouldBe(1);

        var missing = await danke.Verb("import", file + ".no", "--mapping", mapping);
        (missing.ExitCode, missing.Errors.Contains("There is no file")).ShouldBe((2, true));
        await File.WriteAllTextAsync(mapping, "mapping: 1\nsource: 'a b'\n");
        var refused = await danke.Verb("import", file, "--mapping", mapping);
        (refused.ExitCode, refused.Errors.Contains("$.source")).ShouldBe((1, true));
    }
}
