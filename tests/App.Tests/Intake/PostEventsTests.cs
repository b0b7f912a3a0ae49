using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Intake.Events;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Tests.Intake;

public sealed class PostEventsTests(DankeApps apps) : IClassFixture<DankeApps>
{
    [Theory, OnBothBooks]
    public async Task One_event_is_answered_by_the_responses_status(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        Task<JsonElement> Send(string body, HttpStatusCode expected) => app.Client.PostAsync("v1/events", Sending.Json(body)).Json(expected);

        (await Send(Sending.Order(source, "1"), HttpStatusCode.OK)).Said().ShouldBe("0 applied");
        (await Send(Sending.Order(source, "1").Replace(",", " ,"), HttpStatusCode.OK)).Said().ShouldBe("0 duplicate");
        (await Send(Sending.Order(source, "1", amount: 101), HttpStatusCode.Conflict)).Said().ShouldBe("0 declined idempotency_conflict");
        var refused = await Send(Sending.Order(source, "2").Replace("CNY", "RMB"), HttpStatusCode.UnprocessableEntity);
        refused.Said().ShouldBe("0 rejected currency_unknown");
        refused.GetProperty("problems")[0].GetProperty("path").GetString().ShouldBe("$.data.currency");
        (await app.LettersOf(source)).ShouldBe(["currency_unknown open"]);

        // Mended by its source under the same id: the letter is settled.
        (await Send(Sending.Order(source, "2"), HttpStatusCode.OK)).Said().ShouldBe("0 applied");
        (await app.LettersOf(source)).ShouldBe(["currency_unknown replayed"]);
    }

    [Theory, OnBothBooks]
    public async Task An_array_is_answered_by_an_array_in_order(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var body = $"[ {Sending.Event(source, "1")} , {Sending.Event(source, "2", "{}")},\n{Sending.Event(source, "1")}, 17 ]";

        var answers = await app.Client.PostAsync("v1/events", Sending.Json(body)).Json();

        answers.EnumerateArray().Select(a => a.Said()).ShouldBe(["1 applied", "2 rejected field_missing", "3 duplicate", "4 rejected field_type"]);
        (await app.Client.PostAsync("v1/events", Sending.Json(" [ ] ")).Json()).GetArrayLength().ShouldBe(0);
    }

    [Theory, OnBothBooks]
    public async Task Broken_json_in_the_middle_of_lines_refuses_that_line_only(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var body = $"{Sending.Event(source, "1")}\n{{\"source\":\"{source}\",\"id\":\n\n  \r\n{Sending.Event(source, "2")}\r\n][\n{Sending.Event(source, "3")}";

        var answers = await app.Client.SendLines(Sending.Lines(body));

        answers.Select(a => a.Said()).ShouldBe(["1 applied", "2 rejected json_invalid", "5 applied", "6 rejected json_invalid", "7 applied"]);
        (await app.Applied(source)).ShouldBe(3);
        // As far as it can be told whose it is.
        (await app.LettersOf(source)).ShouldBe(["json_invalid open"]);
        var letters = await app.Client.GetJson("v1/dead-letters?source=unknown&code=json_invalid&state=open");
        letters.GetProperty("items").EnumerateArray().Select(l => l.GetProperty("body").GetString()).ShouldContain("][");
    }

    [Theory, OnBothBooks]
    public async Task Broken_json_in_the_middle_of_an_array_keeps_what_came_before(Dialect dialect)
    {
        var app = await apps.On(dialect);
        foreach (var broken in new[] { "{\"source\":}", "{\"source\":\"a\"", "} ]", ", ]", "nonsense" })
        {
            var source = Sending.NewSource();
            var answers = await app.Client.PostAsync("v1/events", Sending.Json($"[{Sending.Event(source, "1")},{Sending.Event(source, "2")},{broken}")).Json();
            answers.EnumerateArray().Select(a => a.Said()).ShouldBe(["1 applied", "2 applied", "3 rejected json_invalid"], broken);
            (await app.Applied(source)).ShouldBe(2);
        }
    }

    [Fact]
    public async Task A_line_of_a_gigabyte_is_refused_and_the_next_line_applied()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        var before = GC.GetTotalAllocatedBytes();

        var answers = await app.Client.SendLines(new GeneratedContent(async stream =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Sending.Event(source, "1") + "\n{\"source\":\""));
            var block = new byte[1 << 20];
            Array.Fill(block, (byte)'x');
            for (var megabyte = 0; megabyte < 1024; megabyte++) await stream.WriteAsync(block);
            await stream.WriteAsync(Encoding.UTF8.GetBytes("\"}\n" + Sending.Event(source, "2")));
        }));

        answers.Select(a => a.Said()).ShouldBe(["1 applied", "2 rejected event_too_large", "3 applied"]);
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(256L << 20);
    }

    [Fact]
    public async Task A_client_that_sends_everything_before_it_reads_is_answered_whole()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        const int count = 60_000;
        // Refused by the reader, each with a long answer: tens of megabytes that nobody reads while the body is sent.
        var body = new StringBuilder();
        for (var i = 0; i < count; i++) body.Append("{\"source\":\"").Append(source).Append("\",\"id\":\"").Append(i % 100).Append("\"}\n");

        await using var raw = await RawRequest.Begin(app, "application/x-ndjson");
        await raw.Send(body.ToString());
        await raw.EndBody();
        var answer = await raw.Answer();

        answer.Status.ShouldBe(200);
        answer.Body.Split("\"status\":\"rejected\"").Length.ShouldBe(count + 1);
        answer.Body.ShouldContain($"{{\"line\":{count},");
    }

    [Theory, OnBothBooks]
    public async Task Gzip_is_read_and_a_damaged_one_refused(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var lines = string.Join('\n', Enumerable.Range(0, 2_500).Select(i => Sending.Event(source, $"{i}")));

        var answers = await app.Client.SendLines(Sending.Bytes(Sending.Gzip(lines), gzip: true));
        answers.Select(a => a.Said()).ShouldBe(Enumerable.Range(1, 2_500).Select(i => $"{i} applied"));
        (await app.Client.PostAsync("v1/events", Sending.Bytes(Sending.Gzip(Sending.Event(source, "x")), "application/json", gzip: true)).Json()).Said().ShouldBe("0 applied");

        (await app.Client.PostAsync("v1/events", Sending.Bytes(Encoding.UTF8.GetBytes(lines), gzip: true)).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("body_damaged");
        (await app.Client.PostAsync("v1/events", new ByteArrayContent([1]) { Headers = { ContentEncoding = { "br" } } }).ProblemCode(HttpStatusCode.UnsupportedMediaType)).ShouldBe("unsupported_encoding");
    }

    [Fact]
    public async Task A_gzip_bomb_is_refused_and_hurts_nobody()
    {
        var app = await apps.On(Dialect.Sqlite);
        var bomb = Sending.Gzip(new byte[300 << 20]);
        var source = Sending.NewSource();

        (await app.Client.PostAsync("v1/events", Sending.Bytes(bomb, "application/x-ndjson", gzip: true)).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("unpacked_too_large");
        (await app.Client.PostAsync("v1/events", Sending.Bytes(bomb, "application/json", gzip: true)).ProblemCode(HttpStatusCode.RequestEntityTooLarge)).ShouldBe("event_too_large");

        // Blank lines without end after a good event: what was good is answered, the rest is not read.
        var spaces = new byte[300 << 20];
        Array.Fill(spaces, (byte)'\n');
        Encoding.UTF8.GetBytes(Sending.Event(source, "1") + "\n").CopyTo(spaces, 0);
        (await app.Client.SendLines(Sending.Bytes(Sending.Gzip(spaces), gzip: true))).Select(a => a.Said()).ShouldBe(["1 applied", "0 unanswered unpacked_too_large"]);
        (await app.Client.PostAsync("v1/events", Sending.Json(Sending.Event(source, "2"))).Json()).Said().ShouldBe("0 applied");
    }

    [Fact]
    public async Task A_body_without_end_is_ended_and_what_was_complete_is_answered()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite, s => s.AddSingleton(new IntakeLimits { Patience = TimeSpan.FromSeconds(1) }));
        var source = Sending.NewSource();

        await using (var lines = await RawRequest.Begin(app, "application/x-ndjson"))
        {
            await lines.Send(Sending.Event(source, "1") + "\n");
            lines.Drip("{");
            var answer = await lines.Answer();
            answer.Status.ShouldBe(200);
            answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Said()).ShouldBe(["1 applied", "0 unanswered body_too_slow"]);
        }
        await using var single = await RawRequest.Begin(app, "application/json");
        single.Drip("{");
        var refused = await single.Answer();
        (refused.Status, JsonDocument.Parse(refused.Body).RootElement.GetProperty("code").GetString()).ShouldBe((408, "body_too_slow"));
    }

    [Fact]
    public async Task Answers_come_while_the_body_is_still_open()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        await using var raw = await RawRequest.Begin(app, "application/x-ndjson");

        await raw.Send(Sending.Event(source, "1") + "\n");
        await raw.Until("\"line\":1,");
        await raw.Send(Sending.Event(source, "2") + "\n");
        await raw.Until("\"line\":2,");
        await raw.EndBody();

        (await raw.Answer()).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
    }

    [Theory, OnBothBooks]
    public async Task A_full_Door_turns_requests_away_before_reading_them_and_loses_nothing(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var door = app.Get<IDoor>();
        var reader = new EventJsonReader();
        Command One(int i) => reader.Read(Encoding.UTF8.GetBytes(Sending.Event("crowd", $"{i}")), 1_800_000_000_000).Command!;
        List<Task<Answer>> waiting = [];

        // Whoever holds the row that every batch needs, holds the Door.
        await using (var holder = await app.Books.Begin())
        {
            await holder.Execute(dialect == Dialect.Postgres ? "lock table commands in access exclusive mode" : "update sequences set next = next");
            for (var i = 0; i < TheDoor.Capacity; i++) waiting.Add(door.Submit(One(i), CancellationToken.None).AsTask());
            while (!door.IsFull) await Task.Delay(10);

            foreach (var content in new[] { Sending.Json(Sending.Event("late", "1")), Sending.Lines(Sending.Event("late", "1")) })
            {
                using var response = await app.Client.PostAsync("v1/events", content);
                response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
                (await Task.FromResult(response).ProblemCode(HttpStatusCode.ServiceUnavailable)).ShouldBe("busy");
            }
        }

        (await Task.WhenAll(waiting)).ShouldAllBe(a => a.Status == AnswerStatus.Applied);
        (await app.Client.PostAsync("v1/events", Sending.Json(Sending.Event("late", "1"))).Json()).Said().ShouldBe("0 applied");
    }

    [Theory]
    [InlineData("", "body_empty")]
    [InlineData(" \n ", "body_empty")]
    public async Task An_empty_body_is_refused(string body, string code) =>
        (await (await apps.On(Dialect.Sqlite)).Client.PostAsync("v1/events", Sending.Json(body)).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe(code);

    [Fact]
    public async Task Other_media_types_are_refused_with_what_to_send()
    {
        var app = await apps.On(Dialect.Sqlite);
        (await app.Client.PostAsync("v1/events", Sending.Bytes("a,b"u8.ToArray(), "text/csv")).ProblemCode(HttpStatusCode.UnsupportedMediaType)).ShouldBe("unsupported_media_type");
        (await app.Client.PostAsync("v1/events", Sending.Json(new string('x', EventJsonReader.MostBytes + 10))).ProblemCode(HttpStatusCode.RequestEntityTooLarge)).ShouldBe("event_too_large");
    }

    public static TheoryData<string, bool> Bodies => new()
    {
        { "{\"a\":\ud83d}", false }, { "\0\0\0", true }, { "\u001f\u008b", true }, { "[[[[[[[[[[", false }, { "{}", true }, { "null", false }, { "\"", true },
        { "[null,1,\"\",[],{}]", false }, { "{\"source\":\"s\",\"id\":\"\\ud800\"}", true }, { "\uffff\ufffe", false }, { "<xml/>", true }, { "[", false },
    };

    [Theory, MemberData(nameof(Bodies))]
    public async Task Whatever_is_sent_is_never_our_fault(string body, bool lines)
    {
        var app = await apps.On(Dialect.Sqlite);
        using var response = await app.Client.PostAsync("v1/events", Sending.Bytes(Encoding.UTF8.GetBytes(body), lines ? "application/x-ndjson" : "application/json"));
        ((int)response.StatusCode).ShouldBeLessThan(500);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("applied");
    }

    [Theory, OnBothBooks("'; drop table orders; --"), OnBothBooks("<script>alert(1)</script>"), OnBothBooks("{{7*7}}${7*7}<%=7%>#{7}"), OnBothBooks("=cmd|'/C calc'!A0"), OnBothBooks("\u202eevil \\ \" 😀")]
    public async Task Text_that_means_something_elsewhere_is_text_here(Dialect dialect, string text)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var body = JsonSerializer.Serialize(new
        {
            source,
            id = text,
            type = "order.paid",
            time = "2026-01-02T03:04:05Z",
            channel = "site",
            shop = text.Replace("/", ""),
            identifiers = new[] { new { @namespace = "customer", scope = text.Replace("/", ""), value = text } },
            data = new { order = text, currency = "CNY", lines = new[] { new { line = text, sku = text, name = text, category = text, quantity = 1, amount_minor = 5 } }, payments = new[] { new { method = text, amount_minor = 5 } }, store = text.Replace("/", "") },
        });

        (await app.Client.PostAsync("v1/events", Sending.Json(body)).Json()).Said().ShouldBe("0 applied");

        var rows = await app.Books.Read("select o.number, o.shop, o.store, o.lines from orders o join commands c on c.person_id = o.person_id where c.command_key = @key",
            r => (Number: r.GetString(0), Shop: r.GetString(1), Store: r.GetString(2), Lines: r.GetString(3)), [("key", $"{source}/{text}")]);
        var row = rows.Single(r => r.Number == text);
        (row.Shop, row.Store).ShouldBe((text.Replace("/", ""), text.Replace("/", "")));
        JsonDocument.Parse(row.Lines).RootElement[0].EnumerateArray().Take(4).Select(e => e.GetString()).ShouldBe([text, text, text, text]);
    }

    [Fact]
    public async Task Only_problems_are_answered_when_asked_for()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        var body = $"{Sending.Event(source, "1")}\n{Sending.Event(source, "2", "{}")}\n{Sending.Event(source, "1")}\n";

        using var response = await app.Client.PostAsync("v1/events?results=problems", Sending.Lines(body));
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        JsonDocument.Parse(lines[0]).RootElement.Said().ShouldBe("2 rejected field_missing");
        var summary = JsonDocument.Parse(lines[1]).RootElement.GetProperty("summary");
        (summary.Number("events"), summary.Number("applied"), summary.Number("duplicate"), summary.Number("rejected")).ShouldBe((3, 1, 1, 1));
    }

    [Theory, OnBothBooks]
    public async Task Recent_events_show_their_answers_and_hide_personal_values_from_those_who_may_not_see_them(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        await Danke.App.Hosting.Samples.BeginWithProgram(app.Get<Danke.Platform.Definitions.DefinitionStore>(), default);
        var body = Sending.Event("shop", "1", """{"card":"C-12345678","profile":{"name":"王小明"}}""", "member.joined")
            .Replace("\"data\"", """
            "identifiers":[{"namespace":"phone","value":"13800138000"}],"data"
            """);
        await app.Client.PostAsync("v1/events", Sending.Json(body)).Json();
        await app.Client.PostAsync("v1/events", Sending.Json("{\"source\":\"shop\",\"id\":\"13800138000\"")).Json(HttpStatusCode.UnprocessableEntity);
        var analyst = await app.SignedInAs(Roles.Analyst);

        var both = (await app.Client.GetJson("v1/events/recent?source=shop")).GetProperty("items").EnumerateArray().ToList();
        both.Select(e => (e.GetProperty("status").GetString(), e.GetProperty("id").GetString())).ShouldBe([("rejected", "13800138000"), ("applied", "1")]);
        var seen = both[1];
        seen.GetProperty("body").GetString()!.ShouldContain("13800138000");

        var masked = await (await analyst.GetAsync("v1/events/recent")).Content.ReadAsStringAsync();
        masked.ShouldNotContain("13800138000");
        masked.ShouldNotContain("王小明");
        masked.ShouldNotContain("C-12345678");
        masked.ShouldContain("138****8000");

        var sources = (await app.Client.GetJson("v1/sources")).GetProperty("items").EnumerateArray()
            .Select(s => (s.GetProperty("source").GetString(), s.GetProperty("channel").GetString(), s.Number("events"), s.Number("rejected")));
        sources.ShouldBe([("shop", "site", 1, 0), ("shop", "", 1, 1)], ignoreOrder: true);
    }

    [Fact]
    public async Task Events_are_seen_live()
    {
        var app = await apps.On(Dialect.Sqlite);
        var source = Sending.NewSource();
        using var response = await app.Client.GetAsync($"v1/events/stream?source={source}", HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        await app.Client.PostAsync("v1/events", Sending.Json(Sending.Event("other", source))).Json();
        await app.Client.PostAsync("v1/events", Sending.Json(Sending.Event(source, "1"))).Json();

        string? line;
        while ((line = await reader.ReadLineAsync()) is not null && !line.StartsWith("data:", StringComparison.Ordinal)) { }
        var seen = JsonDocument.Parse(line![5..]).RootElement;
        (seen.GetProperty("source").GetString(), seen.GetProperty("status").GetString()).ShouldBe((source, "applied"));
    }

    [Fact]
    public async Task The_schema_is_published()
    {
        var schema = await (await apps.On(Dialect.Sqlite)).Client.GetJson("v1/events/schema");
        schema.GetProperty("$id").GetString().ShouldBe("urn:danke:event:1");
    }

    private sealed class GeneratedContent : HttpContent
    {
        private readonly Func<Stream, Task> write;

        public GeneratedContent(Func<Stream, Task> write)
        {
            this.write = write;
            Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
