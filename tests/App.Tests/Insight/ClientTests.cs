using Danke.Platform.Books;
using Danke.Platform.Insight;
using Danke.Platform.Settings;

namespace Danke.App.Tests.Insight;

/// <summary>One child for all: these tests leave nothing behind that others see.</summary>
public class ClientTests(ClientTests.Shared shared) : IClassFixture<ClientTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public InsightFixture Insight { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Insight = await InsightFixture.New(Dialect.Sqlite);
            await Insight.CaughtUp();
        }

        public ValueTask DisposeAsync() => Insight.DisposeAsync();
    }

    private InsightClient Client => shared.Insight.Client;

    [Theory]
    [InlineData("toUInt8(200)", 200L)]
    [InlineData("toInt8(-5)", -5L)]
    [InlineData("toInt64(-9007199254740993)", -9007199254740993L)]
    [InlineData("toUInt64(9223372036854775807)", long.MaxValue)]
    [InlineData("1.5", 1.5)]
    [InlineData("'多行\n\t''x'", "多行\n\t'x")]
    [InlineData("toLowCardinality('lc')", "lc")]
    [InlineData("cast(null as Nullable(Int32))", null)]
    [InlineData("cast('a' as Nullable(String))", "a")]
    [InlineData("toDateTime64('2026-02-01 00:30:00.123', 3, 'Asia/Shanghai')", 1_769_877_000_123L)]
    [InlineData("toDateTime64('1969-12-31 23:59:59.999999', 6, 'UTC')", -1L)]
    [InlineData("toDateTime('2026-02-01 00:00:00', 'UTC')", 1_769_904_000_000L)]
    [InlineData("true", 1L)]
    [InlineData("toFixedString('ab', 4)", "ab")]
    public async Task A_value_of_each_type_is_read(string expression, object? expected) =>
        (await Client.Query($"select {expression}", r => r[0])).ShouldBe([expected]);

    [Fact]
    public async Task Days_arrays_maps_and_tuples_are_read()
    {
        var row = (await Client.Query("select toDate('2024-02-29'), [1, 2, 3], map('a', 'b'), (1, ['x']), ['q', 'r'], toDecimal64(12.34, 2), toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')",
            r => (Day: r.Day(0), Longs: r.Longs(1), Map: (Dictionary<object, object?>)r[2]!, Tuple: (object?[])r[3]!, Texts: r.Texts(4), Decimal: r.Decimal(5), Id: r[6]))).Single();
        row.Day.ShouldBe(new DateOnly(2024, 2, 29));
        row.Longs.ShouldBe([1, 2, 3]);
        row.Map["a"].ShouldBe("b");
        row.Tuple[0].ShouldBe(1L);
        row.Texts.ShouldBe(["q", "r"]);
        row.Decimal.ShouldBe(12.34m);
        row.Id.ShouldBe(Guid.Parse("61f0c404-5cb3-11e7-907b-a6006ad3dba0"));
    }

    [Fact]
    public async Task A_long_answer_and_a_long_text_are_read_whole()
    {
        (await Client.Query("select number, toString(number) from numbers(300000)", r => (r.Long(0), r.Text(1)))).Select((r, i) => r.Item1 == i && r.Item2 == i.ToString()).ShouldAllBe(same => same);
        (await Client.Query("select repeat('长', 100000), 7", r => (r.Text(0).Length, r.Long(1)))).ShouldBe([(100_000, 7)]);
        (await Client.Query("select 1 where 0", r => r.Long(0))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("'; drop table orders; --")]
    [InlineData("back\\slash \\' \\n and 'quotes'")]
    [InlineData("line\nbreak\ttab\rreturn")]
    [InlineData("多 & = ? % + 😀")]
    [InlineData("\\N")]
    public async Task A_parameter_arrives_as_it_was_given(string value)
    {
        (await Client.Query("select {p:String}", r => r.Text(0), [("p", value)])).ShouldBe([value]);
        (await Client.Query("select {p:Array(String)}", r => r.Texts(0), [("p", new[] { value, "" })])).Single().ShouldBe([value, ""]);
    }

    [Fact]
    public async Task Numbers_days_instants_and_nothing_are_parameters_too()
    {
        var row = (await Client.Query("select {a:Int64}, {b:Date}, toUnixTimestamp64Milli({c:DateTime64(3, 'UTC')}), {d:Nullable(String)}, {e:Array(UInt64)}, {f:Bool}",
            r => (r.Long(0), r.Day(1), r.Long(2), r.TextOrNull(3), r.Longs(4).Sum(), r.Long(5)),
            [("a", -3L), ("b", new DateOnly(2026, 1, 2)), ("c", DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123)), ("d", null), ("e", new long[] { 4, 5 }), ("f", true)])).Single();
        row.ShouldBe((-3, new DateOnly(2026, 1, 2), 1_700_000_000_123, null, 9, 1));
    }

    [Fact]
    public async Task Every_byte_comes_back_as_it_was_sent()
    {
        var table = new InsightTable
        {
            Name = "bytes",
            Columns = [("person_id", "UInt64"), ("text", "String"), ("n", "Nullable(Int64)"), ("texts", "Array(LowCardinality(String))"), ("map", "Map(String, String)")],
            OrderBy = "person_id",
            Select = "{filter}",
            Key = "person_id",
            KeyColumn = "k",
            PersonColumn = "k",
        };
        await Client.Execute("create table bytes (person_id UInt64, text String, n Nullable(Int64), texts Array(LowCardinality(String)), map Map(String, String), version UInt64, is_deleted UInt8) engine = ReplacingMergeTree(version, is_deleted) order by person_id");
        var rows = new RowBinaryWriter(table, version: 10);
        for (var i = 0; i < 2_000; i++)
        {
            rows.Write(i);                                    // 10, 13, 266, …: newline bytes within numbers
            rows.Write(new string((char)(i % 128), i % 300)); // every length and every ASCII character, newlines and NUL among them
            rows.WriteOrNull(i % 3 == 0 ? null : i * 10L);
            rows.Write("[\"a\\n\",\"\"]");
            rows.Write("{\"k\\n\":\"v\\r\\n\"}");
        }
        await Client.Insert("bytes", table.AllColumns, rows.Written, rows.Count);

        var back = await Client.Query("select person_id, text, n, texts, map['k\\n'] from bytes final order by person_id", r => (r.Long(0), r.Text(1), r.LongOrNull(2), string.Join('|', r.Texts(3)), r.Text(4)));
        back.ShouldBe(Enumerable.Range(0, 2_000).Select(i => ((long)i, new string((char)(i % 128), i % 300), i % 3 == 0 ? null : (long?)(i * 10L), "a\n|", "v\r\n")));
        await Client.Execute("drop table bytes sync");
    }

    [Fact]
    public async Task The_same_block_with_the_same_token_is_taken_once()
    {
        var table = InsightFixture.ModuleTables().Single(t => t.Name == "refunds");
        await Client.Execute("create table once as refunds");
        var rows = new RowBinaryWriter(table, version: 1);
        foreach (var value in new long[] { 1, 2, 3 }) rows.Write(value);
        rows.Write("tmall");
        rows.Write("CNY");
        rows.Write(5L);
        rows.Write(6L);
        for (var tries = 0; tries < 3; tries++) await Client.Insert("once", table.AllColumns, rows.Written, rows.Count, "token");

        (await Client.Count("select count() from once")).ShouldBe(1);
        await Client.Execute("drop table once sync");
    }

    [Fact]
    public async Task Rows_that_end_too_early_are_refused_whole()
    {
        var error = await Should.ThrowAsync<InsightException>(() => Client.Insert("refunds", ["person_id", "refund_id"], new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 2, 0 }, 1));
        error.Message.ShouldContain("DB::Exception");
        (await Client.Count("select count() from refunds")).ShouldBe(0);
    }

    [Theory]
    [InlineData("select nonsense from orders", 47, "nonsense")]
    [InlineData("select * from no_such_table", 60, "no_such_table")]
    [InlineData("selct 1", 62, "Syntax error")]
    [InlineData("select 1; select 2", 62, "Multi-statements are not allowed")]
    [InlineData("select {missing:Int64}", 456, "missing")]
    [InlineData("insert into orders (person_id) select 1", 164, "readonly")]
    [InlineData("select throwIf(1, 'said so')", 395, "said so")]
    public async Task A_query_that_cannot_be_answered_says_why(string sql, int code, string says)
    {
        var error = await Should.ThrowAsync<InsightException>(() => Client.Query(sql, r => r[0]));
        error.Code.ShouldBe(code);
        error.Message.ShouldContain(says);
    }

    [Fact]
    public async Task A_query_that_needs_too_much_memory_fails_alone()
    {
        var quick = Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++) (await Client.Count("select sum(number) from numbers(100000)")).ShouldBe(4_999_950_000);
        });
        var error = await Should.ThrowAsync<InsightException>(() => Client.Query("select groupArray(toString(number)) from numbers(200000000)", r => r[0]));
        error.Code.ShouldBe(InsightException.MemoryLimitExceeded);
        await quick;
        shared.Insight.Feeder.Status.Restarts.ShouldBe(0);
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_broken_off()
    {
        var error = await Should.ThrowAsync<InsightException>(() => Client.Query("select count() from numbers(100000000000) where sipHash64(number) = 1", r => r[0], timeout: TimeSpan.FromSeconds(1)));
        error.Code.ShouldBe(InsightException.TimeoutExceeded);
    }

    [Fact]
    public async Task A_query_whose_asker_went_away_stops()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Should.ThrowAsync<OperationCanceledException>(() => Client.Query("select count() from numbers(100000000000) where sipHash64(number) = 1", r => r[0], timeout: TimeSpan.FromMinutes(5), cancel: cancel.Token));
        for (var tries = 0; await Client.Count("select count() from system.processes where query like '%sipHash64%' and query not like '%processes%'") > 0; tries++)
        {
            tries.ShouldBeLessThan(200);
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task Queries_run_beside_one_another()
    {
        var slow = Client.Query("select sleepEachRow(1) from numbers(2) settings max_block_size = 1", r => r[0]);
        (await Client.Count("select 1")).ShouldBe(1);
        slow.IsCompleted.ShouldBeFalse();
        await slow;
    }

    [Fact]
    public async Task Without_the_token_nothing_is_answered()
    {
        using var stranger = new InsightClient(Client.Endpoint with { Key = "guess" });
        (await Should.ThrowAsync<InsightException>(() => stranger.Count("select 1"))).Code.ShouldBe(516);
    }

    [Fact]
    public async Task Switched_off_or_unreachable_it_is_unavailable()
    {
        using var off = new InsightClient(InsightEndpoint.Of(new DankeSettings { Data = "d", Books = "b", Insight = "off" }));
        await Should.ThrowAsync<InsightUnavailableException>(() => off.Count("select 1"));
        using var nowhere = new InsightClient(InsightEndpoint.Of(new DankeSettings { Data = "d", Books = "b", Insight = "http://u:p@127.0.0.1:1/x" }));
        await Should.ThrowAsync<InsightUnavailableException>(() => nowhere.Count("select 1"));
        (await nowhere.Ping()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://a:b%40c@ch.local:8124/brand", "http://ch.local:8124/", "a", "b@c", "brand")]
    [InlineData("https://ch.local", "https://ch.local:8443/", "default", "", "danke")]
    [InlineData("http://ch.local", "http://ch.local:8123/", "default", "", "danke")]
    [InlineData("http://ch.local:80", "http://ch.local/", "default", "", "danke")]
    public void A_servers_URL_is_read(string url, string address, string user, string key, string database)
    {
        var endpoint = InsightEndpoint.Of(new DankeSettings { Data = "d", Books = "b", Insight = url });
        (endpoint.Address.ToString(), endpoint.User, endpoint.Key, endpoint.Database).ShouldBe((address, user, key, database));
        endpoint.Label.ShouldNotContain("b@c");
    }

    [Fact]
    public void A_setting_that_is_no_URL_is_refused() =>
        Should.Throw<FormatException>(() => InsightEndpoint.Of(new DankeSettings { Data = "d", Books = "b", Insight = "clickhouse" }));
}
