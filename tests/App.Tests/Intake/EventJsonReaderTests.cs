using System.Text;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;

namespace Danke.App.Tests.Intake;

public sealed class EventJsonReaderTests
{
    // 2026-11-12T00:00:00Z
    private const long Now = 1_794_441_600_000;

    private static EventReading Read(string json) => new EventJsonReader().Read(Encoding.UTF8.GetBytes(json), Now);

    private static string Event(string data, string type = "order.paid", string more = "") =>
        $$"""{"source":"s","id":"1","type":"{{type}}","time":"2026-11-11T00:03:12.000+08:00","channel":"tmall"{{more}},"data":{{data}}}""";

    private static string Order(string more = "", string line = """{"sku":"A1","quantity":2,"amount_minor":19800}""") =>
        Event($$"""{"order":"T1","currency":"CNY","lines":[{{line}}]{{more}}}""");

    private static string With(string field, string value)
    {
        var fields = new Dictionary<string, string>
        {
            ["source"] = "\"s\"",
            ["id"] = "\"1\"",
            ["type"] = "\"order.paid\"",
            ["time"] = "\"2026-11-11T00:03:12+08:00\"",
            ["channel"] = "\"tmall\"",
            ["data"] = """{"order":"T1"}""",
            [field] = value,
        };
        return "{" + string.Join(',', fields.Select(f => $"\"{f.Key}\":{f.Value}")) + "}";
    }

    [Fact]
    public void An_order_with_everything_is_read_whole()
    {
        var reading = Read("""
            {"source":"tmall-flagship","id":"T1001/paid","type":"order.paid","time":"2026-11-11T00:03:12.000+08:00","channel":"tmall","shop":"flagship",
             "identifiers":[{"namespace":"tmall_ouid","scope":"flagship","value":"AAH","verified":true},{"namespace":"phone","value":"13800138000"}],
             "data":{"order":"T1001","currency":"CNY","kind":"sale","lines":[{"line":"1","sku":"A1","name":"面膜","category":"护肤","quantity":2,"unit_price_minor":9900,"amount_minor":19800}],
             "shipping_minor":0,"discount_minor":0,"total_minor":19800,"payments":[{"method":"alipay","amount_minor":19800}],"store":"SH001","origin":"youzan:shop:E77","version":0}}
            """);

        reading.Problems.ShouldBeEmpty();
        var command = reading.Command!;
        command.Key.ShouldBe("tmall-flagship/T1001/paid");
        command.AtMs.ShouldBe(new DateTimeOffset(2026, 11, 10, 16, 3, 12, TimeSpan.Zero).ToUnixTimeMilliseconds());
        command.Identifiers.ShouldBe([new Identifier("tmall_ouid", "flagship", "AAH", true), new Identifier("phone", "", "13800138000")]);
        var order = command.Body.ShouldBeOfType<OrderReported>();
        order.Content!.Lines.ShouldBe([new OrderLine("1", "A1", "面膜", "护肤", 2, 9900, 19800)]);
        order.Content.Payments.ShouldBe([new Payment("alipay", 19800)]);
        (order.Content.TotalMinor, order.Content.Store, order.Content.Origin).ShouldBe((19800, "SH001", "youzan:shop:E77"));
    }

    [Fact]
    public void What_is_left_out_of_an_order_is_filled_in()
    {
        var content = Read(Order(""","shipping_minor":500,"discount_minor":300""", """{"sku":"A1","quantity":2,"unit_price_minor":100},{"sku":"A2","quantity":1,"amount_minor":7}"""))
            .Command!.Body.ShouldBeOfType<OrderReported>().Content!;

        content.Lines.ShouldBe([new OrderLine("1", "A1", null, null, 2, 100, 200), new OrderLine("2", "A2", null, null, 1, 7, 7)]);
        content.TotalMinor.ShouldBe(200 + 7 + 500 - 300);
    }

    [Theory]
    [InlineData("member.joined", "{}")]
    [InlineData("member.joined", """{"program":"club","card":"C1","profile":{"name":"李","gender":"f","birthday":"--02-29","attributes":{"k":"v"}}}""")]
    [InlineData("member.updated", """{"profile":{"city":"上海","language":"zh-Hans-CN"}}""")]
    [InlineData("member.left", """{"reason":"moved\naway"}""")]
    [InlineData("interaction.happened", """{"kind":"page.view","properties":{"url":"/a?b=<script>"}}""")]
    [InlineData("consent.changed", """{"via":"sms","purpose":"marketing","point":"13800138000","granted":false}""")]
    [InlineData("points.adjusted", """{"points":-100,"reason":"goodwill","expires_at":"2099-01-01T00:00:00Z"}""")]
    [InlineData("points.redeemed", """{"points":100,"reason":"mug","order":"T1"}""")]
    [InlineData("points.reserved", """{"points":100,"ends_at":"2099-01-01T00:00:00Z"}""")]
    [InlineData("points.confirmed", """{"redemption":"till/1","points":50}""")]
    [InlineData("points.released", """{"redemption":"till/1"}""")]
    [InlineData("points.returned", """{"redemption":"till/1"}""")]
    [InlineData("refund.succeeded", """{"refund":"R1","currency":"JPY","amount_minor":0}""")]
    [InlineData("refund.succeeded", """{"refund":"R1","order":"T1","currency":"CNY","amount_minor":5,"lines":[{"amount_minor":5}],"reason":""}""")]
    [InlineData("order.closed", """{"order":"T1"}""")]
    public void Every_type_is_read(string type, string data)
    {
        var reading = Read(Event(data, type));
        reading.Problems.ShouldBeEmpty();
        reading.Command!.Body.Type.ShouldBe(type);
    }

    [Fact]
    public void The_type_may_come_after_the_data()
    {
        var reading = Read("""{"data":{"order":"T1"},"channel":"jd","time":"2026-01-01T00:00:00Z","id":"1","source":"s","type":"order.shipped"}""");
        reading.Command!.Body.ShouldBe(new OrderReported(OrderStep.Shipped, "T1", null));
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { EventRefusals.JsonInvalid, "$", "{\"source\":\"s\",\"id\":" },
        { EventRefusals.JsonInvalid, "$", "{\"source\":\"s\"} {\"source\":\"s\"}" },
        { EventRefusals.JsonInvalid, "$", "{\"source\":\"a\0b\"}" },
        { EventRefusals.JsonInvalid, "$", "" },
        { EventRefusals.FieldType, "$", "[1,2]" },
        { EventRefusals.FieldType, "$", "17" },
        { EventRefusals.JsonTooDeep, "$", With("data", new string('[', 40) + new string(']', 40)) },
        { EventRefusals.FieldMissing, "$.id", """{"source":"s","type":"order.paid","time":"2026-11-11T00:03:12+08:00","channel":"tmall","data":{"order":"T1"}}""" },
        { EventRefusals.FieldMissing, "$.id", With("id", "null") },
        { EventRefusals.FieldMissing, "$.id", With("id", "\"\"") },
        { EventRefusals.FieldMissing, "$.data", """{"source":"s","id":"1","type":"order.paid","time":"2026-11-11T00:03:12+08:00","channel":"tmall"}""" },
        { EventRefusals.FieldType, "$.id", With("id", "17") },
        { EventRefusals.FieldType, "$.data", With("data", "\"x\"") },
        { EventRefusals.FieldType, "$.identifiers", With("identifiers", "{}") },
        { EventRefusals.FieldType, "$.identifiers[0]", With("identifiers", "[null]") },
        { EventRefusals.FieldType, "$.identifiers[0].verified", With("identifiers", """[{"namespace":"phone","value":"1","verified":"yes"}]""") },
        { EventRefusals.FieldInvalid, "$.identifiers[0].namespace", With("identifiers", """[{"namespace":"Phone!","value":"1"}]""") },
        { EventRefusals.FieldMissing, "$.identifiers[0].value", With("identifiers", """[{"namespace":"phone","value":""}]""") },
        { EventRefusals.TooManyItems, "$.identifiers", With("identifiers", "[" + string.Join(',', Enumerable.Range(0, 21).Select(i => $$"""{"namespace":"phone","value":"{{i}}"}""")) + "]") },
        { EventRefusals.FieldInvalid, "$.source", With("source", "\"a/b\"") },
        { EventRefusals.FieldInvalid, "$.source", With("source", "\"" + new string('s', 65) + "\"") },
        { EventRefusals.FieldInvalid, "$.channel", With("channel", "\"Tmall\"") },
        { EventRefusals.FieldInvalid, "$.shop", With("shop", "\"a/b\"") },
        { EventRefusals.TextTooLong, "$.id", With("id", "\"" + new string('x', 201) + "\"") },
        { EventRefusals.TextTooLong, "$.id", With("id", "\"" + new string('长', 201) + "\"") },
        { EventRefusals.TextTooLong, "$.id", With("id", "\"" + string.Concat(Enumerable.Repeat("\\u957f", 201)) + "\"") },
        { EventRefusals.TextInvalid, "$.id", With("id", "\"a\\ud800b\"") },
        { EventRefusals.TextInvalid, "$.id", With("id", "\"\\udfff\"") },
        { EventRefusals.TextInvalid, "$.id", With("id", "\"a\\u0000b\"") },
        { EventRefusals.TextInvalid, "$.id", With("id", "\"a\\nb\"") },
        { EventRefusals.TextInvalid, "$.id", With("id", "\"a\u0085b\"") },
        { EventRefusals.TextInvalid, "$", With("time", "\"\\ud800\"") },
        { EventRefusals.TextInvalid, "$", With("\\ud800", "1") },
        { EventRefusals.FieldUnknown, "$.sorce", With("sorce", "\"s\"") },
        { EventRefusals.FieldUnknown, "$.data.total", Order(""","total":19800""") },
        { EventRefusals.FieldDuplicate, "$.id", """{"source":"s","id":"1","id":"2","type":"order.paid","time":"2026-11-11T00:03:12+08:00","channel":"tmall","data":{"order":"T1"}}""" },
        { EventRefusals.FieldDuplicate, "$.data.properties.a", Event("""{"kind":"k","properties":{"a":"1","a":"2"}}""", "interaction.happened") },
        { EventRefusals.FieldDuplicate, "$.data.lines[1].line", Order(line: """{"line":"x","sku":"A","quantity":1,"amount_minor":1},{"line":"x","sku":"B","quantity":1,"amount_minor":1}""") },
        { EventRefusals.TypeUnknown, "$.type", With("type", "\"order.eaten\"") },
        { EventRefusals.TimeWithoutZone, "$.time", With("time", "\"2026-11-11T00:03:12\"") },
        { EventRefusals.TimeWithoutZone, "$.time", With("time", "\"2026-11-11T00:03:12.123\"") },
        { EventRefusals.TimeOutOfRange, "$.time", With("time", "\"0001-01-01T00:00:00Z\"") },
        { EventRefusals.TimeOutOfRange, "$.time", With("time", "\"9999-12-31T23:59:59Z\"") },
        { EventRefusals.TimeInvalid, "$.time", With("time", "\"yesterday\"") },
        { EventRefusals.TimeInvalid, "$.time", With("time", "\"2026-02-30T00:00:00Z\"") },
        { EventRefusals.TimeInvalid, "$.time", With("time", "\"2026-11-11 00:03:12Z\"") },
        { EventRefusals.TimeInvalid, "$.time", With("time", "\"2026-11-11T25:03:12Z\"") },
        { EventRefusals.TimeInFuture, "$.time", With("time", "\"2026-11-14T00:00:00Z\"") },
        { EventRefusals.FieldType, "$.time", With("time", "1794441600") },
        { EventRefusals.CurrencyUnknown, "$.data.currency", Order().Replace("CNY", "ZZZ") },
        { EventRefusals.CurrencyUnknown, "$.data.currency", Order().Replace("CNY", "cny") },
        { EventRefusals.CurrencyUnknown, "$.data.currency", Order().Replace("CNY", "RMB") },
        { EventRefusals.AmountNegative, "$.data.lines[0].amount_minor", Order(line: """{"sku":"A","quantity":1,"amount_minor":-1}""") },
        { EventRefusals.AmountNegative, "$.data.lines[0].quantity", Order(line: """{"sku":"A","quantity":-1,"amount_minor":1}""") },
        { EventRefusals.AmountNegative, "$.data.shipping_minor", Order(""","shipping_minor":-1""") },
        { EventRefusals.AmountNegative, "$.data.discount_minor", Order(""","discount_minor":-1""") },
        { EventRefusals.AmountNegative, "$.data.total_minor", Order(""","discount_minor":20000""") },
        { EventRefusals.AmountNegative, "$.data.payments[0].amount_minor", Order(""","payments":[{"method":"cash","amount_minor":-5}]""") },
        { EventRefusals.AmountNegative, "$.data.amount_minor", Event("""{"refund":"R","currency":"CNY","amount_minor":-1}""", "refund.succeeded") },
        { EventRefusals.NumberOutOfRange, "$.data.lines[0].amount_minor", Order(line: """{"sku":"A","quantity":1,"amount_minor":99999999999999999}""") },
        { EventRefusals.NumberOutOfRange, "$.data.lines[0].amount_minor", Order(line: """{"sku":"A","quantity":1,"amount_minor":99999999999999999999999}""") },
        { EventRefusals.NumberOutOfRange, "$.data.lines[0].amount_minor", Order(line: """{"sku":"A","quantity":1000000,"unit_price_minor":100000000000}""") },
        { EventRefusals.NumberOutOfRange, "$.data.points", Event("""{"points":0,"reason":"r"}""", "points.adjusted") },
        { EventRefusals.FieldType, "$.data.lines[0].amount_minor", Order(line: """{"sku":"A","quantity":1,"amount_minor":19.8}""") },
        { EventRefusals.FieldType, "$.data.lines[0].amount_minor", Order(line: """{"sku":"A","quantity":1,"amount_minor":"1980"}""") },
        { EventRefusals.FieldType, "$.data.lines", Order().Replace("[{", "{").Replace("}]", "}") },
        { EventRefusals.FieldMissing, "$.data.lines", Event("""{"order":"T1","currency":"CNY"}""") },
        { EventRefusals.FieldMissing, "$.data.lines", Event("""{"order":"T1","currency":"CNY","lines":[]}""") },
        { EventRefusals.FieldMissing, "$.data.currency", Event("""{"order":"T1","total_minor":5}""") },
        { EventRefusals.FieldMissing, "$.data.lines[0].amount_minor", Order(line: """{"sku":"A","quantity":1}""") },
        { EventRefusals.OrderTotalMismatch, "$.data.total_minor", Order(""","total_minor":19801""") },
        { EventRefusals.TooManyItems, "$.data.properties", Event("""{"kind":"k","properties":{""" + string.Join(',', Enumerable.Range(0, 101).Select(i => $"\"p{i}\":\"\"")) + "}}", "interaction.happened") },
        { EventRefusals.FieldType, "$.data.properties.n", Event("""{"kind":"k","properties":{"n":1}}""", "interaction.happened") },
        { EventRefusals.FieldInvalid, "$.data.via", Event("""{"via":"fax","purpose":"marketing","granted":true}""", "consent.changed") },
        { EventRefusals.FieldInvalid, "$.data.profile.birthday", Event("""{"profile":{"birthday":"1990-02-30"}}""", "member.updated") },
        { EventRefusals.FieldInvalid, "$.data.profile.gender", Event("""{"profile":{"gender":"female"}}""", "member.updated") },
        { EventRefusals.FieldInvalid, "$.data.origin", Order(""","origin":"E77" """) },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_is_wrong_is_refused_with_its_code_and_place(string code, string path, string json)
    {
        var reading = Read(json);
        reading.Command.ShouldBeNull();
        reading.Problems.ShouldContain(p => p.Code == code && p.Path == path, string.Join("; ", reading.Problems));
        reading.Problems.ShouldAllBe(p => EventRefusals.All.Contains(p.Code) && p.Detail.Length > 10);
    }

    [Fact]
    public void Every_code_that_is_listed_can_be_provoked()
    {
        var provoked = Refused.Select(r => r.Data.Item1).Concat([EventRefusals.EventTooLarge, EventRefusals.EncodingInvalid]).Distinct();
        EventRefusals.All.Except(provoked).ShouldBeEmpty();
    }

    [Fact]
    public void Too_many_bytes_and_bytes_that_are_no_text_are_refused()
    {
        new EventJsonReader().Read(new byte[EventJsonReader.MostBytes + 1], Now).Problems.Single().Code.ShouldBe(EventRefusals.EventTooLarge);
        new EventJsonReader().Read(Encoding.Latin1.GetBytes(With("id", "\"caf\u00e9\"")), Now).Problems.Single().Code.ShouldBe(EventRefusals.EncodingInvalid);
    }

    [Fact]
    public void Several_problems_are_told_at_once_and_the_source_and_id_are_known()
    {
        var reading = Read(Order(""","store":5""", """{"sku":"","quantity":"2","amount_minor":1.5}"""));
        reading.Problems.Select(p => p.Path).ShouldBe(["$.data.lines[0].sku", "$.data.lines[0].quantity", "$.data.lines[0].amount_minor", "$.data.store"]);
        (reading.Source, reading.Id, reading.Type).ShouldBe(("s", "1", "order.paid"));
    }

    [Fact]
    public void A_refusal_never_quotes_a_value()
    {
        var reading = Read(With("identifiers", """[{"namespace":"phone","value":17,"scope":"13800138000/"}]"""));
        reading.Problems.ShouldAllBe(p => !p.Detail.Contains("13800138000"));
    }

    [Fact]
    public void An_adjustment_may_be_negative()
    {
        var content = Read(Order(""","kind":"adjustment" """, """{"sku":"B","quantity":-1,"unit_price_minor":1106206,"amount_minor":-1106206}""")).Command!.Body.ShouldBeOfType<OrderReported>().Content!;
        content.TotalMinor.ShouldBe(-1106206);
    }

    [Fact]
    public void Many_lines_sum_up_without_overflow()
    {
        var line = $$"""{"sku":"A","quantity":1,"amount_minor":{{EventJsonReader.MostMoney}}}""";
        var lines = string.Join(',', Enumerable.Repeat(line, EventJsonReader.MostLines));
        Read(Order(line: lines)).Command!.Body.ShouldBeOfType<OrderReported>().Content!.TotalMinor.ShouldBe(EventJsonReader.MostMoney * EventJsonReader.MostLines);
        Read(Order(line: lines + "," + line)).Problems.ShouldContain(p => p.Code == EventRefusals.TooManyItems);
    }

    [Fact]
    public void The_hash_tells_contents_apart_and_not_their_spelling()
    {
        long Hash(string json) => Read(json).Command!.BodyHash;
        var first = Hash(Order());
        Hash(Order().Replace(",", " ,\n ")).ShouldBe(first);
        Hash("""{"data":{"lines":[{"amount_minor":19800,"quantity":2,"line":"1","sku":"\u00411","unit_price_minor":9900}],"currency":"CNY","order":"T1","total_minor":19800},"channel":"tmall","time":"2026-11-10T16:03:12Z","id":"other","source":"s","type":"order.paid","shop":null}""")
            .ShouldBe(first);
        Hash(Order().Replace("19800", "19801")).ShouldNotBe(first);
        Hash(Order().Replace("order.paid", "order.placed")).ShouldNotBe(first);
        Hash(Order().Replace("A1", "A2")).ShouldNotBe(first);
    }

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void The_hash_is_xxh64(string text, ulong expected) => EventHash.XxHash64(Encoding.UTF8.GetBytes(text)).ShouldBe(expected);

    [Fact]
    public void Broken_bytes_anywhere_are_refused_and_never_thrown()
    {
        var good = Encoding.UTF8.GetBytes(Order(""","payments":[{"method":"支付宝","amount_minor":5}],"store":"S\u0031" """));
        var random = new Random(7);
        var reader = new EventJsonReader();
        for (var i = 0; i < 20_000; i++)
        {
            var bad = good.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--) bad[random.Next(bad.Length)] = (byte)random.Next(256);
            if (i % 3 == 0) bad = bad[..random.Next(bad.Length)];
            var reading = reader.Read(bad, Now);
            (reading.Command is null).ShouldBe(reading.Problems.Count > 0);
        }
    }

    [Fact]
    public void The_schema_names_the_same_types_and_is_itself_valid_json()
    {
        var schema = JsonDocument.Parse(EventSchema.Json).RootElement;
        schema.GetProperty("properties").GetProperty("type").GetProperty("enum").EnumerateArray().Select(t => t.GetString()).ShouldBe(EventJsonReader.Types);
    }

    [Theory]
    [InlineData("order", "order.paid")]
    [InlineData("refund", "refund.succeeded")]
    [InlineData("joined", "member.joined")]
    [InlineData("left", "member.left")]
    [InlineData("interaction", "interaction.happened")]
    [InlineData("consent", "consent.changed")]
    [InlineData("points", "points.adjusted")]
    [InlineData("redemption", "points.redeemed")]
    [InlineData("reservation", "points.reserved")]
    [InlineData("settlement", "points.returned")]
    public void Every_field_of_the_schema_is_known_to_the_reader(string definition, string type)
    {
        var fields = JsonDocument.Parse(EventSchema.Json).RootElement.GetProperty("$defs").GetProperty(definition).GetProperty("properties").EnumerateObject().Select(p => p.Name);
        var data = "{" + string.Join(',', fields.Select(f => $"\"{f}\":null")) + "}";
        Read(Event(data, type)).Problems.ShouldNotContain(p => p.Code == EventRefusals.FieldUnknown);
    }
}
